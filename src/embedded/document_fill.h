// Fills the columns of filters that a later release added, from the documents that an earlier one wrote.
#pragma once

#include "base/result.h"
#include "embedded/sqlite.h"
#include "records/documents.h"

namespace ordo::embedded {

// Notes in the table `meta` that the collection's columns are to be filled; inside the transaction that adds them.
Result<void> request_fill(Connection& writer, Collection collection);

// Fills the columns of a collection for which that was noted; else does nothing. Its transactions have a bounded size.
// After a crash, the next call continues where this one was. Call it outside a transaction, before any other write.
Result<void> fill_columns(Connection& writer, Collection collection);

}  // namespace ordo::embedded
