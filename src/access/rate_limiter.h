// Token buckets: a number of requests a second for each of many names.
#pragma once

#include <array>
#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ordo::access {

// A bucket's answer to one request.
struct RateVerdict {
  bool allowed = true;
  std::int64_t left = 0;                // whole requests that could follow at once
  std::chrono::seconds reset{0};        // until the bucket is full again
  std::chrono::seconds retry_after{0};  // if not allowed: until a request may be allowed, at least one second
};

// Thread-safe and bounded: beyond `max_names` it forgets the name that has not been used for the longest time. That
// name starts with a full bucket when it comes again. By then its bucket would mostly have been full anyway.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  // A bucket holds `burst` requests and gains `per_second` of them each second.
  RateLimiter(double per_second, double burst, std::size_t max_names = 65'536);

  // Takes a request from the bucket if there is one.
  RateVerdict take(std::string_view name, Clock::time_point now);
  // The same without taking one.
  RateVerdict look(std::string_view name, Clock::time_point now);

  std::int64_t burst() const { return static_cast<std::int64_t>(burst_); }
  // The time in which an empty bucket fills, rounded up.
  std::chrono::seconds window() const;
  std::size_t size() const;

 private:
  struct Bucket {
    std::string name;
    double tokens = 0;
    Clock::time_point at;
  };
  // One of several, so that threads seldom wait for each other.
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

// The name under which an address is counted: the whole IPv4 address, or the first 64 bits of an IPv6 address. Each
// customer of a network has at least such a prefix.
std::string address_group(std::string_view address);

}  // namespace ordo::access
