#include "shrink.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace ordo::simulation {
namespace {

using Clock = std::chrono::steady_clock;

// Fewer steps, then fewer choices, then smaller ones.
std::pair<std::size_t, std::uint64_t> size_of(const Schedule& schedule) {
  std::uint64_t sum = 0;
  for (const auto& step : schedule.steps) sum = std::accumulate(step.begin(), step.end(), sum);
  return {schedule.weight(), sum};
}

class Shrinker {
 public:
  Shrinker(Schedule failing, const StillFails& still_fails, Clock::time_point until)
      : best_(std::move(failing)), still_fails_(still_fails), until_(until) {
    best_.trim();
  }

  Shrunk run() {
    auto before = size_of(best_);
    do {
      before = size_of(best_);
      drop_steps();
      calm_steps();
      lower_choices();
    } while (size_of(best_) < before && !late());
    return {std::move(best_), attempts_};
  }

 private:
  bool late() const { return Clock::now() >= until_; }

  bool attempt(Schedule candidate) {
    candidate.trim();
    if (late() || size_of(candidate) >= size_of(best_)) return false;
    ++attempts_;
    auto made = still_fails_(candidate);
    if (!made) return false;
    made->trim();
    best_ = size_of(*made) < size_of(candidate) ? std::move(*made) : std::move(candidate);
    return true;
  }

  // Removes groups of steps, from large to small, from the end to the beginning.
  void drop_steps() {
    for (std::size_t chunk = std::max<std::size_t>(best_.steps.size() / 2, 1);; chunk /= 2) {
      std::size_t end = best_.steps.size();
      while (end > 0 && !late()) {
        end = std::min(end, best_.steps.size());
        const std::size_t begin = end > chunk ? end - chunk : 0;
        Schedule candidate = best_;
        candidate.steps.erase(candidate.steps.begin() + static_cast<std::ptrdiff_t>(begin),
                              candidate.steps.begin() + static_cast<std::ptrdiff_t>(end));
        attempt(std::move(candidate));
        end = begin;
      }
      if (chunk == 1 || late()) return;
    }
  }

  // Makes groups of choices within each step calm.
  void calm_steps() {
    for (std::size_t i = best_.steps.size(); i-- > 0 && !late();) {
      if (i >= best_.steps.size()) continue;
      for (std::size_t chunk = std::max<std::size_t>(best_.steps[i].size(), 1);; chunk /= 2) {
        for (std::size_t end = best_.steps[i].size(); end > 0 && i < best_.steps.size() && !late();) {
          end = std::min(end, best_.steps[i].size());
          const std::size_t begin = end > chunk ? end - chunk : 0;
          calm(i, begin, end);
          end = begin;
          if (i >= best_.steps.size()) break;
        }
        if (chunk == 1 || late() || i >= best_.steps.size()) break;
      }
    }
  }

  void calm(std::size_t step, std::size_t begin, std::size_t end) {
    Schedule candidate = best_;
    auto& list = candidate.steps[step];
    std::fill(list.begin() + static_cast<std::ptrdiff_t>(begin), list.begin() + static_cast<std::ptrdiff_t>(end), 0U);
    attempt(std::move(candidate));
  }

  void lower_choices() {
    for (std::size_t i = 0; i < best_.steps.size(); ++i) {
      for (std::size_t k = 0; i < best_.steps.size() && k < best_.steps[i].size() && !late(); ++k) {
        while (i < best_.steps.size() && k < best_.steps[i].size() && best_.steps[i][k] > 1) {
          Schedule candidate = best_;
          candidate.steps[i][k] /= 2;
          if (!attempt(std::move(candidate))) break;
        }
      }
    }
  }

  Schedule best_;
  const StillFails& still_fails_;
  const Clock::time_point until_;
  std::size_t attempts_ = 0;
};

}  // namespace

Shrunk shrink(Schedule failing, const StillFails& still_fails, std::chrono::milliseconds budget) {
  return Shrinker(std::move(failing), still_fails, Clock::now() + budget).run();
}

}  // namespace ordo::simulation
