// Shows schemas as HTML: one line for a type, one table for the members of an object.
#pragma once

#include <string>
#include <string_view>

#include "records/json_view.h"

namespace ordo::api {

void append_escaped(std::string_view text, std::string& html);
std::string escaped(std::string_view text);

// "array of Order", "one of a, b", "string, date-time". Named schemas are links to "#<anchor>-<name>".
std::string type_html(JsonView schema, std::string_view anchor);

// The members of an object, or the type of anything else. Looks up references in `schemas`.
std::string members_html(JsonView schema, JsonView schemas, std::string_view anchor);

// All of "components/schemas", each with its anchor.
std::string schemas_html(JsonView schemas, std::string_view anchor);

}  // namespace ordo::api
