// The casts of the system that ordo grew from (the seed). Its database converted JSON values of another kind than its
// schema. They apply with Fields::seed: to records without a ce_type, and to the routes under /api.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "records/json.h"

namespace ordo {

// The number that `node` is cast to, as its token, so that no digit is lost. Accepts a number, a text that is exactly
// one number ("2", "12.50"), and false and true as 0 and 1. Nothing for all else.
std::optional<std::string_view> seed_number(const JsonNode& node);

// The text that `node` is cast to. Accepts a text, a number as JavaScript writes it (77 and 77.0 are "77"), "true" and
// "false". Nothing for all else, and for a number with an exponent.
std::optional<std::string> seed_text(const JsonNode& node);

// Whether `node`, where a number is expected, means none: null, or the empty text.
bool says_no_number(const JsonNode& node);

}  // namespace ordo
