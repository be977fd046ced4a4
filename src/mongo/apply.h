// The writes and reads that the commit protocol is made of; see store.h for the protocol.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mongo/commit_record.h"
#include "mongo/driver.h"

namespace ordo::mongo {

using Changes = std::vector<const RecordedChange*>;

// Inserts them in unordered bulks. Gives back those whose id is there already.
Result<Changes> insert_new(mongoc_collection_t& collection, const Changes& changes);

// Replaces each where the `rev` there is lower, `at_once` in one request; inserts those that are not there at all.
Result<void> replace_older(mongoc_collection_t& collection, const Changes& changes, std::size_t at_once);

// The owner's commit record from the primary; nullopt when it never committed.
Result<std::optional<CommitRecord>> find_commit(Database::Driver& driver, const Lease& lease, const Owner& owner,
                                                bool with_changes);

// The documents with these ids, in any order, from the primary.
Result<std::vector<Document>> find_by_ids(Database::Driver& driver, mongoc_collection_t& from, Collection collection,
                                          std::span<const std::string_view> ids);

}  // namespace ordo::mongo
