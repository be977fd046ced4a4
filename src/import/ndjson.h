// Reads rows from NDJSON: one JSON object per line. It is flat like a row of CSV, or a whole order with its lines.
#pragma once

#include <istream>
#include <memory>

#include "import/rows.h"

namespace ordo::imports {

// An object with an array `lines`, `products` or `items` gives one row per element. A row has the members of the
// element and of the object. So the output of `ordo orders list -o ndjson` can be read. Members are recognized like CSV
// columns. Money as `{"amount": 1999, "currency": "USD"}` is in minor units; a plain number is in major units.
std::unique_ptr<RowReader> read_ndjson_rows(std::unique_ptr<std::istream> in, const RowOptions& options);

}  // namespace ordo::imports
