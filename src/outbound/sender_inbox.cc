#include "outbound/sender_inbox.h"

#include <algorithm>
#include <utility>

namespace ordo::outbound {
namespace {

constexpr std::size_t kMaxNews = 10'000;

}  // namespace

void SenderInbox::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void SenderInbox::post(Task task) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  changed_.notify_all();
}

void SenderInbox::post_later(std::chrono::milliseconds delay, Task task) {
  const std::lock_guard lock(mutex_);
  later_.emplace(now() + delay, std::move(task));
}

void SenderInbox::take(const Owner& owner) {
  const std::lock_guard lock(mutex_);
  scans_.take(owner);
  changed_.notify_all();
}

void SenderInbox::lose(const Owner& owner, Task forget) {
  const std::lock_guard lock(mutex_);
  scans_.lose(owner);
  tasks_.push_back(std::move(forget));
  changed_.notify_all();
}

bool SenderInbox::owns(const Owner& owner) const {
  const std::lock_guard lock(mutex_);
  return scans_.owns(owner);
}

void SenderInbox::post_news(const Owner& owner, std::vector<Task> news) {
  if (news.empty()) return;
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  if (news_ + news.size() > kMaxNews) {
    scans_.scan_now(owner);
    return;
  }
  news_ += news.size();
  for (auto& task : news) {
    tasks_.emplace_back([this, task = std::move(task)] {
      {
        const std::lock_guard counting(mutex_);
        --news_;
      }
      task();
    });
  }
  changed_.notify_all();
}

void SenderInbox::scan_later(const Owner& owner, std::chrono::milliseconds delay) {
  const std::lock_guard lock(mutex_);
  scans_.scan_at(owner, now() + delay);
}

std::set<Owner> SenderInbox::due_scans() {
  const std::lock_guard lock(mutex_);
  return scans_.take_due(now());
}

std::optional<std::vector<SenderInbox::Task>> SenderInbox::wait(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  if (!stopping_ && tasks_.empty()) {
    const Timestamp present = now();
    Timestamp until = present + longest;
    if (!later_.empty()) until = std::min(until, later_.begin()->first);
    until = std::min(until, scans_.next().value_or(until));
    if (until > present) changed_.wait_for(lock, until - present);
  }
  if (stopping_) return std::nullopt;
  auto tasks = std::exchange(tasks_, {});
  while (!later_.empty() && later_.begin()->first <= now()) {
    tasks.push_back(std::move(later_.extract(later_.begin()).mapped()));
  }
  return tasks;
}

}  // namespace ordo::outbound
