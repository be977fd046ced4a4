// A client that begins with older events: they are read from the log for it alone, at its own pace, until it is where
// the feed is.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "http/event_feed.h"

namespace ordo::http {

// Where a client wants to begin.
struct EventStart {
  enum class At : std::uint8_t { kNow, kBeginning, kPlace };

  At at = At::kNow;
  Offsets place;  // with kPlace
  // An id that cannot be used: the client is told so, and begins `at`.
  std::string unusable;  // the id; empty: there is none
  std::string reason;
};

// Runs on one thread of its own.
class EventCatchUp {
 public:
  // All outlive run(). It ends early when `stopping` becomes true.
  EventCatchUp(EventFeed& feed, LogSource& source, const EventOptions& options, EventCounters& counters,
               const std::atomic<bool>& stopping);

  // Returns when the feed has taken over, or the client is gone.
  void run(const ListenerPtr& listener, const EventStart& start);

 private:
  bool begin(const EventStart& start);
  bool begin_in(const std::vector<LogRange>& ranges, const EventStart& start);
  bool note_gap(std::string_view reason, const std::string& requested, std::int64_t missing);
  bool read_on();
  bool deliver(const Event& event);
  bool write(const BodyChunk& first, const BodyChunk& second);
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
  Offsets place_;                      // behind what was delivered
  std::unique_ptr<LogReader> reader_;  // null until older events than the feed keeps are needed
  std::chrono::milliseconds backoff_;
};

}  // namespace ordo::http
