#include "audit/check_scan.h"

namespace ordo::audit {

Result<void> each_document(DocumentReader& documents, Collection collection,
                           const std::function<Result<void>(const Document&)>& visit) {
  Query query;
  query.collection = collection;
  query.limit = Query::kMaxPage;
  while (true) {
    auto page = documents.list(query);
    if (!page) return fail(std::move(page.error()));
    for (const auto& document : page->documents) {
      if (auto done = visit(document); !done) return done;
    }
    if (!page->next) return {};
    query.after = std::move(page->next);
  }
}

std::vector<Owner> all_owners(const Topology& topology, ProcessorKind processor) {
  const int partitions = topology[inbox_of(processor)].partitions;
  std::vector<Owner> owners;
  owners.reserve(static_cast<std::size_t>(partitions));
  for (int partition = 0; partition < partitions; ++partition) owners.push_back({processor, partition});
  return owners;
}

}  // namespace ordo::audit
