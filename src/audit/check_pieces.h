// Checks the pieces of an order's lines: what was shipped, cancelled, returned and refunded.
#pragma once

#include <string>
#include <vector>

#include "domain/order.h"

namespace ordo::audit {

// The problems, each as the end of a sentence about the order. At most one per line, and one for all of each list.
std::vector<std::string> problems_of_pieces(const Order& order);

}  // namespace ordo::audit
