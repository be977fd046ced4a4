// Follows one topic: while there are listeners, a thread reads the log and gives each event to all of them.
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

#include "api/events/event.h"
#include "api/events/event_options.h"
#include "engine/ports.h"
#include "http/body_stream.h"

namespace ordo::api {

// A client's stream. At any time, either the feed serves it, or the one thread that catches up for it.
struct Listener {
  Listener(EventFilter wanted, http::BodyWriter to, std::shared_ptr<const http::Caller> who = nullptr)
      : filter(std::move(wanted)), writer(std::move(to)), caller(std::move(who)) {}

  void note_sent() { last_sent = std::chrono::steady_clock::now(); }
  bool silent_for(std::chrono::milliseconds time) const {
    return std::chrono::steady_clock::now() - last_sent.load() >= time;
  }

  const EventFilter filter;
  http::BodyWriter writer;
  const std::shared_ptr<const http::Caller> caller;  // the stream ends when this caller's key does; null: no key
  std::atomic<std::chrono::steady_clock::time_point> last_sent{std::chrono::steady_clock::now()};
  // The feed uses both members. `own` is the client's place when it differs from the feed's place: after it in some
  // partition or, with `behind`, before it. Empty: the same place.
  Offsets own;
  // Number of the first recent event that the client has not received because its buffer was full. 0: none.
  std::uint64_t behind = 0;
};
using ListenerPtr = std::shared_ptr<Listener>;

// Any thread may use it. The source outlives it.
class EventFeed {
 public:
  EventFeed(const EventLog& log, LogSource& source, const EventOptions& options,
            std::shared_ptr<EventCounters> counters);
  // Calls stop(), then joins the thread.
  ~EventFeed();
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  const EventLog& log() const { return log_; }

  // Serves the listener from now on. Calls `on_ready` once, on any thread, when the listener has its place. The
  // listener receives every record that is appended later. If the log is unavailable, `on_ready` gets an error and the
  // listener is not kept.
  using OnReady = std::function<void(Result<void>)>;
  void listen(ListenerPtr listener, OnReady on_ready);

  // Announces a listener that is catching up. The feed follows the log for it, and sends it heartbeats.
  void expect(const ListenerPtr& listener);

  enum class Join : std::uint8_t {
    kTooOld,  // its place is before the recent events: read on in the log
    kFull,    // `place` has moved; call again when there is room
    kGone,    // the client is gone
    kJoined,  // the feed serves the listener from here
  };
  // Joins an announced listener that is at `place`.
  Join join(const ListenerPtr& listener, Offsets& place);

  // Asks the thread to end. The destructor waits for it.
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
  bool offer(Listener& listener, const Event& event, http::BodyChunk& shared_id);
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

  std::unique_ptr<LogReader> reader_;  // only the thread uses it

  std::mutex mutex_;  // guards the members below
  std::condition_variable changed_;
  bool stopping_ = false;
  bool following_ = false;  // there is a reader, and it is at `place_`
  Offsets place_;           // empty before the log is first opened, and after it is closed
  std::vector<Starting> starting_;
  std::vector<ListenerPtr> expected_;
  std::vector<ListenerPtr> live_;
  std::deque<EventPtr> recent_;
  std::size_t recent_bytes_ = 0;
  std::uint64_t recent_begin_ = 1;  // number of recent_.front()
  Offsets recent_from_;             // place before recent_.front()
  std::optional<Clock::time_point> idle_since_;
  Clock::time_point next_look_;
  std::chrono::milliseconds backoff_;

  std::thread thread_;  // last: it uses all members above
};

}  // namespace ordo::api
