// Passes answers from any thread to the io thread of the connection. A burst of answers wakes the io thread once.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "http/held_bytes.h"
#include "http/message.h"

namespace ordo::http {

// Bounded by the number of requests in flight. Each request is answered at most once. A streamed body announces more
// data once, until the io thread has looked at it.
class Mailbox final : public AnswerSink {
 public:
  struct Answer {
    std::uint64_t connection = 0;
    std::uint64_t request = 0;
    Response response;
    HeldBytes held{};  // bytes of its body
  };

  // Answers are counted in `total`. `wake` makes the io thread call take() soon. It is called under the lock, so it
  // must not call back into the mailbox.
  Mailbox(HeldBytes::Total total, std::function<void()> wake) : total_(std::move(total)), wake_(std::move(wake)) {}

  void answer(std::uint64_t connection, std::uint64_t request, Response response) override {
    // Frees unused capacity, so that the counted size is close to the memory used.
    if (response.body.capacity() > kSpare + response.body.size()) response.body.shrink_to_fit();
    HeldBytes held(total_, response.body.size());
    const std::lock_guard lock(mutex_);
    if (!wake_) return;
    answers_.push_back({connection, request, std::move(response), std::move(held)});
    wake();
  }

  void more(std::uint64_t connection) override {
    const std::lock_guard lock(mutex_);
    if (!wake_) return;
    streaming_.push_back(connection);
    wake();
  }

  // Swaps the answers into `answers`, and the connections with more of a body into `streaming`. Both must be empty.
  // False when there were none. Io thread only.
  bool take(std::vector<Answer>& answers, std::vector<std::uint64_t>& streaming) {
    const std::lock_guard lock(mutex_);
    woken_ = false;
    answers.swap(answers_);
    streaming.swap(streaming_);
    return !answers.empty() || !streaming.empty();
  }

  // Between the two calls, the io thread promises to take() its own answers, so they need no wake-up.
  void begin_collecting() {
    const std::lock_guard lock(mutex_);
    collecting_ = std::this_thread::get_id();
  }
  void end_collecting() {
    const std::lock_guard lock(mutex_);
    collecting_ = {};
  }

  // Drops later answers, because the io thread has ended.
  void close() {
    std::vector<Answer> dropped;  // destroyed without the lock: a dropped body notifies its producer
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
    dropped.swap(answers_);
    streaming_.clear();
  }

 private:
  static constexpr std::size_t kSpare = 64 * 1024;

  void wake() {
    if (woken_ || collecting_ == std::this_thread::get_id()) return;
    woken_ = true;
    wake_();
  }

  const HeldBytes::Total total_;
  std::mutex mutex_;
  std::function<void()> wake_;  // null once closed
  std::vector<Answer> answers_;
  std::vector<std::uint64_t> streaming_;
  std::thread::id collecting_;
  bool woken_ = false;  // wake_ was called since the last take()
};

}  // namespace ordo::http
