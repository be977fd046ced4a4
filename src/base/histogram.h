// Durations, counted in buckets. The bounds suit disks, brokers and databases.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace ordo {

// Any thread. An observation costs two additions.
class Histogram {
 public:
  // In microseconds. One more bucket holds longer durations.
  static constexpr std::array<std::uint64_t, 13> kBounds = {
      250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 5'000'000, 30'000'000};

  void observe(std::chrono::steady_clock::duration took) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    const auto value = static_cast<std::uint64_t>(us < 0 ? 0 : us);
    std::size_t at = 0;
    while (at < kBounds.size() && value > kBounds[at]) ++at;
    buckets_[at].fetch_add(1, std::memory_order_relaxed);
    sum_us_.fetch_add(value, std::memory_order_relaxed);
  }

  struct Figures {
    std::array<std::uint64_t, kBounds.size() + 1> buckets{};  // not cumulative
    std::uint64_t sum_us = 0;
  };
  Figures figures() const {
    Figures figures;
    for (std::size_t i = 0; i < buckets_.size(); ++i) figures.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
    figures.sum_us = sum_us_.load(std::memory_order_relaxed);
    return figures;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets_{};
  std::atomic<std::uint64_t> sum_us_{0};
};

// Observes the time from its construction to its destruction.
class Stopwatch {
 public:
  explicit Stopwatch(Histogram& histogram) : histogram_(histogram) {}
  ~Stopwatch() { histogram_.observe(std::chrono::steady_clock::now() - begun_); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  Histogram& histogram_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace ordo
