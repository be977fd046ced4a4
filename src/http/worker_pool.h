// A few threads for what may block (reading documents) or has to wait. Everything in it is bounded.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace ordo::http {

// All functions may be called from any thread, stop() from any but its own.
class WorkerPool {
 public:
  using Task = std::function<void()>;
  using Clock = std::chrono::steady_clock;

  WorkerPool(int threads, std::size_t max_queued, std::size_t max_delayed);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full or the pool stops: then the task is dropped.
  bool submit(Task task);
  bool submit_after(std::chrono::milliseconds delay, Task task);

  // True once stop() was called: what still runs should come to its end.
  bool stopping() const;
  std::size_t queued() const;

  // Runs what is queued, the delayed tasks at once, and joins the threads.
  void stop();

 private:
  void run();

  const std::size_t max_queued_;
  const std::size_t max_delayed_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> queue_;
  std::multimap<Clock::time_point, Task> delayed_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace ordo::http
