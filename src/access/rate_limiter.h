// Token buckets: so many requests a second for each of many names.
#pragma once

#include <array>
#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ordo::access {

// What a bucket had to say to one request.
struct RateVerdict {
  bool allowed = true;
  std::int64_t left = 0;                // whole requests that could follow at once
  std::chrono::seconds reset{0};        // until the bucket is full again
  std::chrono::seconds retry_after{0};  // when it was not allowed: until it may be, at least one
};

// Thread-safe. Bounded: beyond `max_names` the one that was not heard of for the longest time is forgotten, and starts
// with a full bucket when it comes again; by then it mostly would have had one.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  // A bucket holds `burst` requests and is filled by `per_second` of them.
  RateLimiter(double per_second, double burst, std::size_t max_names = 65'536);

  // Takes one when there is one.
  RateVerdict take(std::string_view name, Clock::time_point now);
  // The same without taking.
  RateVerdict look(std::string_view name, Clock::time_point now);

  std::int64_t burst() const { return static_cast<std::int64_t>(burst_); }
  // In which an empty bucket fills, rounded up.
  std::chrono::seconds window() const;
  std::size_t size() const;

 private:
  struct Bucket {
    std::string name;
    double tokens = 0;
    Clock::time_point at;
  };
  // One of several, so that threads seldom meet.
  struct Shard {
    mutable std::mutex mutex;
    std::list<Bucket> buckets;                                                  // the latest first
    std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_name;  // views into the buckets
  };
  static constexpr std::size_t kShards = 16;

  RateVerdict ask(std::string_view name, Clock::time_point now, double wanted);

  const double per_second_;
  const double burst_;
  const std::size_t max_in_shard_;
  std::array<Shard, kShards> shards_;
};

// The name under which an address is counted: all of IPv4, the first 64 bits of IPv6, which is what one customer of a
// network gets at least.
std::string address_group(std::string_view address);

}  // namespace ordo::access
