#include "api/events/event_catch_up.h"

#include <algorithm>
#include <thread>

#include "base/log.h"

namespace ordo::api {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kReadAtOnce = 256;  // records per read
constexpr milliseconds kAtEnd{50};        // wait at the end of the log before the feed is asked again
constexpr milliseconds kSlice{100};       // longest delay before an end is noticed
constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{2'000};

}  // namespace

EventCatchUp::EventCatchUp(EventFeed& feed, LogSource& source, const EventOptions& options, EventCounters& counters,
                           const std::atomic<bool>& stopping)
    : feed_(feed),
      source_(source),
      options_(options),
      counters_(counters),
      stopping_(stopping),
      backoff_(kFirstPause) {}

void EventCatchUp::run(const ListenerPtr& listener, const EventStart& start) {
  listener_ = listener;
  if (!begin(start)) return;
  while (!ended()) {
    switch (feed_.join(listener_, place_)) {
      case EventFeed::Join::kJoined:
      case EventFeed::Join::kGone:
        return;
      case EventFeed::Join::kFull:
        if (!wait_for_room()) return;
        break;
      case EventFeed::Join::kTooOld:
        if (!read_on()) return;
        break;
    }
  }
}

// False when the client is gone.
bool EventCatchUp::begin(EventStart start) {
  while (!ended()) {
    // Before the ranges: a place is never beyond an end that was asked for later.
    if (start.at == EventStart::At::kTime) {
      auto found = source_.offsets_at(feed_.log().topic, start.time);
      if (!found) {
        back_off("the log", found.error());
        continue;
      }
      if (found->size() == feed_.log().partitions) {
        start.place = std::move(*found);
        start.at = EventStart::At::kPlace;
      }
    }
    auto ranges = source_.ranges(feed_.log().topic, false);
    if (ranges && ranges->size() == feed_.log().partitions) return begin_in(*ranges, start);
    if (ranges) {
      back_off("partitions",
               Error{ErrorCode::kConflict, "other_partitions", "the topic has another number of partitions", {}});
    } else {
      back_off("the log", ranges.error());
    }
  }
  return false;
}

bool EventCatchUp::begin_in(const std::vector<LogRange>& ranges, const EventStart& start) {
  std::string reason = start.reason;
  std::string requested = start.unusable;
  auto at = start.at;
  for (std::size_t p = 0; at == EventStart::At::kPlace && p < ranges.size(); ++p) {
    if (start.place[p] <= ranges[p].end) continue;
    // No client can have been there, so the id is from another log.
    reason = "log_changed";
    requested = event_id(feed_.log(), start.place);
    at = EventStart::At::kBeginning;
  }
  std::int64_t missing = 0;
  place_.clear();
  for (std::size_t p = 0; p < ranges.size(); ++p) {
    const auto wanted = at == EventStart::At::kPlace       ? start.place[p]
                        : at == EventStart::At::kBeginning ? ranges[p].begin
                                                           : ranges[p].end;
    place_.push_back(std::max(wanted, ranges[p].begin));
    missing += place_[p] - wanted;
  }
  if (!reason.empty()) return note_gap(reason, requested, 0);
  if (missing > 0) return note_gap("retention", event_id(feed_.log(), start.place), missing);
  return true;
}

bool EventCatchUp::note_gap(std::string_view reason, const std::string& requested, std::int64_t missing) {
  counters_.gaps.fetch_add(1);
  return write(gap(feed_.log(), place_, reason, requested, missing), nullptr);
}

// Reads once from the log. False when the client is gone.
bool EventCatchUp::read_on() {
  if (!reader_) {
    auto opened = source_.open_reader(feed_.log().topic, false, place_);
    if (!opened) {
      back_off("the log", opened.error());
      return true;
    }
    reader_ = std::move(*opened);
  }
  auto records = reader_->poll(kReadAtOnce, kAtEnd);
  if (!records) {
    reader_.reset();
    back_off("the log", records.error());
    return true;
  }
  backoff_ = kFirstPause;
  for (auto& record : *records) {
    const auto p = static_cast<std::size_t>(record.at.partition);
    if (p >= place_.size() || record.offset < place_[p]) continue;
    if (!deliver(Event(std::move(record)))) return false;
  }
  tell_place();
  return true;
}

// False when the client is gone or was disconnected.
bool EventCatchUp::deliver(const Event& event) {
  if (listener_->filter.matches(event)) {
    auto after = place_;
    after[event.partition()] = event.offset() + 1;
    if (!write(id_line(feed_.log(), after), event.text(listener_->filter.tokens))) return false;
    counters_.sent.fetch_add(1, std::memory_order_relaxed);
  }
  place_[event.partition()] = event.offset() + 1;
  return true;
}

// False when the client is gone, or was disconnected because it did not read.
bool EventCatchUp::write(const http::BodyChunk& first, const http::BodyChunk& second) {
  while (!ended()) {
    switch (listener_->writer.write(first, second)) {
      case http::BodyWriter::Write::kTaken:
        listener_->note_sent();
        return true;
      case http::BodyWriter::Write::kGone:
        return false;
      case http::BodyWriter::Write::kFull:
        break;
    }
    if (!wait_for_room()) return false;
  }
  return false;
}

bool EventCatchUp::wait_for_room() {
  const auto give_up = std::chrono::steady_clock::now() + options_.stall;
  while (!ended()) {
    if (listener_->writer.wait_for_room(kSlice)) return true;
    if (std::chrono::steady_clock::now() < give_up) continue;
    counters_.gaps.fetch_add(1);
    listener_->writer.finish(gap(feed_.log(), place_, "too_slow"));
    return false;
  }
  return false;
}

// Sends the place to a client whose filter matches few events. So it makes progress, and continues from there when it
// reconnects.
void EventCatchUp::tell_place() {
  if (!listener_->silent_for(options_.heartbeat)) return;
  listener_->writer.write(heartbeat(feed_.log(), place_));
  listener_->note_sent();
}

void EventCatchUp::back_off(std::string_view what, const Error& error) {
  log_warn("older events wait", {{"topic", to_string(feed_.log().topic)}, {"for", what}, {"error", error.text()}});
  const auto until = std::chrono::steady_clock::now() + backoff_;
  backoff_ = std::min(backoff_ * 2, kLongestPause);
  while (!ended() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(std::min(backoff_, kSlice));
}

}  // namespace ordo::api
