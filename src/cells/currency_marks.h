// The signs and codes by which people write a currency.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "domain/money.h"

namespace ordo::imports {

// All currencies that a text such as "$", "US$", "eur", "VNĐ" or "$ CAD" may mean; empty for an empty text. nullopt
// when a part of it is no currency, or when its parts contradict each other.
std::optional<std::vector<Currency>> currencies_of(std::string_view mark);

}  // namespace ordo::imports
