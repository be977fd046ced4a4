// Walks through all documents that a query finds. Each page is one read, so a long list never stands in memory.
#pragma once

#include <functional>

#include "engine/ports.h"

namespace ordo {

enum class Walk : unsigned char { go_on, stop };

// Reads the pages of `query`, in the order of the list, and passes each to `visit`. Walks until the last page, or until
// `visit` says stop or fails. Begins after `query.after`, and ignores `query.limit`. Runs on the caller's thread, which
// may take a lock for each page. Errors: those of the reader and of `visit`.
Result<void> each_page(DocumentReader& documents, Query query, const std::function<Result<Walk>(Page&)>& visit);

// The same, document by document. Unreadable documents are left out. The first error of `visit` ends the walk.
Result<void> each_document(DocumentReader& documents, Query query,
                           const std::function<Result<void>(const Document&)>& visit);

// All documents of a collection.
Result<void> each_document(DocumentReader& documents, Collection collection,
                           const std::function<Result<void>(const Document&)>& visit);

}  // namespace ordo
