// Which owners fold what.
#pragma once

#include <string_view>
#include <vector>

#include "engine/ports.h"

namespace ordo::audit {

// The owner that folds the records with this key.
inline Owner owner_of(const Topology& topology, ProcessorKind processor, std::string_view key) {
  return {processor, topology.partition_of(inbox_of(processor), key)};
}
std::vector<Owner> all_owners(const Topology& topology, ProcessorKind processor);

}  // namespace ordo::audit
