// The identifiers of the domain and the rule they all obey.
#pragma once

#include <string_view>

#include "base/id.h"
#include "base/result.h"

namespace ordo {

using OrderId = Id<struct OrderIdTag>;
using ProductId = Id<struct ProductIdTag>;
using CustomerId = Id<struct CustomerIdTag>;
using LocationId = Id<struct LocationIdTag>;

// An identifier given from outside: 1 to 128 characters of A-Z a-z 0-9 . _ : ~ @ + - and spaces inside. No slash,
// because ids are joined with one; nothing that needs escaping in a log line or a shell. Returns what is wrong, or an
// empty view.
std::string_view id_problem(std::string_view id);

}  // namespace ordo
