#include "embedded/append_queue.h"

#include <iterator>
#include <utility>

#include "embedded/log_tables.h"

namespace ordo::embedded {

Result<void> AppendQueue::push(PendingAppend& pending) {
  const std::size_t bytes = footprint(pending.record);
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return fail(*closed_);
    if (queue_.size() >= limits_.records || bytes_ + bytes > limits_.bytes) {
      return fail(ErrorCode::kBusy, "queue_full", "too many records are waiting to be written; try again later");
    }
    if (queue_.empty()) since_ = Clock::now();
    queue_.push_back(std::move(pending));
    bytes_ += bytes;
    wake = wanted_ != 0 && queue_.size() >= wanted_;
    if (wake) wanted_ = 0;
  }
  if (wake) enough_.notify_one();
  return {};
}

std::vector<PendingAppend> AppendQueue::take(std::size_t max) {
  const std::lock_guard lock(mutex_);
  if (queue_.size() <= max) {
    bytes_ = 0;
    since_.reset();
    std::vector<PendingAppend> all;
    all.reserve(queue_.capacity());
    all.swap(queue_);
    return all;
  }
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(max);
  std::vector<PendingAppend> some(std::move_iterator(queue_.begin()), std::move_iterator(end));
  queue_.erase(queue_.begin(), end);
  for (const auto& pending : some) bytes_ -= footprint(pending.record);
  return some;
}

AppendQueue::Waiting AppendQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_locked();
}

AppendQueue::Waiting AppendQueue::wait_for(std::size_t count, std::optional<Clock::time_point> deadline) {
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return queue_.size() >= count || closed_.has_value(); };
  if (!ready()) {
    wanted_ = count;
    if (deadline) {
      enough_.wait_until(lock, *deadline, ready);
    } else {
      enough_.wait(lock, ready);
    }
    wanted_ = 0;
  }
  return waiting_locked();
}

void AppendQueue::close(Error reason) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) closed_ = std::move(reason);
  }
  enough_.notify_one();
}

}  // namespace ordo::embedded
