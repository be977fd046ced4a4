// Live events for many clients: one feed per topic with listeners, and the limits for all of them.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "api/events/event_catch_up.h"
#include "api/events/event_feed.h"
#include "api/events/event_options.h"
#include "api/worker_pool.h"
#include "engine/ports.h"
#include "http/open_counts.h"

namespace ordo::api {

// A client's request.
struct EventRequest {
  Topic topic = Topic::order_events;
  EventFilter filter;
  EventStart start;
  std::shared_ptr<const http::Caller> caller = nullptr;  // the stream ends with this caller's key; null: it does not
};

// Any thread may use it. Only stop() blocks.
class EventHub {
 public:
  // `source` outlives it.
  EventHub(const EventOptions& options, const Topology& topology, LogSource& source);
  ~EventHub();

  // The form of the topic's event ids.
  EventLog log_of(Topic topic) const;

  // Calls `on_body` once, possibly later and on another thread, with the body of the answer. Errors: kBusy
  // "too_many_streams", "too_many_streams_of_key" or "too_many_catching_up", and those of the log.
  using OnBody = std::function<void(Result<std::shared_ptr<http::BodyReader>>)>;
  void open(EventRequest request, OnBody on_body);

  std::size_t streams() const { return counters_->streams.load(); }  // open now
  void append_metrics(std::string& out) const;

  // Ends all streams and waits for the threads.
  void stop();

 private:
  EventFeed* feed_of(Topic topic);

  const EventOptions options_;
  const Topology topology_;
  LogSource& source_;
  const std::shared_ptr<EventCounters> counters_;  // shared with the streams, which may outlive the hub
  http::OpenCounts of_keys_;                       // each key may have a quarter of all streams
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // guards feeds_
  std::array<std::unique_ptr<EventFeed>, kTopics> feeds_;
  WorkerPool pool_;  // last: its threads use all members above
};

}  // namespace ordo::api
