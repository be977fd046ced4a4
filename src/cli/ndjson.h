// Rows out of NDJSON: one JSON object a line, either flat like a row of CSV, or a whole order with its lines.
#pragma once

#include <istream>
#include <memory>

#include "cli/import_rows.h"

namespace ordo::cli {

// An object with an array `lines`, `products` or `items` gives one row for each element of it, with the members of the
// object beside those of the element; so what `ordo orders list -o ndjson` writes can be read. Members are found as the
// columns of CSV are. Money as `{"amount": 1999, "currency": "USD"}` is minor units, a plain number is major units.
std::unique_ptr<RowReader> read_ndjson_rows(std::unique_ptr<std::istream> in, const RowOptions& options);

}  // namespace ordo::cli
