// Serves a client that begins with older events. It reads them from the log for this client alone, at the client's own
// pace, until it reaches the feed.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "api/events/event_feed.h"

namespace ordo::api {

// The place where a client wants to begin.
struct EventStart {
  enum class At : std::uint8_t { kNow, kBeginning, kTime, kPlace };

  At at = At::kNow;
  Timestamp time;  // for kTime: of the log's clock
  Offsets place;   // for kPlace
  // An id that cannot be used. The client receives a gap, and begins `at`.
  std::string unusable;  // the id; empty: there is none
  std::string reason;
};

// Each object runs on its own thread.
class EventCatchUp {
 public:
  // All references outlive run(). It ends early when `stopping` becomes true.
  EventCatchUp(EventFeed& feed, LogSource& source, const EventOptions& options, EventCounters& counters,
               const std::atomic<bool>& stopping);

  // Returns when the feed serves the client, or when the client is gone.
  void run(const ListenerPtr& listener, const EventStart& start);

 private:
  bool begin(EventStart start);
  bool begin_in(const std::vector<LogRange>& ranges, const EventStart& start);
  bool note_gap(std::string_view reason, const std::string& requested, std::int64_t missing);
  bool read_on();
  bool deliver(const Event& event);
  bool write(const http::BodyChunk& first, const http::BodyChunk& second);
  bool wait_for_room();
  void tell_place();
  bool ended() const { return stopping_.load() || listener_->writer.gone(); }
  void back_off(std::string_view what, const Error& error);

  EventFeed& feed_;
  LogSource& source_;
  const EventOptions& options_;
  EventCounters& counters_;
  const std::atomic<bool>& stopping_;

  ListenerPtr listener_;
  Offsets place_;                      // after the last delivered event
  std::unique_ptr<LogReader> reader_;  // null until events are needed that the feed no longer keeps
  std::chrono::milliseconds backoff_;
};

}  // namespace ordo::api
