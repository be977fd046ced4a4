#include "api/worker_pool.h"

#include "base/check.h"

namespace ordo::api {

WorkerPool::WorkerPool(int threads, std::size_t max_queued, std::size_t max_delayed)
    : max_queued_(max_queued), max_delayed_(max_delayed) {
  ORDO_CHECK(threads > 0, "threads ", threads);
  threads_.reserve(static_cast<std::size_t>(threads));
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::submit(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= max_queued_) return false;
    queue_.push_back(std::move(task));
  }
  changed_.notify_one();
  return true;
}

bool WorkerPool::submit_after(std::chrono::milliseconds delay, Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || delayed_.size() >= max_delayed_) return false;
    delayed_.emplace(Clock::now() + delay, std::move(task));
  }
  changed_.notify_one();
  return true;
}

bool WorkerPool::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    Task task;
    const auto first = delayed_.begin();
    if (first != delayed_.end() && (stopping_ || first->first <= Clock::now())) {
      task = std::move(first->second);
      delayed_.erase(first);
    } else if (!queue_.empty()) {
      task = std::move(queue_.front());
      queue_.pop_front();
    } else if (stopping_) {
      return;
    } else if (first != delayed_.end()) {
      const auto due = first->first;  // a copy, because the entry may be gone after the wait
      changed_.wait_until(lock, due);
      continue;
    } else {
      changed_.wait(lock);
      continue;
    }
    lock.unlock();
    task();
    task = nullptr;  // destroys what it holds here, not under the lock
    lock.lock();
  }
}

}  // namespace ordo::api
