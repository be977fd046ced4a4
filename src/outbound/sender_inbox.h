// Passes work from other threads to the webhook sender's thread: tasks, delayed tasks, and partitions to scan. Any
// thread, but wait() and due_scans() belong to the sender's thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "base/time.h"
#include "engine/scan_schedule.h"

namespace ordo::outbound {

class SenderInbox {
 public:
  using Task = std::function<void()>;

  // Ends wait(), and makes all later calls return at once.
  void stop();

  void post(Task task);
  void post_later(std::chrono::milliseconds delay, Task task);

  // The sender owns the partition from now on, and must scan it.
  void take(const Owner& owner);
  // The sender no longer owns the partition. `forget` is a task.
  void lose(const Owner& owner, Task forget);
  bool owns(const Owner& owner) const;

  // Tasks for changed documents of the owner. When too many tasks wait, the owner is scanned instead.
  void post_news(const Owner& owner, std::vector<Task> news);

  // Scans the owner after the delay, unless it was lost.
  void scan_later(const Owner& owner, std::chrono::milliseconds delay);
  // The owners to scan now, each once.
  std::set<Owner> due_scans();

  // Waits for tasks or a due scan, at most `longest`, and takes the tasks. None: stopped.
  std::optional<std::vector<Task>> wait(std::chrono::milliseconds longest);

 private:
  mutable std::mutex mutex_;  // guards the members below
  std::condition_variable changed_;
  std::vector<Task> tasks_;  // bounded by the calls in progress and by the limit on news_
  std::multimap<Timestamp, Task> later_;
  ScanSchedule scans_;
  std::size_t news_ = 0;
  bool stopping_ = false;
};

}  // namespace ordo::outbound
