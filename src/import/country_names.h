// Countries as files name them.
#pragma once

#include <string>
#include <string_view>

namespace ordo::imports {

// The ISO 3166-1 alpha-2 code of "DE", "de", "DEU", "Germany", "Việt Nam" or "U.S.A."; empty if ordo knows no such
// country. English names, those of iso-codes, and some that shops in other languages write.
std::string country_code(std::string_view cell);

}  // namespace ordo::imports
