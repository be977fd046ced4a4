// The checks of orders of the past, and their numbers. The API and the orders processor use the same ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "records/messages.h"

namespace ordo::processors {

// The problems of an imported order: terms, figures, what had become of it. At most 20 of each. `rule`: as_written for
// ordo's own records.
std::vector<Violation> check_imported_order(const ImportedOrder& content, TextRule rule);

// The short number of an imported order. It is made from the record's position in order_events: "H1042", and "2-H1042"
// in the log's epoch 2. So it is none of those that intake gives.
std::string imported_order_number(const Topology& topology, std::int64_t epoch, int partition, std::int64_t offset);

}  // namespace ordo::processors
