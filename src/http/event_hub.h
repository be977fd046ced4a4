// Live events for many clients: a feed for each topic that somebody listens to, and the bounds on all of them.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "http/event_catch_up.h"
#include "http/event_feed.h"
#include "http/event_options.h"
#include "http/worker_pool.h"
#include "process/ports.h"

namespace ordo::http {

// What a client asks for.
struct EventRequest {
  Topic topic = Topic::order_events;
  EventFilter filter;
  EventStart start;
  std::shared_ptr<const Caller> caller = nullptr;  // the stream ends when its key does; null: it does not
};

// Any thread; nothing blocks but stop().
class EventHub {
 public:
  // `source` outlives it.
  EventHub(const EventOptions& options, const Topology& topology, LogSource& source);
  ~EventHub();

  // What ids of the topic look like.
  EventLog log_of(Topic topic) const;

  // Calls `on_body` once, maybe on another thread and later, with the body to answer with. kBusy "too_many_streams" or
  // "too_many_catching_up"; the errors of the log.
  using OnBody = std::function<void(Result<std::shared_ptr<BodyReader>>)>;
  void open(EventRequest request, OnBody on_body);

  void append_metrics(std::string& out) const;

  // Ends all streams and waits for the threads.
  void stop();

 private:
  EventFeed* feed_of(Topic topic);

  const EventOptions options_;
  const Topology topology_;
  LogSource& source_;
  const std::shared_ptr<EventCounters> counters_;  // shared with the streams, which may outlive this
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // guards feeds_
  std::array<std::unique_ptr<EventFeed>, kTopics> feeds_;
  WorkerPool pool_;  // last: its threads use all of the above
};

}  // namespace ordo::http
