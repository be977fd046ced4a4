// What a person must answer before the first row of an import is sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/order_plan.h"
#include "import/survey.h"

namespace ordo::imports {

// The questions that an import in this way cannot leave open, the most important one first: "past_orders" when the
// file has orders that are not new and `mode` is absent; "unknown_status" with all words; numbers and times that can be
// read in two ways. Amounts matter only where they are used: as new business, the catalogue prices orders. `file` is
// the name of the file, for the commands that are shown.
std::vector<Error> open_questions(const Survey& survey, std::optional<OrderMode> mode, std::string_view file);

// All of them as one error: that of the first, and the others as its violations.
Error as_one(const std::vector<Error>& questions);

}  // namespace ordo::imports
