#include "http/event_hub.h"

#include <utility>

#include "http/metrics.h"

namespace ordo::http {

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

// Null once it stops. A feed lives as long as this: without listeners it is a thread that sleeps.
EventFeed* EventHub::feed_of(Topic topic) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return nullptr;
  auto& feed = feeds_[static_cast<std::size_t>(topic)];
  if (!feed) feed = std::make_unique<EventFeed>(log_of(topic), source_, options_, counters_);
  return feed.get();
}

void EventHub::open(EventRequest request, OnBody on_body) {
  EventFeed* const feed = feed_of(request.topic);
  if (feed == nullptr) return on_body(fail(ErrorCode::kUnavailable, "stopping", "the server stops"));
  if (counters_->streams.fetch_add(1) >= options_.max_streams) {
    counters_->streams.fetch_sub(1);
    counters_->refused.fetch_add(1);
    return on_body(fail(ErrorCode::kBusy, "too_many_streams", "the server has as many streams as it takes"));
  }
  auto [writer, reader] =
      make_body_stream(options_.max_buffered, [counters = counters_] { counters->streams.fetch_sub(1); });
  writer.write(std::make_shared<const std::string>("retry: " + std::to_string(options_.retry.count()) + "\n\n"));
  auto listener = std::make_shared<Listener>(std::move(request.filter), std::move(writer), std::move(request.caller));
  if (request.start.at == EventStart::At::kNow && request.start.unusable.empty()) {
    return feed->listen(std::move(listener),
                        [on_body = std::move(on_body), body = std::move(reader)](const Result<void>& ready) {
                          if (!ready) return on_body(fail(ready.error()));
                          on_body(body);
                        });
  }
  feed->expect(listener);  // first: the other end of this is join(), on another thread
  const bool taken = pool_.submit([this, feed, listener, start = std::move(request.start)] {
    counters_->catching_up.fetch_add(1);
    EventCatchUp(*feed, source_, options_, *counters_, stopping_).run(listener, start);
    counters_->catching_up.fetch_sub(1);
  });
  if (!taken) {
    counters_->refused.fetch_add(1);
    return on_body(
        fail(ErrorCode::kBusy, "too_many_catching_up", "too many clients read older events; try again in a while"));
  }
  on_body(std::move(reader));
}

void EventHub::append_metrics(std::string& out) const {
  append_metric("ordo_event_streams", "gauge", "Open streams of live events.", counters_->streams.load(), out);
  append_metric("ordo_event_streams_catching_up", "gauge", "Streams that read older events.",
                counters_->catching_up.load(), out);
  append_metric("ordo_event_streams_refused_total", "counter", "Streams over a limit.", counters_->refused.load(), out);
  append_metric("ordo_events_sent_total", "counter", "Events handed to streams.", counters_->sent.load(), out);
  append_metric("ordo_event_gaps_total", "counter", "Times a stream was told that events are missing.",
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

}  // namespace ordo::http
