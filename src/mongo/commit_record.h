// The commit record: what makes a step atomic on a database without transactions. One document for each owner in the
// collection `commits`, replaced as a whole with every step; it carries the owner's cursor and, in full, the documents
// that the step changed, so that whoever comes next can finish what its writer left half done.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "process/ports.h"

namespace ordo::mongo {

inline constexpr std::string_view kCommits = "commits";

// A document that a step changed. `bson` points into the record's bytes; `id` there, too, or into the document that was
// encoded.
struct RecordedChange {
  Collection collection = Collection::orders;
  std::string_view id;
  std::int64_t rev = 0;
  bool created = false;
  std::string_view bson;
};

// A commit record and its bytes, on the heap so that the views hold when the record is moved.
struct CommitRecord {
  Cursor cursor;
  std::string token;  // of the recovery that the writer began with
  std::vector<RecordedChange> changes;
  std::unique_ptr<const std::string> bson;
};

// {_id: "orders/3", epoch, partitions, next, token, seen: [{source, sequence}],
//  sent: [{topic, partition, dlq, sequence}], changes: [{collection, id, rev, created, document}]}
// Each document is encoded once, in place: what is written to its collection later are these very bytes.
CommitRecord encode_commit(const Owner& owner, const Cursor& cursor, std::string_view token,
                           std::span<const Change> changes);

// The inverse; a record read without its `changes` has none. kCorrupt "unreadable_commit" with the path of the field.
Result<CommitRecord> decode_commit(std::string_view bson);

}  // namespace ordo::mongo
