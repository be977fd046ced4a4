// The errors of a file that lacks columns: all that are missing, the nearest headings, and the flags to type.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "columns/columns.h"
#include "columns/headings.h"

namespace ordo::imports {

// "unknown_column": --map names a heading that is not there.
Error unknown_column(std::string_view name, const std::vector<std::string>& headings);

// "missing_columns" or "no_lines", if a role that the file needs has no column. `taken`: by heading, whether it has a
// role.
Result<void> check_needed(const Columns& columns, const std::vector<Heading>& read, const std::vector<bool>& taken,
                          bool update);

// "missing_columns" for these roles.
Error missing_columns(const std::vector<Role>& missing, const Columns& columns, const std::vector<Heading>& read,
                      const std::vector<bool>& taken);

}  // namespace ordo::imports
