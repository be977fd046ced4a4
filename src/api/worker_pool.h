// A few threads for work that may block, such as reading documents, or that must wait. All its queues are bounded.
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

namespace ordo::api {

// Any thread may call the functions. A thread of the pool must not call stop().
class WorkerPool {
 public:
  using Task = std::function<void()>;
  using Clock = std::chrono::steady_clock;

  WorkerPool(int threads, std::size_t max_queued, std::size_t max_delayed);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full or the pool stops; then the task is dropped.
  bool submit(Task task);
  bool submit_after(std::chrono::milliseconds delay, Task task);

  // True once stop() was called: running tasks should end soon.
  bool stopping() const;
  std::size_t queued() const;

  // Runs the queued tasks, delayed ones at once, and joins the threads.
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

}  // namespace ordo::api
