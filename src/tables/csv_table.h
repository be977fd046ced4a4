// The records of a CSV file as a table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "tables/table.h"
#include "tables/text_decoding.h"

namespace ordo::imports {

// Looks for packed lines in the first rows, and reads all of the file for their headings if there are some, unless the
// headings are given. Delimiter 0: detect it. kInvalid "empty_file", "malformed_headings", "too_many_columns",
// "file_changed" when it does not begin with the given headings; kIo.
Result<std::unique_ptr<Table>> open_csv_table(const OpenText& open, char delimiter,
                                              const std::vector<std::string>* headings);

// Takes away what spreadsheets put around a value to keep it as a text, and the wrappers that mongoexport leaves:
// '0042, '=1+1, ="0043", ObjectId(65e7...), {"$oid": "65e7..."}.
void unwrap_cell(std::string& cell);

}  // namespace ordo::imports
