#include "choices.h"

#include <algorithm>

namespace ordo::simulation {
namespace {

void trim_list(std::vector<std::uint32_t>& list) {
  while (!list.empty() && list.back() == 0) list.pop_back();
}

std::size_t not_zero(const std::vector<std::uint32_t>& list) {
  return list.size() - static_cast<std::size_t>(std::count(list.begin(), list.end(), 0U));
}

}  // namespace

std::size_t Schedule::weight() const {
  std::size_t sum = 0;
  for (const auto& step : steps) sum += 1 + not_zero(step);
  return sum;
}

void Schedule::trim() {
  trim_list(setup);
  for (auto& step : steps) trim_list(step);
}

Schedule ChoiceMirror::read() const {
  Schedule schedule;
  for (std::size_t i = 0; i < size; ++i) {
    if (words[i] == kNextStep) {
      schedule.steps.emplace_back();
    } else {
      (schedule.steps.empty() ? schedule.setup : schedule.steps.back()).push_back(words[i]);
    }
  }
  schedule.trim();
  return schedule;
}

bool Choices::next_step(std::size_t limit) {
  const std::size_t end = following_ ? followed_.steps.size() : limit;
  read_ = 0;
  over_ = made_.steps.size() >= end;
  if (!over_) made_.steps.emplace_back();
  if (!over_ && mirror_ != nullptr) mirror_->put(ChoiceMirror::kNextStep);
  return !over_;
}

bool Choices::chance(int per_thousand) {
  if (over_ || per_thousand <= 0) return false;
  const bool yes = following_ ? follow() != 0 : random() % 1000 < static_cast<std::uint64_t>(per_thousand);
  record(yes ? 1 : 0);
  return yes;
}

std::int64_t Choices::pick(std::int64_t below) {
  if (below <= 1) return 0;
  if (over_) return turn_++ % below;
  const auto range = static_cast<std::uint64_t>(below);
  const std::uint64_t value = (following_ ? follow() : random()) % range;
  record(static_cast<std::uint32_t>(value));
  return static_cast<std::int64_t>(value);
}

int Choices::which(std::initializer_list<int> per_thousand) {
  int all = 0;
  for (const int rate : per_thousand) all += std::max(rate, 0);
  if (over_ || all <= 0) return 0;
  int chosen = 0;
  if (following_) {
    chosen = static_cast<int>(follow() % (per_thousand.size() + 1));
    if (chosen > 0 && per_thousand.begin()[chosen - 1] <= 0) chosen = 0;
  } else {
    auto left = static_cast<int>(random() % 1000);
    for (std::size_t i = 0; i < per_thousand.size() && chosen == 0; ++i) {
      left -= std::max(per_thousand.begin()[i], 0);
      if (left < 0) chosen = static_cast<int>(i) + 1;
    }
  }
  record(static_cast<std::uint32_t>(chosen));
  return chosen;
}

// SplitMix64: small, quick to seed, and the same on every platform.
std::uint64_t Choices::random() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return (z ^ (z >> 31U)) >> 8U;
}

void Choices::record(std::uint32_t choice) {
  (made_.steps.empty() ? made_.setup : made_.steps.back()).push_back(choice);
  if (mirror_ != nullptr) mirror_->put(choice);
}

std::uint32_t Choices::follow() {
  const auto& list = made_.steps.empty() ? followed_.setup : followed_.steps[made_.steps.size() - 1];
  return read_ < list.size() ? list[read_++] : 0;
}

}  // namespace ordo::simulation
