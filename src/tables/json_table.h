// The documents of a JSON file as a table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "tables/table.h"
#include "tables/text_decoding.h"

namespace ordo::imports {

// Reads all of the file for its headings, unless they are given. kInvalid "empty_file", "malformed_json" when no
// document can be read; kIo.
Result<std::unique_ptr<Table>> open_json_table(const OpenText& open, const std::vector<std::string>* headings);

}  // namespace ordo::imports
