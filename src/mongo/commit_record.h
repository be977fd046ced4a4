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

// The largest step a record can carry, as the bytes of its changes before they are compressed. MongoDB's own bound on a
// document is 16 MiB; compressed, a record never comes near it.
inline constexpr std::size_t kMaxCommitBytes = 15 * 1024 * 1024;

// A document that a step changed. `bson` points into the record's `bytes`; `id` there, too, or into the document that
// was encoded.
struct RecordedChange {
  Collection collection = Collection::orders;
  std::string_view id;
  std::int64_t rev = 0;
  bool created = false;
  std::string_view bson;
};

// What a commit record says.
struct CommitRecord {
  Cursor cursor;
  std::string token;  // of the recovery that the writer began with
  std::vector<RecordedChange> changes;
  std::unique_ptr<const std::string> bytes;  // of the changes; on the heap so that views hold when the record is moved
};

// A step's changes, each document encoded once: what is written to its collection are the very bytes of the record.
// Needs neither the cursor nor the token, which follow in encode_commit.
struct EncodedChanges {
  std::vector<RecordedChange> changes;
  std::unique_ptr<const std::string> bytes;
};
EncodedChanges encode_changes(std::span<const Change> changes);

// The BSON of a record:
//   {_id: "orders/3", epoch, partitions, next, token, seen: [{source, sequence}],
//    sent: [{topic, partition, dlq, sequence}], changes: {count, bytes, zstd}}
// `zstd` is the BSON of {"0": {collection, id, rev, created, document}, "1": ...}, compressed: a twentieth of the bytes
// to send, to journal and to replicate with every step.
std::string encode_commit(const Owner& owner, const Cursor& cursor, std::string_view token,
                          const EncodedChanges& changes);

// The inverse; a record read without its `changes` has none. kCorrupt "unreadable_commit" with the path of the field.
Result<CommitRecord> decode_commit(std::string_view bson);

}  // namespace ordo::mongo
