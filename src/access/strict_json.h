// JSON in which no object has two members with the same name: two readers could use different ones (RFC 7515 4, RFC
// 7517 4, RFC 7519 4).
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

namespace ordo::access {

// Nothing when `text` is not JSON, or has such members. Any thread.
std::optional<boost::json::value> parse_strict_json(std::string_view text);

}  // namespace ordo::access
