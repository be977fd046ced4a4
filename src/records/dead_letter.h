// Dead letters: records that a processor refused, and what became of them. A dead-letter topic holds the letters, byte
// for byte with headers that say why, and marks that say which of them were replayed or dropped: so both backends know
// it, and it is there for as long as the letters are.
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

namespace type {
inline constexpr std::string_view kLetterReplayed = "ordo.dlq.replayed.v1";
inline constexpr std::string_view kLetterDropped = "ordo.dlq.dropped.v1";
}  // namespace type

// A replayed record carries these two. The origin is where the record that was refused first had been, however often it
// was replayed since; what is made from a record's place in the log is made from its origin instead, so that a replay
// done twice makes nothing twice.
inline constexpr std::string_view kReplayOfHeader = "ordo_replay_of";  // the id of the letter
inline constexpr std::string_view kOriginHeader = "ordo_origin";       // "order_created/3/17@2026-01-02T03:04:05.678Z"

// The value of the header `name`; empty when there is none.
std::string_view extra_header(const Record& record, std::string_view name);

// True for a record that was replayed from the dead letters: whatever it says of itself, it may have been there before.
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
  // Of the refused record: two letters of the same one, which a crash in between can leave, are one. See kOriginHeader.
  std::string place;
  std::string reason;  // empty for what somebody else put into the topic
  std::string detail;
  std::string processor;
  int partition = -1;        // where the record was; -1: not known
  std::int64_t offset = -1;  // as partition
  Timestamp time;            // of the record
  Timestamp refused_at;      // by the log's clock
  std::string replay_of;     // id of the letter that was replayed as this record; empty: none
};

enum class LetterState : std::uint8_t { open, replayed, dropped };
std::string_view to_string(LetterState state);

// What a mark says.
struct LetterMark {
  std::string place;  // of the letter
  LetterState state = LetterState::replayed;
};

// A record of a dead-letter topic is either.
bool is_mark(const Record& record);
DeadLetter read_letter(const Record& record);
// kCorrupt for what cannot be read.
Result<LetterMark> read_mark(const Record& record);

// What the marks of the topics have said so far.
class LetterStates {
 public:
  // True when `record` is a mark.
  bool note(const Record& record);
  LetterState of(const DeadLetter& letter) const;

 private:
  std::map<std::string, LetterState, std::less<>> states_;  // by place; those not in it are open
};

// The refused record again, with `value` in the place of its own when there is one: key, type, time, subject and the
// headers it had. Without sequence and previous, by which it would be taken for a duplicate. To the partition that it
// was in, for it is not known how to tell its home from what cannot be read; the processor there forwards it where it
// belongs elsewhere.
//
// To replay a record twice, because the mark was lost in a crash, is harmless: orders have their id from their value or
// their origin, movements of stock too; a second order.created, reservation, release, verdict, payment or shipment is
// one that the state does not ask for and changes nothing; a product event sets what it set before. The one exception
// are the figures that orders sends to customers, which are sums: those count twice. They are refused only when
// somebody else has written them, for orders writes none that crm does not take.
Record replay_of(const Topology& topology, const Record& letter, const std::optional<std::string>& value);

// The mark to append. `source` as of all records of the API.
Record mark_of(const DeadLetter& letter, LetterState state, Timestamp at, const std::string& source);

}  // namespace ordo
