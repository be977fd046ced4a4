#include "engine/page_walk.h"

#include <utility>

namespace ordo {

Result<void> each_page(DocumentReader& documents, Query query, const std::function<Result<Walk>(Page&)>& visit) {
  query.limit = Query::kMaxPage;
  while (true) {
    auto page = documents.list(query);
    if (!page) return fail(std::move(page.error()));
    auto walk = visit(*page);
    if (!walk) return fail(std::move(walk.error()));
    if (*walk == Walk::stop || !page->next) return {};
    query.after = std::move(page->next);
  }
}

Result<void> each_document(DocumentReader& documents, Query query,
                           const std::function<Result<void>(const Document&)>& visit) {
  return each_page(documents, std::move(query), [&visit](const Page& page) -> Result<Walk> {
    for (const auto& document : page.documents) {
      if (auto done = visit(document); !done) return fail(std::move(done.error()));
    }
    return Walk::go_on;
  });
}

Result<void> each_document(DocumentReader& documents, Collection collection,
                           const std::function<Result<void>(const Document&)>& visit) {
  Query query;
  query.collection = collection;
  return each_document(documents, std::move(query), visit);
}

}  // namespace ordo
