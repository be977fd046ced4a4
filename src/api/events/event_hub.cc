#include "api/events/event_hub.h"

#include <algorithm>
#include <utility>

#include "http/metrics.h"
#include "http/request_guard.h"

namespace ordo::api {

EventHub::EventHub(const EventOptions& options, const Topology& topology, LogSource& source)
    : options_(options),
      topology_(topology),
      source_(source),
      counters_(std::make_shared<EventCounters>()),
      pool_(static_cast<int>(options.max_catching_up), options.max_waiting, 0) {}

EventHub::~EventHub() {
  stop();
}

EventLog EventHub::log_of(Topic topic) const {
  const auto index = static_cast<std::size_t>(topic);
  return {topic, options_.epochs[index], static_cast<std::size_t>(topology_[topic].partitions)};
}

// Null once the hub stops. A feed lives as long as the hub; without listeners, its thread sleeps.
EventFeed* EventHub::feed_of(Topic topic) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return nullptr;
  auto& feed = feeds_[static_cast<std::size_t>(topic)];
  if (!feed) feed = std::make_unique<EventFeed>(log_of(topic), source_, options_, counters_);
  return feed.get();
}

void EventHub::open(EventRequest request, OnBody on_body) {
  EventFeed* const feed = feed_of(request.topic);
  if (feed == nullptr) return on_body(fail(ErrorCode::kUnavailable, "stopping", "the server is stopping"));
  if (counters_->streams.fetch_add(1) >= options_.max_streams) {
    counters_->streams.fetch_sub(1);
    counters_->refused.fetch_add(1);
    return on_body(fail(ErrorCode::kBusy, "too_many_streams", "too many open event streams"));
  }
  std::shared_ptr<http::OpenCounts::Place> place;
  if (request.caller) {
    place =
        // guard: event-streams-of-a-key
        of_keys_.enter(http::who_is(*request.caller->principal), std::max<std::size_t>(options_.max_streams / 4, 1));
    if (!place) {
      counters_->streams.fetch_sub(1);
      counters_->refused.fetch_add(1);
      return on_body(fail(ErrorCode::kBusy, "too_many_streams_of_key", "this key has too many open event streams"));
    }
  }
  auto [writer, reader] = http::make_body_stream(
      options_.max_buffered, [counters = counters_, place = std::move(place)] { counters->streams.fetch_sub(1); });
  writer.write(std::make_shared<const std::string>("retry: " + std::to_string(options_.retry.count()) + "\n\n"));
  auto listener = std::make_shared<Listener>(std::move(request.filter), std::move(writer), std::move(request.caller));
  if (request.start.at == EventStart::At::kNow && request.start.unusable.empty()) {
    return feed->listen(std::move(listener),
                        [on_body = std::move(on_body), body = std::move(reader)](const Result<void>& ready) {
                          if (!ready) return on_body(fail(ready.error()));
                          on_body(body);
                        });
  }
  feed->expect(listener);  // before the thread starts, because that thread calls join()
  const bool taken = pool_.submit([this, feed, listener, start = std::move(request.start)] {
    counters_->catching_up.fetch_add(1);
    EventCatchUp(*feed, source_, options_, *counters_, stopping_).run(listener, start);
    counters_->catching_up.fetch_sub(1);
  });
  if (!taken) {
    counters_->refused.fetch_add(1);
    return on_body(
        fail(ErrorCode::kBusy, "too_many_catching_up", "too many clients read older events; try again later"));
  }
  on_body(std::move(reader));
}

void EventHub::append_metrics(std::string& out) const {
  http::append_metric("ordo_event_streams", "gauge", "Open streams of live events.", counters_->streams.load(), out);
  http::append_metric("ordo_event_streams_catching_up", "gauge", "Streams that read older events.",
                      counters_->catching_up.load(), out);
  http::append_metric("ordo_event_streams_refused_total", "counter", "Streams refused because of a limit.",
                      counters_->refused.load(), out);
  http::append_metric("ordo_events_sent_total", "counter", "Events sent to streams.", counters_->sent.load(), out);
  http::append_metric("ordo_event_gaps_total", "counter", "Gaps reported to streams because events were missing.",
                      counters_->gaps.load(), out);
}

void EventHub::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& feed : feeds_) {
      if (feed) feed->stop();
    }
  }
  pool_.stop();
  for (auto& feed : feeds_) feed.reset();
}

}  // namespace ordo::api
