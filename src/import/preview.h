// The first look at a file, for the person who imports it: its program, the meaning of each column, the unused ones.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "import/order_plan.h"
#include "import/survey.h"

namespace ordo::imports {

// "Looks like: Shopify orders (one row a line). 4 orders, 5 rows, ..." and the meaning of each column. Some lines, with
// a line end each.
std::string preview_text(const Survey& survey);

// The same as one JSON object, with what must be answered first.
std::string preview_json(const Survey& survey, std::span<const Error> questions);

// "Vendor (4), Risk Level (4)": the columns without a meaning that have values. Empty if there are none.
std::string unused_text(const Survey& survey);

}  // namespace ordo::imports
