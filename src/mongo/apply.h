// The reads and writes of the commit protocol; store.h describes the protocol.
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

// Limits for one request to a server.
struct Pace {
  std::size_t replaces = 500;
  std::size_t ids = 1000;
};

// A change whose insert met a duplicate key: of its id, or of an index that the server does not name.
struct Met {
  const RecordedChange* change = nullptr;
  DuplicateKey key;
};

// Inserts the documents in unordered bulks. Returns those whose id seems to exist; replace_older finds out.
// kUnavailable "unique_index" for a duplicate in another index.
Result<std::vector<Met>> insert_new(mongoc_collection_t& collection, const Changes& changes);

// Replaces each document whose stored `rev` is lower, and inserts those that are missing. It succeeds only when each
// document is stored with its `rev` or a higher one. Otherwise kUnavailable "unique_index" or "foreign_document".
Result<void> replace_older(mongoc_collection_t& collection, const Changes& changes, const Pace& pace);

// The owner's commit record, read from the primary; nullopt when it never committed.
Result<std::optional<CommitRecord>> find_commit(Database::Driver& driver, const Lease& lease, const Owner& owner,
                                                bool with_changes);

// The documents with these ids, in any order, read from the primary.
Result<std::vector<Document>> find_by_ids(Database::Driver& driver, mongoc_collection_t& from, Collection collection,
                                          std::span<const std::string_view> ids);

}  // namespace ordo::mongo
