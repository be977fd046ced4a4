// The writes and reads that the commit protocol is made of; see store.h for the protocol.
#pragma once

#include <functional>
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

// Replaces each where the `rev` there is lower; inserts those that are not there at all.
Result<void> replace_older(mongoc_collection_t& collection, const Changes& changes);

// The same for FerretDB 1.24, for which a filter of more than an `_id` means to decode the whole collection, and where
// a request of many updates holds a connection of SQLite's pool of 100 for each of them until it is done, or for ever
// once all are taken. So: few at a time, by `_id` alone. Instead of the guard on `rev` that is missing, `still_ours` is
// asked before each request; its error ends the writing.
Result<void> replace_by_id(mongoc_collection_t& collection, const Changes& changes,
                           const std::function<Result<void>()>& still_ours);

// Those of `changes` for which the collection has a lower `rev` or nothing, read one by one.
Result<Changes> only_newer(Database::Driver& driver, mongoc_collection_t& collection, const Changes& changes);

// The owner's commit record from the primary; nullopt when it never committed.
Result<std::optional<CommitRecord>> find_commit(Database::Driver& driver, const Lease& lease, const Owner& owner,
                                                bool with_changes);

// The documents with these ids, in any order, from the primary.
Result<std::vector<Document>> find_by_ids(Database::Driver& driver, mongoc_collection_t& from, Collection collection,
                                          std::span<const std::string_view> ids);

}  // namespace ordo::mongo
