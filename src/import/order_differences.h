// How an order of the file differs from the one that an earlier import placed.
#pragma once

#include <string>

#include "import/order_plan.h"
#include "records/json.h"

namespace ordo::imports {

// "the quantity of line 2 is 1, in the file 2". `document`: the order as the API shows it. Names at most five
// differences. Empty if none is found in customer, time and lines.
std::string order_differences(const PlannedOrder& order, const JsonTape& document);

}  // namespace ordo::imports
