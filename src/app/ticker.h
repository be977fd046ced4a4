// Runs a function again and again, on its own thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace ordo::app {

class Ticker {
 public:
  // Runs `work` at once, and then `interval` after each end. The data that `work` uses outlives the ticker.
  Ticker(std::chrono::milliseconds interval, std::function<void()> work);
  // Waits for the thread.
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  void run();

  const std::chrono::milliseconds interval_;
  const std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable stop_wanted_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace ordo::app
