// The record and its envelope: CloudEvents 1.0 in Kafka binary mode, plus what makes delivery exact (sequence,
// previous).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "records/topology.h"

namespace ordo {

using Headers = std::vector<std::pair<std::string, std::string>>;

// What the ce_ headers say. A record with no headers is legal on the seed topics: then `type` and `source` are empty.
struct Envelope {
  std::string id;
  std::string source;
  std::string type;
  std::string subject;
  Timestamp time;                        // of what happened, not of its delivery
  std::optional<std::int64_t> sequence;  // rises within one source and destination partition; absent from outside
  std::optional<std::int64_t> previous;  // the sequence sent before this one to the same partition; 0: none
  std::string traceparent;
  Headers extra;  // headers ordo gives no meaning to, kept as they came

  friend bool operator==(const Envelope&, const Envelope&) = default;
};

// A record of the log. Before it is appended `offset` is -1.
struct Record {
  TopicPartition at;
  std::int64_t offset = -1;
  Timestamp appended_at;  // by the log's clock; what a foreign record has for a time
  std::string key;
  Envelope envelope;
  std::string value;
};

// Where a record came to lie.
struct LogPosition {
  TopicPartition at;
  std::int64_t offset = 0;
};

// A step of one input record may send at most this many records; a sequence is offset * kRecordsPerStep + index + 1, so
// that it is the same however the inbox is cut into batches.
inline constexpr std::int64_t kRecordsPerStep = 1024;

inline std::int64_t sequence_of(std::int64_t offset, std::int64_t index) {
  return offset * kRecordsPerStep + index + 1;
}

// "/ordo/orders/3/0": processor, partition and the epoch of the inbox it numbers its records by.
std::string source_of(const Owner& owner, std::int64_t epoch);

// The headers of an envelope as they stand on the wire, and back. An unreadable ce_time or ce_sequence is dropped: from
// outside such a record counts as one without it.
Headers to_headers(const Envelope& envelope);
Envelope from_headers(Headers headers);

}  // namespace ordo
