// The commit record makes a step atomic on a database without transactions. The collection `commits` has one document
// for each owner. Every step replaces it as a whole. It contains the owner's cursor and the full documents that the
// step changed. So the next owner can finish what its writer left half done.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/ports.h"

namespace ordo::mongo {

inline constexpr std::string_view kCommits = "commits";

// The largest step that a record can carry: bytes of its changes before compression. MongoDB limits a document to 16
// MiB; a compressed record is always far smaller.
inline constexpr std::size_t kMaxCommitBytes = 15 * 1024 * 1024;

// A document that a step changed. `bson` points into the record's `bytes`. `id` points there, too, or into the encoded
// document.
struct RecordedChange {
  Collection collection = Collection::orders;
  std::string_view id;
  std::int64_t rev = 0;
  bool created = false;
  std::string_view bson;
};

// The content of a commit record.
struct CommitRecord {
  Cursor cursor;
  std::string token;  // of the recovery with which the writer began
  std::vector<RecordedChange> changes;
  // The bytes of the changes. They are on the heap, so that views stay valid when the record moves.
  std::unique_ptr<const std::string> bytes;
};

// A step's changes, each document encoded once: its collection gets the same bytes as the record. The cursor and the
// token are not needed here; encode_commit adds them.
struct EncodedChanges {
  std::vector<RecordedChange> changes;
  std::unique_ptr<const std::string> bytes;
};
EncodedChanges encode_changes(std::span<const Change> changes);

// The BSON of a record:
//   {_id: "orders/3", epoch, partitions, next, token, log: {cluster, topic, last: {offset, time, crc}},
//    seen: [{source, sequence}],
//    sent: [{topic, partition, dlq, sequence}], skip?: [{offset, reason}], changes: {count, bytes, zstd}}
// `zstd` is the compressed BSON of {"0": {collection, id, rev, created, document}, "1": ...}. Compression leaves about
// a twentieth of the bytes to send, journal and replicate with every step. Unknown parts of `log` are omitted; records
// of version 0.1.0 have no `log`.
std::string encode_commit(const Owner& owner, const Cursor& cursor, std::string_view token,
                          const EncodedChanges& changes);

// The inverse. A record read without `changes` has none. kCorrupt "unreadable_commit" with the path of the field.
Result<CommitRecord> decode_commit(std::string_view bson);

}  // namespace ordo::mongo
