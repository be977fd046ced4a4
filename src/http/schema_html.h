// Schemas as HTML: a line for a type, a table for an object's members.
#pragma once

#include <string>
#include <string_view>

#include "records/json_view.h"

namespace ordo::http {

void append_escaped(std::string_view text, std::string& html);
std::string escaped(std::string_view text);

// "array of Order", "one of a, b", "string, date-time". Named schemas are links to "#<anchor>-<name>".
std::string type_html(JsonView schema, std::string_view anchor);

// The members of an object, or the type of anything else. A reference is looked up in `schemas`.
std::string members_html(JsonView schema, JsonView schemas, std::string_view anchor);

// All of "components/schemas", each under its anchor.
std::string schemas_html(JsonView schemas, std::string_view anchor);

}  // namespace ordo::http
