#include "audit/check_owners.h"

namespace ordo::audit {

std::vector<Owner> all_owners(const Topology& topology, ProcessorKind processor) {
  const int partitions = topology[inbox_of(processor)].partitions;
  std::vector<Owner> owners;
  owners.reserve(static_cast<std::size_t>(partitions));
  for (int partition = 0; partition < partitions; ++partition) owners.push_back({processor, partition});
  return owners;
}

}  // namespace ordo::audit
