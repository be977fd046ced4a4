// The tables of the import for the documentation.
#pragma once

#include <string>

namespace ordo::imports {

// {"roles": [...], "profiles": [...]}: each role with its meaning and its words, each profile with its columns.
std::string import_tables_json();

}  // namespace ordo::imports
