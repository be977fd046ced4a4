#include "embedded/append_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "embedded/log_layout.h"

namespace ordo::embedded {

Result<void> AppendQueue::push(PendingAppend& pending) {
  const std::size_t bytes = footprint(pending.record);
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return fail(*closed_);
    if (hasty_.size() + patient_.size() >= limits_.records || bytes_ + bytes > limits_.bytes) {
      return fail(ErrorCode::kBusy, "queue_full", "too many records are waiting to be written; try again later");
    }
    if (pending.patient) {
      patient_.push_back(std::move(pending));
    } else {
      if (hasty_.empty()) since_ = Clock::now();
      hasty_.push_back(std::move(pending));
    }
    bytes_ += bytes;
    wake = wanted_ && ready_locked(*wanted_);
    if (wake) wanted_.reset();
  }
  if (wake) enough_.notify_one();
  return {};
}

AppendQueue::Taken AppendQueue::take(std::size_t max) {
  const std::lock_guard lock(mutex_);
  Taken taken;
  taken.since = since_;
  for (auto* queue : {&hasty_, &patient_}) {
    const std::size_t count = std::min(max - taken.appends.size(), queue->size());
    const auto end = queue->begin() + static_cast<std::ptrdiff_t>(count);
    if (taken.appends.empty() && count == queue->size()) {
      taken.appends.reserve(queue->capacity());
      taken.appends.swap(*queue);
    } else {
      taken.appends.insert(taken.appends.end(), std::move_iterator(queue->begin()), std::move_iterator(end));
      queue->erase(queue->begin(), end);
    }
    if (queue == &hasty_) taken.hasty = count;
  }
  if (hasty_.empty()) since_.reset();
  for (const auto& pending : taken.appends) bytes_ -= footprint(pending.record);
  return taken;
}

AppendQueue::Waiting AppendQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_locked();
}

bool AppendQueue::ready_locked(std::size_t count) const {
  return count == 0 ? hasty_.size() + patient_.size() > 0 : hasty_.size() >= count;
}

AppendQueue::Waiting AppendQueue::wait_for(std::size_t count, std::optional<Clock::time_point> deadline) {
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return ready_locked(count) || closed_.has_value(); };
  if (!ready()) {
    wanted_ = count;
    if (deadline) {
      enough_.wait_until(lock, *deadline, ready);
    } else {
      enough_.wait(lock, ready);
    }
    wanted_.reset();
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
