// Walks over whole collections, and the owners of things, for the checks.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "process/ports.h"

namespace ordo::cli {

// Calls `visit` for each document of the collection, page by page; stops at its first error. Errors of the reader.
Result<void> each_document(DocumentReader& documents, Collection collection,
                           const std::function<Result<void>(const Document&)>& visit);

// Who folds the records with this key.
inline Owner owner_of(const Topology& topology, ProcessorKind processor, std::string_view key) {
  return {processor, topology.partition_of(inbox_of(processor), key)};
}
std::vector<Owner> all_owners(const Topology& topology, ProcessorKind processor);

}  // namespace ordo::cli
