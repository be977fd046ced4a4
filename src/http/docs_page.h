// /docs: both documents as one page for people, with nothing fetched from anywhere and readable without JavaScript.
#pragma once

#include <string>
#include <string_view>

namespace ordo::http {

// `openapi` and `asyncapi` are documents as this program makes them.
std::string docs_page(std::string_view openapi, std::string_view asyncapi);

}  // namespace ordo::http
