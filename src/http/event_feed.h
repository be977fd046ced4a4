// One topic as it grows: a thread that follows the log while somebody listens, and hands each event to all who do.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "http/body_stream.h"
#include "http/event.h"
#include "http/event_options.h"
#include "process/ports.h"

namespace ordo::http {

// A client's stream. At any time either the feed serves it, or the one thread that catches up for it.
struct Listener {
  Listener(EventFilter wanted, BodyWriter to, std::shared_ptr<const Caller> who = nullptr)
      : filter(std::move(wanted)), writer(std::move(to)), caller(std::move(who)) {}

  void note_sent() { last_sent = std::chrono::steady_clock::now(); }
  bool silent_for(std::chrono::milliseconds time) const {
    return std::chrono::steady_clock::now() - last_sent.load() >= time;
  }

  const EventFilter filter;
  BodyWriter writer;
  const std::shared_ptr<const Caller> caller;  // whose key the stream ends with; null: nobody's
  std::atomic<std::chrono::steady_clock::time_point> last_sent{std::chrono::steady_clock::now()};
  // Of the feed, both. Where the client has come to while that is not the feed's own place: beyond it in some
  // partition, or, with `behind`, before it. Empty: the same.
  Offsets own;
  // The number of the first of the feed's recent events that it has not been given, because its buffer was full. 0:
  // none.
  std::uint64_t behind = 0;
};
using ListenerPtr = std::shared_ptr<Listener>;

// Any thread. The source outlives it.
class EventFeed {
 public:
  EventFeed(const EventLog& log, LogSource& source, const EventOptions& options,
            std::shared_ptr<EventCounters> counters);
  // Stops.
  ~EventFeed();
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  const EventLog& log() const { return log_; }

  // From now on. `on_ready` is called once, on any thread, when the listener has its place: what is appended afterwards
  // it gets. With an error when the log is away; then it is not kept.
  using OnReady = std::function<void(Result<void>)>;
  void listen(ListenerPtr listener, OnReady on_ready);

  // Announces a listener that is catching up: the feed follows the log for it, and keeps it alive with heartbeats.
  void expect(const ListenerPtr& listener);

  enum class Join : std::uint8_t {
    kTooOld,  // its place is before the latest events that are kept: read on in the log
    kFull,    // `place` has moved on; ask again when there is room
    kGone,    // nobody reads any more
    kJoined,  // the feed goes on from here
  };
  // One that has been expected is at `place`.
  Join join(const ListenerPtr& listener, Offsets& place);

  // Asks the thread to end; the destructor waits for it.
  void stop();

 private:
  using Lock = std::unique_lock<std::mutex>;
  using Clock = std::chrono::steady_clock;
  struct Starting {
    ListenerPtr listener;
    OnReady on_ready;
  };

  void run();
  bool wait_until_wanted(Lock& lock);
  bool open(Lock& lock);
  void close(Lock& lock);
  Result<std::unique_ptr<LogReader>> open_reader(const Offsets& at, Offsets& from, std::vector<LogRange>& ranges);
  void check_place(const std::vector<LogRange>& ranges, const Offsets& from);
  void settle_starting(Lock& lock, const Result<void>& result);
  void publish(EventPtr event);
  bool offer(Listener& listener, const Event& event, BodyChunk& shared_id);
  enum class Given : std::uint8_t { kAll, kFull, kGone, kForgotten };
  Given give_recent(Listener& listener);
  void help_those_behind();
  void send_away(Listener& listener);
  Offsets place_of(const Listener& listener) const;
  void begin_live(const ListenerPtr& listener);
  void forget_recent();
  void look_after(Clock::time_point now);

  const EventLog log_;
  LogSource& source_;
  const EventOptions options_;
  const std::shared_ptr<EventCounters> counters_;

  std::unique_ptr<LogReader> reader_;  // of the thread alone

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool stopping_ = false;
  bool following_ = false;  // there is a reader, and `place_` is where it is
  Offsets place_;           // empty until the log was first opened, and after it was closed
  std::vector<Starting> starting_;
  std::vector<ListenerPtr> expected_;
  std::vector<ListenerPtr> live_;
  std::deque<EventPtr> recent_;
  std::size_t recent_bytes_ = 0;
  std::uint64_t recent_begin_ = 1;  // the number of recent_.front()
  Offsets recent_from_;             // the place before recent_.front()
  std::optional<Clock::time_point> idle_since_;
  Clock::time_point next_look_;
  std::chrono::milliseconds backoff_;

  std::thread thread_;  // last: uses all of the above
};

}  // namespace ordo::http
