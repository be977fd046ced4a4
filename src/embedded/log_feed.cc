#include "embedded/log_feed.h"

#include <algorithm>
#include <utility>

namespace ordo::embedded {

LogFeed::LogFeed(const LogLayout& layout, std::vector<std::int64_t> ends, std::map<Owner, std::int64_t> positions)
    : layout_(layout), ends_(std::move(ends)), positions_(std::move(positions)) {}

void LogFeed::publish(std::vector<std::int64_t> ends) {
  {
    const std::lock_guard lock(mutex_);
    ends_ = std::move(ends);
    ++generation_;
  }
  changed_.notify_all();
}

void LogFeed::publish(std::map<Owner, std::int64_t> positions) {
  {
    const std::lock_guard lock(mutex_);
    positions_ = std::move(positions);
    ++generation_;
  }
  changed_.notify_all();
}

void LogFeed::began() {
  const std::lock_guard lock(mutex_);
  ++unanswered_;
}

void LogFeed::answered(std::size_t count) {
  if (count == 0) return;
  {
    const std::lock_guard lock(mutex_);
    unanswered_ -= count;
    if (unanswered_ != 0) return;
  }
  changed_.notify_all();
}

LogFeed::Ends LogFeed::ends(Topic topic, bool dlq) const {
  const std::lock_guard lock(mutex_);
  Ends found{generation_, {}};
  for (int p = 0; p < layout_.partitions(topic, dlq); ++p) found.ends.push_back(ends_[layout_.index({topic, p, dlq})]);
  return found;
}

void LogFeed::wait(std::uint64_t generation, std::chrono::steady_clock::time_point deadline) const {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline, [&] { return generation_ != generation; });
}

std::int64_t LogFeed::lag_locked(const Owner& owner, std::int64_t next) const {
  return ends_[layout_.index({inbox_of(owner.processor), owner.partition, false})] - next;
}

std::map<Owner, LogRange> LogFeed::unfolded() const {
  const std::lock_guard lock(mutex_);
  std::map<Owner, LogRange> ranges;
  for (const auto& [owner, next] : positions_) ranges.emplace(owner, LogRange{next, next + lag_locked(owner, next)});
  return ranges;
}

std::map<Owner, std::int64_t> LogFeed::lags() const {
  const std::lock_guard lock(mutex_);
  std::map<Owner, std::int64_t> lags;
  for (const auto& [owner, next] : positions_) lags.emplace(owner, lag_locked(owner, next));
  return lags;
}

bool LogFeed::idle_locked() const {
  return unanswered_ == 0 && std::all_of(positions_.begin(), positions_.end(), [this](const auto& position) {
           return lag_locked(position.first, position.second) == 0;
         });
}

bool LogFeed::idle() const {
  const std::lock_guard lock(mutex_);
  return idle_locked();
}

bool LogFeed::wait_idle(std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return idle_locked(); });
}

}  // namespace ordo::embedded
