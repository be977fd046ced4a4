// The record and its envelope: CloudEvents 1.0 in Kafka binary mode, with sequence and previous for exactly-once
// delivery.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "domain/actor.h"
#include "records/topology.h"

namespace ordo {

struct Header {
  std::string name;
  std::string value;
  bool null = false;  // the header is there without a value, which differs from an empty value

  Header(std::string_view named, std::string_view said) : name(named), value(said) {}
  Header(std::string_view named, std::nullopt_t) : name(named), null(true) {}
  friend bool operator==(const Header&, const Header&) = default;
};
using Headers = std::vector<Header>;

// The attributes in the ce_ headers. A record without headers is allowed on the seed topics; then `type` and `source`
// are empty.
struct Envelope {
  std::string id;
  std::string source;
  std::string type;
  std::string subject;
  Timestamp time;                        // time of the event, not of its delivery
  std::optional<std::int64_t> sequence;  // rises within one source and destination partition; absent in outside records
  std::optional<std::int64_t> previous;  // the previous sequence to the same partition; 0: none
  std::string traceparent;
  std::string content_type;  // as received; empty: application/json, as ordo writes it
  // Who caused the record; absent: not known. Three attributes of CloudEvents, because those hold plain strings only.
  std::optional<Actor> by;
  std::string proof;  // shows that a deployment of ordo wrote the record, see records/proof.h; empty: none
  Headers extra;      // headers without a meaning for ordo, kept as received
  // The other headers as received, if the fields cannot reproduce them byte for byte: because one is null, repeated,
  // missing, unreadable or formatted differently. Empty: the fields can reproduce them.
  Headers as_came;

  friend bool operator==(const Envelope&, const Envelope&) = default;
};

// On a record that is forwarded to its home partition: the claimed time, which was not believed; see
// engine/record_time.h.
inline constexpr std::string_view kClaimedTimeHeader = "ordo_claimed_time";

// On a forwarded record that may have been folded before: the home partition must not treat it as new.
inline constexpr std::string_view kRepeatedHeader = "ordo_repeated";

// On a record whose content ordo did not write, although ordo sends it. On a forwarded record of another service: its
// own source. On a replay with content of another program or of the operator: "/ordo/dlq/<topic>"; ordo vouches for the
// operator that the record names.
inline constexpr std::string_view kForeignSourceHeader = "ordo_foreign_source";

// A record of the log. `offset` is -1 until the record is appended.
struct Record {
  TopicPartition at;
  std::int64_t offset = -1;
  Timestamp appended_at;  // log time; also the time of a foreign record
  std::string key;
  Envelope envelope;
  std::string value;
  bool null_value = false;  // a tombstone: the value is absent, which differs from an empty value
  bool empty_key = false;   // the key is present and empty; otherwise an empty key means none
};

// The position of a record in the log.
struct LogPosition {
  TopicPartition at;
  std::int64_t offset = 0;
};

// The step of one input record sends at most this many records. A sequence is offset * kRecordsPerStep + index + 1. So
// it does not depend on how the inbox is cut into batches.
inline constexpr std::int64_t kRecordsPerStep = 1024;

inline std::int64_t sequence_of(std::int64_t offset, std::int64_t index) {
  return offset * kRecordsPerStep + index + 1;
}

// "/ordo/orders/3/0": the processor, the partition, and the epoch of the inbox whose offsets number its records.
std::string source_of(const Owner& owner, std::int64_t epoch);

// The headers of Envelope::by.
inline constexpr std::string_view kByKindHeader = "ce_bykind";
inline constexpr std::string_view kByIdHeader = "ce_byid";
inline constexpr std::string_view kByNameHeader = "ce_byname";
inline bool is_by_header(std::string_view name) {
  return name == kByKindHeader || name == kByIdHeader || name == kByNameHeader;
}

// Takes the headers of an actor out of `headers`. Nothing, and all stay, if they name none. If one is repeated, the
// last one counts.
std::optional<Actor> take_by(Headers& headers);

// Replaces the actor, in the headers as received too.
void set_by(std::optional<Actor> by, Envelope& envelope);

// See records/proof.h.
inline constexpr std::string_view kProofHeader = "ordo_proof";

// The headers of an envelope on the wire, and back. Received headers are written again byte for byte; those with a
// meaning come first. A null or unreadable header counts as absent. If a header is repeated, the last one counts.
Headers to_headers(const Envelope& envelope);
Envelope from_headers(Headers headers);

}  // namespace ordo
