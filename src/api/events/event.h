// A record of the log as event streams send it, and the filter of a stream.
#pragma once

#include <array>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "api/events/event_position.h"
#include "http/message.h"
#include "records/event_json.h"

namespace ordo::api {

// Immutable; shared by the listeners of a topic.
class Event {
 public:
  explicit Event(Record record) : record_(std::move(record)) {}

  std::size_t partition() const { return static_cast<std::size_t>(record_.at.partition); }
  std::int64_t offset() const { return record_.offset; }
  const std::string& type() const { return record_.envelope.type; }
  const std::string& subject() const { return record_.envelope.subject; }
  const std::string& key() const { return record_.key; }
  // Approximate size in memory.
  std::size_t footprint() const;

  // "event: ...", "data: ...", and an empty line. Made once, on first use. Any thread.
  const http::BodyChunk& text(PaymentTokens tokens) const;

 private:
  struct Text {
    std::once_flag made;
    http::BodyChunk chunk;  // set once, guarded by `made`
  };

  const Record record_;
  mutable std::array<Text, 2> texts_;  // indexed by PaymentTokens
};
using EventPtr = std::shared_ptr<const Event>;

struct EventFilter {
  std::vector<std::string> types;  // one of these; "ordo.payment.*" is a prefix. Empty: all types
  std::string order_id;            // the record's subject or key; empty: any
  PaymentTokens tokens = PaymentTokens::kShown;

  bool matches(const Event& event) const;
};

// Goes before text(): the id, which is the place after the event.
http::BodyChunk id_line(const EventLog& log, const Offsets& after);

// A sign of life without an event; the place is `after`.
http::BodyChunk heartbeat(const EventLog& log, const Offsets& after);

// Reports that events are missing between the client's place and `resume`, or that the client must reconnect. `why` is
// a word for programs. `requested` is the id that could not be used; `missing` is a count. Both are omitted when empty
// or 0.
http::BodyChunk gap(const EventLog& log, const Offsets& resume, std::string_view why, std::string_view requested = {},
                    std::int64_t missing = 0);

}  // namespace ordo::api
