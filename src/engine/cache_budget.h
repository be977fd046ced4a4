// The memory that the workers of a process may use together for the documents that they keep between steps.
#pragma once

#include <atomic>
#include <cstddef>

namespace ordo {

// Thread-safe. Workers count what they keep; a worker that finds the budget exceeded drops its own oldest documents.
class CacheBudget {
 public:
  explicit CacheBudget(std::size_t bytes) : most_(bytes) {}

  void resize(std::size_t from, std::size_t to) { used_.fetch_add(to - from, std::memory_order_relaxed); }
  std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  bool is_exceeded() const { return used() > most_; }

 private:
  const std::size_t most_;
  std::atomic<std::size_t> used_{0};
};

}  // namespace ordo
