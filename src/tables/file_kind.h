// What a file is, from its first bytes and its name.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "tables/table.h"

namespace ordo::imports {

// Why ordo cannot read a file that begins with `first_bytes`, a few thousand of them: a workbook, an archive, a PDF, a
// web page, something else that is no text. Nothing for a text.
std::optional<Error> unreadable_kind(std::string_view first_bytes);

// From the first characters of the text; if they could begin both, from the name: .json, .ndjson, .jsonl; else CSV.
FileFormat format_of(std::string_view first_characters, std::string_view name);

}  // namespace ordo::imports
