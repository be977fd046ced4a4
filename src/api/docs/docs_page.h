// /docs: both documents as one page for people. It loads nothing from elsewhere and works without JavaScript.
#pragma once

#include <string>
#include <string_view>

namespace ordo::api {

// This program made the documents `openapi` and `asyncapi`.
std::string docs_page(std::string_view openapi, std::string_view asyncapi);

}  // namespace ordo::api
