#include "app/ticker.h"

#include <utility>

namespace ordo::app {

Ticker::Ticker(std::chrono::milliseconds interval, std::function<void()> work)
    : interval_(interval), work_(std::move(work)), thread_([this] { run(); }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_wanted_.notify_all();
  thread_.join();
}

void Ticker::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    work_();
    lock.lock();
    stop_wanted_.wait_for(lock, interval_, [this] { return stopping_; });
  }
}

}  // namespace ordo::app
