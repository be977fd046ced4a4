// Helpers of the checks: they read whole collections, and find owners.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "engine/ports.h"

namespace ordo::audit {

// Calls `visit` for each document of the collection, page by page. Stops at its first error. Errors of the reader.
Result<void> each_document(DocumentReader& documents, Collection collection,
                           const std::function<Result<void>(const Document&)>& visit);

// The owner that folds the records with this key.
inline Owner owner_of(const Topology& topology, ProcessorKind processor, std::string_view key) {
  return {processor, topology.partition_of(inbox_of(processor), key)};
}
std::vector<Owner> all_owners(const Topology& topology, ProcessorKind processor);

}  // namespace ordo::audit
