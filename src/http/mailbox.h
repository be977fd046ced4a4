// Answers on their way from any thread to the io thread that owns the connection. One burst wakes the io thread once.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "http/message.h"

namespace ordo::http {

// Bounded by the number of requests in flight: each is answered at most once, and a body that is streamed announces
// more of itself once until that was looked at.
class Mailbox final : public AnswerSink {
 public:
  struct Answer {
    std::uint64_t connection = 0;
    std::uint64_t request = 0;
    Response response;
  };

  // `wake` makes the io thread call take() soon. Called under the lock, so it must not call back here.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void answer(std::uint64_t connection, std::uint64_t request, Response response) override {
    const std::lock_guard lock(mutex_);
    if (!wake_) return;
    answers_.push_back({connection, request, std::move(response)});
    wake();
  }

  void more(std::uint64_t connection) override {
    const std::lock_guard lock(mutex_);
    if (!wake_) return;
    streaming_.push_back(connection);
    wake();
  }

  // Swaps the answers into `answers`, and the connections that have more of a body to send into `streaming`; both must
  // be empty. False when there were none. Io thread only.
  bool take(std::vector<Answer>& answers, std::vector<std::uint64_t>& streaming) {
    const std::lock_guard lock(mutex_);
    woken_ = false;
    answers.swap(answers_);
    streaming.swap(streaming_);
    return !answers.empty() || !streaming.empty();
  }

  // Between the two calls the io thread promises to take() what it answers itself, so nothing has to wake it.
  void begin_collecting() {
    const std::lock_guard lock(mutex_);
    collecting_ = std::this_thread::get_id();
  }
  void end_collecting() {
    const std::lock_guard lock(mutex_);
    collecting_ = {};
  }

  // Drops what comes later: the io thread is gone.
  void close() {
    std::vector<Answer> dropped;  // destroyed without the lock: a body that is dropped tells its producer
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
    dropped.swap(answers_);
    streaming_.clear();
  }

 private:
  void wake() {
    if (woken_ || collecting_ == std::this_thread::get_id()) return;
    woken_ = true;
    wake_();
  }

  std::mutex mutex_;
  std::function<void()> wake_;  // null once closed
  std::vector<Answer> answers_;
  std::vector<std::uint64_t> streaming_;
  std::thread::id collecting_;
  bool woken_ = false;  // wake_ was called since the last take()
};

}  // namespace ordo::http
