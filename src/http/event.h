// A record of the log as listeners get it, and which of them want it.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "http/event_position.h"
#include "http/message.h"
#include "records/envelope.h"

namespace ordo::http {

// Immutable, shared by the listeners of a topic.
class Event {
 public:
  explicit Event(Record record) : record_(std::move(record)) {}

  std::size_t partition() const { return static_cast<std::size_t>(record_.at.partition); }
  std::int64_t offset() const { return record_.offset; }
  const std::string& type() const { return record_.envelope.type; }
  const std::string& subject() const { return record_.envelope.subject; }
  const std::string& key() const { return record_.key; }
  // About what it takes in memory.
  std::size_t footprint() const;

  // "event: ...", "data: ...", an empty line. Made once, when it is first asked for. Any thread.
  const BodyChunk& text() const;

 private:
  const Record record_;
  mutable std::once_flag made_;
  mutable BodyChunk text_;  // by made_
};
using EventPtr = std::shared_ptr<const Event>;

struct EventFilter {
  std::vector<std::string> types;  // any of them; "ordo.payment.*" is a prefix. None: all
  std::string order_id;            // the record's subject or key; empty: any

  bool matches(const Event& event) const;
};

// What precedes text(): the place after the event.
BodyChunk id_line(const EventLog& log, const Offsets& after);

// Nothing happened, the place is `after`.
BodyChunk heartbeat(const EventLog& log, const Offsets& after);

// Events are missing between what the listener has and `resume`, or it has to come again. `why` is a word for programs;
// `requested` the id that could not be used, `missing` a count, both left out when empty or 0.
BodyChunk gap(const EventLog& log, const Offsets& resume, std::string_view why, std::string_view requested = {},
              std::int64_t missing = 0);

}  // namespace ordo::http
