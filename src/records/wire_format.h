// Values that are not plain JSON in UTF-8: converts the readable ones, and names the others.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ordo {

// The JSON text after a byte-order mark or after the framing of Confluent's schema registry, or converted from UTF-16.
// nullopt: the value needs no conversion; to see that costs a look at its first bytes.
std::optional<std::string> plain_json(std::string_view value);

// Why `value` is not JSON, given the parser's error: "empty_value", "schema_registry_framing", "compressed_value",
// "binary_value", "not_utf8" or, for text, "malformed_json".
Error explain_malformed(std::string_view value, Error malformed);

}  // namespace ordo
