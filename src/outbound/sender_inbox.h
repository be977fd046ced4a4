// What other threads leave for the webhook sender's own: things to do, at once or at a time, and which partitions it
// has to look through. Any thread, but for wait() and due_scans(), which are the sender's.
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
#include "process/ports.h"

namespace ordo::outbound {

class SenderInbox {
 public:
  using Task = std::function<void()>;

  // Wakes wait() for good.
  void stop();

  void post(Task task);
  void post_later(std::chrono::milliseconds delay, Task task);

  // The partition is the sender's from now on, and to be looked through.
  void take(const Owner& owner);
  // No more; `forget` is a task.
  void lose(const Owner& owner, Task forget);
  bool owns(const Owner& owner) const;

  // Of documents of the owner. When too many wait already, the owner is looked through instead.
  void post_news(const Owner& owner, std::vector<Task> news);

  // Unless the owner was lost.
  void scan_later(const Owner& owner, std::chrono::milliseconds delay);
  // The owners to be looked through now, each once.
  std::vector<Owner> due_scans();

  // Waits for tasks or a scan that is due, for `longest` at the most, and takes the tasks. None: stopped.
  std::optional<std::vector<Task>> wait(std::chrono::milliseconds longest);

 private:
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<Task> tasks_;  // those of answers are bounded by the calls under way, the others by the news at most
  std::multimap<Timestamp, Task> later_;
  std::map<Owner, Timestamp> to_scan_;  // and not before when
  std::set<Owner> owned_;
  std::size_t news_ = 0;
  bool stopping_ = false;
};

}  // namespace ordo::outbound
