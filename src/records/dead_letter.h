// Dead letters: records that a processor refused, and their later fate. A dead-letter topic holds two kinds of records.
// Letters are the refused records, byte for byte, with headers that give the reason. Marks say which letters were
// replayed or dropped. So both backends know the fate of a letter, and keep it as long as the letter.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "records/envelope.h"
#include "records/topology.h"

namespace ordo {

class RecordProof;

namespace type {
inline constexpr std::string_view kLetterReplayed = "ordo.dlq.replayed.v1";
inline constexpr std::string_view kLetterDropped = "ordo.dlq.dropped.v1";
}  // namespace type

// The reasons of three letters. One is for a record without a valid actor; a replay makes the operator its actor. One
// for a record that claimed to be ordo's without a valid proof, one for a record that an operator skipped.
inline constexpr std::string_view kInvalidBy = "invalid_by";
inline constexpr std::string_view kForgedSource = "forged_source";
inline constexpr std::string_view kSkipped = "skipped";
// The reason of records whose fold caused more than the log or the store accepts.
inline constexpr std::string_view kRecordTooLarge = "record_too_large";
inline constexpr std::string_view kDocumentTooLarge = "document_too_large";

// A replayed record carries these two headers. The origin is the position of the record that was refused first, however
// often it was replayed since. Ids that are made from a record's position are made from its origin instead. So a record
// that is replayed twice creates nothing twice.
inline constexpr std::string_view kReplayOfHeader = "ordo_replay_of";  // the id of the letter
inline constexpr std::string_view kOriginHeader = "ordo_origin";       // "order_created/3/17@2026-01-02T03:04:05.678Z"

// The value of the header `name`; empty if there is none.
std::string_view extra_header(const Record& record, std::string_view name);

// True for a record that was replayed from the dead letters. Whatever its headers claim, it may have been in the log
// before.
inline bool is_replay(const Record& record) {
  return !record.envelope.extra.empty() && !extra_header(record, kOriginHeader).empty();
}

// A letter's id: the topic's canonical name and the offset in its dead-letter topic, "order_created:17".
struct LetterId {
  Topic topic = Topic::order_created;
  std::int64_t offset = 0;

  friend auto operator<=>(const LetterId&, const LetterId&) = default;
};
std::string to_string(const LetterId& id);
std::optional<LetterId> parse_letter_id(std::string_view text);

struct DeadLetter {
  LetterId id;
  // The position of the refused record. Two letters about the same record, which a crash can leave, count as one. See
  // kOriginHeader.
  std::string place;
  std::string reason;  // empty for a record that another program put into the topic
  std::string detail;
  std::string processor;
  int partition = -1;        // of the refused record; -1: not known
  std::int64_t offset = -1;  // like partition
  Timestamp time;            // of the record
  Timestamp refused_at;      // log time
  std::string replay_of;     // id of the letter that was replayed as this record; empty: none
  // Bytes of the value, if the letter has no value because its topic would not accept it; see letter_size.h.
  std::optional<std::int64_t> omitted_bytes;
};

enum class LetterState : std::uint8_t { open, replayed, dropped };
std::string_view to_string(LetterState state);

// The content of a mark.
struct LetterMark {
  std::string place;  // of the letter
  LetterState state = LetterState::replayed;
};

// Each record of a dead-letter topic is a letter or a mark.
bool is_mark(const Record& record);
DeadLetter read_letter(const Record& record);
// kCorrupt for an unreadable record.
Result<LetterMark> read_mark(const Record& record);

// The state of each letter, from the marks read so far.
class LetterStates {
 public:
  // Reads a mark. True when `record` is one.
  bool note(const Record& record);
  LetterState of(const DeadLetter& letter) const;

 private:
  std::map<std::string, LetterState, std::less<>> states_;  // by place; letters that are not in it are open
};

// The refused record again, with `value` instead of its own if one is given. It keeps key, type, time, subject and its
// headers. It has no sequence and previous, which would make it a duplicate. It goes to its old partition, because the
// right one cannot be computed from an unreadable record. The processor there forwards it if it belongs elsewhere.
//
// A record that claimed to be ordo's must have a valid proof, where there is a `proof` to check it. Without one, a
// replay does not make it ordo's: it becomes the operator's, with the source "/ordo/dlq/<topic>" and the letter's id.
//
// `by`: the operator. The record keeps the actor that it had, because the replay only repeats what that one asked for.
// It gets the operator instead if ordo did not believe it, if the operator wrote its value, or if ordo becomes its
// source.
//
// It is harmless to replay a record twice because a crash lost the mark. Orders have their id from their value or their
// origin; so do stock movements. A second order.created, reservation, release, decision, payment or shipment is not
// allowed by the state and changes nothing. A product event sets the same values again. The one exception are the
// figures that orders sends to customers: they are sums and count twice. They are refused only if another program wrote
// them, because crm accepts all that orders writes.
Record replay_of(const Topology& topology, const Record& letter, const std::optional<std::string>& value,
                 const RecordProof* proof = nullptr, const std::optional<Actor>& by = std::nullopt);

// The mark to append. `source` is that of the API's records, `by` the operator.
Record mark_of(const DeadLetter& letter, LetterState state, Timestamp at, const std::string& source,
               std::optional<Actor> by = std::nullopt);

}  // namespace ordo
