#include "engine/ports.h"

#include <algorithm>

namespace ordo {

Result<std::int64_t> DocumentReader::count(const Query& query, std::int64_t most) {
  Query pages = query;
  pages.limit = Query::kMaxPage;
  pages.after.reset();
  std::int64_t count = 0;
  while (count < most) {
    auto page = list(pages);
    if (!page) return fail(std::move(page.error()));
    count += static_cast<std::int64_t>(page->documents.size() + page->unreadable.size());
    if (!page->next) break;
    pages.after = std::move(page->next);
  }
  return std::min(count, most);
}

}  // namespace ordo
