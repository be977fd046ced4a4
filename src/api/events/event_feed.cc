#include "api/events/event_feed.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "http/request_guard.h"

namespace ordo::api {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kPolled = 512;  // records per poll
constexpr milliseconds kHurry{5};     // wait for new records while a listener waits for older ones
constexpr milliseconds kFirstBackoff{50};
constexpr milliseconds kLongestBackoff{5'000};

bool reaches(const Offsets& place, const Offsets& other) {
  return std::equal(place.begin(), place.end(), other.begin(), other.end(),
                    [](std::int64_t a, std::int64_t b) { return a >= b; });
}

}  // namespace

EventFeed::EventFeed(const EventLog& log, LogSource& source, const EventOptions& options,
                     std::shared_ptr<EventCounters> counters)
    : log_(log), source_(source), options_(options), counters_(std::move(counters)), backoff_(kFirstBackoff) {
  thread_ = std::thread([this] { run(); });
}

EventFeed::~EventFeed() {
  stop();
  thread_.join();
}

void EventFeed::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

// --- listeners
// ---------------------------------------------------------------------------------------------------------

void EventFeed::listen(ListenerPtr listener, OnReady on_ready) {
  {
    const std::lock_guard lock(mutex_);
    if (!following_) {
      starting_.push_back({std::move(listener), std::move(on_ready)});
      changed_.notify_all();
      return;
    }
    begin_live(listener);
  }
  on_ready({});
}

void EventFeed::expect(const ListenerPtr& listener) {
  {
    const std::lock_guard lock(mutex_);
    expected_.push_back(listener);
  }
  changed_.notify_all();
}

EventFeed::Join EventFeed::join(const ListenerPtr& listener, Offsets& place) {
  const std::lock_guard lock(mutex_);
  if (!following_) return Join::kTooOld;
  if (listener->behind < recent_begin_) {
    if (!reaches(place, recent_from_)) return Join::kTooOld;
    listener->behind = recent_begin_;
  }
  listener->own = place;
  const auto given = give_recent(*listener);
  place = listener->own;
  if (given == Given::kFull) return Join::kFull;
  if (given == Given::kGone) return Join::kGone;
  if (!reaches(place, place_)) return Join::kTooOld;
  std::erase(expected_, listener);
  listener->behind = 0;
  if (place == place_) listener->own.clear();
  live_.push_back(listener);
  return Join::kJoined;
}

// Sends events from `behind` on, while there is room.
EventFeed::Given EventFeed::give_recent(Listener& listener) {
  if (listener.behind < recent_begin_) return Given::kForgotten;
  for (; listener.behind < recent_begin_ + recent_.size(); ++listener.behind) {
    const Event& event = *recent_[listener.behind - recent_begin_];
    auto& next = listener.own[event.partition()];
    if (event.offset() < next) continue;
    const auto before = std::exchange(next, event.offset() + 1);
    if (!listener.filter.matches(event)) continue;
    const auto written = listener.writer.write(id_line(log_, listener.own), event.text(listener.filter.tokens));
    if (written == http::BodyWriter::Write::kTaken) {
      counters_->sent.fetch_add(1, std::memory_order_relaxed);
      listener.note_sent();
      continue;
    }
    next = before;
    return written == http::BodyWriter::Write::kFull ? Given::kFull : Given::kGone;
  }
  return Given::kAll;
}

// Sends the place at once. If the client must reconnect before the first event, it loses nothing.
void EventFeed::begin_live(const ListenerPtr& listener) {
  listener->writer.write(heartbeat(log_, place_));
  listener->note_sent();
  live_.push_back(listener);
}

Offsets EventFeed::place_of(const Listener& listener) const {
  if (listener.behind != 0) return listener.own;
  Offsets place = place_;
  for (std::size_t p = 0; p < listener.own.size(); ++p) place[p] = std::max(place[p], listener.own[p]);
  return place;
}

// --- the thread
// --------------------------------------------------------------------------------------------------------

void EventFeed::run() {
  Lock lock(mutex_);
  while (!stopping_) {
    if (!wait_until_wanted(lock) || (!reader_ && !open(lock))) continue;
    settle_starting(lock, {});
    const bool hurry =
        std::any_of(live_.begin(), live_.end(), [](const auto& listener) { return listener->behind != 0; });
    lock.unlock();
    auto records = reader_->poll(kPolled, hurry ? std::min(kHurry, options_.tick) : options_.tick);
    std::vector<EventPtr> events;
    if (records) {
      events.reserve(records->size());
      for (auto& record : *records) events.push_back(std::make_shared<const Event>(std::move(record)));
    } else {
      log_warn("live events: cannot read", {{"topic", to_string(log_.topic)}, {"error", records.error().text()}});
    }
    lock.lock();
    for (auto& event : events) publish(std::move(event));
    help_those_behind();
    look_after(Clock::now());
    if (!records) close(lock);
  }
  settle_starting(lock, fail(ErrorCode::kUnavailable, "stopping", "the server stops"));
  close(lock);
}

// Without listeners, closes the log after a while and waits. False when something may have changed meanwhile.
bool EventFeed::wait_until_wanted(Lock& lock) {
  const auto wanted = [this] { return stopping_ || !live_.empty() || !expected_.empty() || !starting_.empty(); };
  if (wanted()) {
    idle_since_.reset();
    return !stopping_;
  }
  if (!reader_) {
    place_.clear();
    changed_.wait(lock, wanted);
    return false;
  }
  const auto now = Clock::now();
  if (!idle_since_) idle_since_ = now;
  if (now - *idle_since_ < options_.linger) return true;
  close(lock);
  place_.clear();
  forget_recent();
  return false;
}

// Without the lock, because destroying a reader may take long.
void EventFeed::close(Lock& lock) {
  following_ = false;
  lock.unlock();
  reader_.reset();
  lock.lock();
}

// Opens the log at the feed's place, or at the end of the log.
bool EventFeed::open(Lock& lock) {
  const Offsets at = place_;
  lock.unlock();
  Offsets from;
  std::vector<LogRange> ranges;
  auto opened = open_reader(at, from, ranges);
  lock.lock();
  if (!opened) {
    log_warn("live events wait for the log", {{"topic", to_string(log_.topic)}, {"error", opened.error().text()}});
    settle_starting(lock, fail(std::move(opened.error())));
    changed_.wait_for(lock, backoff_, [this] { return stopping_; });
    backoff_ = std::min(backoff_ * 2, kLongestBackoff);
    look_after(Clock::now());
    return false;
  }
  backoff_ = kFirstBackoff;
  reader_ = std::move(*opened);
  following_ = true;
  if (place_.empty()) {
    place_ = from;
    forget_recent();
  } else {
    check_place(ranges, from);
  }
  return true;
}

Result<std::unique_ptr<LogReader>> EventFeed::open_reader(const Offsets& at, Offsets& from,
                                                          std::vector<LogRange>& ranges) {
  auto there = source_.ranges(log_.topic, false);
  if (!there) return fail(std::move(there.error()));
  if (there->size() != log_.partitions) {
    return fail(
        ErrorCode::kConflict, "other_partitions",
        "the topic has " + std::to_string(there->size()) + " partitions, not " + std::to_string(log_.partitions));
  }
  ranges = std::move(*there);
  for (std::size_t p = 0; p < ranges.size(); ++p) {
    const bool inside = !at.empty() && at[p] <= ranges[p].end;
    from.push_back(inside ? std::max(at[p], ranges[p].begin) : ranges[p].end);
  }
  return source_.open_reader(log_.topic, false, from);
}

// After an outage the log may be another one, or begin later.
void EventFeed::check_place(const std::vector<LogRange>& ranges, const Offsets& from) {
  if (from == place_) return;
  std::int64_t missing = 0;
  bool anew = false;
  for (std::size_t p = 0; p < from.size(); ++p) {
    anew = anew || place_[p] > ranges[p].end;
    missing += std::max<std::int64_t>(from[p] - place_[p], 0);
  }
  place_ = from;
  forget_recent();
  for (const auto& listener : live_) {
    if (listener->behind != 0) {
      send_away(*listener);
      continue;
    }
    listener->own.clear();
    auto note = gap(log_, place_, anew ? "log_changed" : "retention", {}, anew ? 0 : missing);
    if (listener->writer.write(note) == http::BodyWriter::Write::kFull) listener->writer.finish(std::move(note));
    counters_->gaps.fetch_add(1);
  }
}

// Calls the callbacks without the lock.
void EventFeed::settle_starting(Lock& lock, const Result<void>& result) {
  if (starting_.empty()) return;
  std::vector<Starting> settled;
  settled.swap(starting_);
  if (result) {
    for (const auto& one : settled) begin_live(one.listener);
  }
  lock.unlock();
  for (const auto& one : settled) one.on_ready(result);
  settled.clear();
  lock.lock();
}

void EventFeed::forget_recent() {
  recent_begin_ += recent_.size() + 1;  // makes all cursors invalid
  recent_.clear();
  recent_bytes_ = 0;
  recent_from_ = place_;
}

// --- events
// ------------------------------------------------------------------------------------------------------------

void EventFeed::publish(EventPtr event) {
  const auto p = event->partition();
  if (p >= place_.size() || event->offset() < place_[p]) return;
  place_[p] = event->offset() + 1;
  http::BodyChunk shared_id;
  std::erase_if(live_, [&](const ListenerPtr& listener) { return !offer(*listener, *event, shared_id); });
  recent_bytes_ += event->footprint();
  recent_.push_back(std::move(event));
  while (recent_bytes_ > options_.max_recent) {
    const Event& oldest = *recent_.front();
    recent_from_[oldest.partition()] = oldest.offset() + 1;
    recent_bytes_ -= oldest.footprint();
    recent_.pop_front();
    ++recent_begin_;
  }
}

// False when the listener is gone.
bool EventFeed::offer(Listener& listener, const Event& event, http::BodyChunk& shared_id) {
  if (listener.behind != 0) return true;
  bool known = false;
  if (!listener.own.empty()) {
    known = event.offset() < listener.own[event.partition()];
    if (reaches(place_, listener.own)) listener.own.clear();
  }
  if (known || !listener.filter.matches(event)) return true;
  http::BodyChunk own_id;
  if (!listener.own.empty()) {
    own_id = id_line(log_, place_of(listener));
  } else if (!shared_id) {
    shared_id = id_line(log_, place_);
  }
  switch (listener.writer.write(own_id ? own_id : shared_id, event.text(listener.filter.tokens))) {
    case http::BodyWriter::Write::kTaken:
      counters_->sent.fetch_add(1, std::memory_order_relaxed);
      listener.note_sent();
      return true;
    case http::BodyWriter::Write::kGone:
      return false;
    case http::BodyWriter::Write::kFull:
      break;
  }
  // The client's buffer is full. This event is about to become the newest recent one; the listener reads it from there
  // when there is room.
  auto place = place_of(listener);
  place[event.partition()] = event.offset();
  listener.own = std::move(place);
  listener.behind = recent_begin_ + recent_.size();
  return true;
}

void EventFeed::help_those_behind() {
  std::erase_if(live_, [&](const ListenerPtr& listener) {
    if (listener->behind == 0) return false;
    switch (give_recent(*listener)) {
      case Given::kAll:
        listener->behind = 0;
        if (reaches(place_, listener->own)) listener->own.clear();
        return false;
      case Given::kFull:
        return false;
      case Given::kGone:
        return true;
      case Given::kForgotten:
        break;
    }
    send_away(*listener);
    return true;
  });
}

// For a client that is too slow. It reconnects, and then reads at its own pace.
void EventFeed::send_away(Listener& listener) {
  counters_->gaps.fetch_add(1);
  listener.writer.finish(gap(log_, place_of(listener), "too_slow"));
  listener.behind = 0;
}

// Removes listeners that have left, and sends heartbeats to the others.
void EventFeed::look_after(Clock::time_point now) {
  if (now < next_look_) return;
  next_look_ = now + options_.tick;
  static const auto kNoKey = std::make_shared<const std::string>(": the key is no longer valid\n\n");
  const auto is_gone = [](const ListenerPtr& listener) {
    if (listener->caller && !listener->caller->still_valid()) listener->writer.finish(kNoKey);
    return listener->writer.gone();
  };
  std::erase_if(live_, is_gone);
  std::erase_if(expected_, is_gone);
  for (const auto& listener : live_) {
    if (!listener->silent_for(options_.heartbeat)) continue;
    listener->writer.write(heartbeat(log_, place_of(*listener)));
    listener->note_sent();
  }
  static const auto kSign = std::make_shared<const std::string>(": heartbeat\n\n");
  for (const auto& listener : expected_) {
    if (!listener->silent_for(options_.heartbeat)) continue;
    listener->writer.write(kSign);
    listener->note_sent();
  }
}

}  // namespace ordo::api
