// The place of a record, as ordo skip reads it: "order_events/0@18".
#pragma once

#include <string_view>

#include "base/result.h"
#include "records/topology.h"

namespace ordo::cli {

struct SkipPlace {
  Owner owner;  // the owner whose inbox is the topic
  std::int64_t offset = 0;
};

// Reads a place. The topic has its canonical name, or its name on the broker. kInvalid "bad_place", "unknown_topic",
// "unknown_partition".
Result<SkipPlace> parse_skip_place(const Topology& topology, std::string_view text);

}  // namespace ordo::cli
