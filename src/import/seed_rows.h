// Reads documents of the earlier Node.js system's database as rows to import. Values are converted with the casts for
// its records (records/seed_casts.h).
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "import/rows.h"
#include "mongo/foreign_reader.h"

namespace ordo::imports {

// Returns the next document of a collection, then nullopt.
using NextDocument = std::function<Result<std::optional<mongo::ForeignDocument>>()>;

// One row per product, with its own id.
std::unique_ptr<RowReader> seed_product_rows(NextDocument next);

// One row for each line of a pending order. For every other order, one refused row with the reason "history".
std::unique_ptr<RowReader> seed_order_rows(NextDocument next);

// Why an order is not imported unless the user asks for it.
RowProblem history_stays();

}  // namespace ordo::imports
