#include "access/rate_limiter.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/check.h"

namespace ordo::access {
namespace {

std::chrono::seconds up(double seconds) {
  return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(seconds)));
}

}  // namespace

RateLimiter::RateLimiter(double per_second, double burst, std::size_t max_names)
    : per_second_(per_second), burst_(burst), max_in_shard_(std::max<std::size_t>(max_names / kShards, 1)) {
  ORDO_CHECK(per_second > 0 && burst >= 1, per_second, " a second, bursts of ", burst);
}

RateVerdict RateLimiter::take(std::string_view name, Clock::time_point now) {
  return ask(name, now, 1);
}

RateVerdict RateLimiter::look(std::string_view name, Clock::time_point now) {
  return ask(name, now, 0);
}

RateVerdict RateLimiter::ask(std::string_view name, Clock::time_point now, double wanted) {
  auto& shard = shards_[std::hash<std::string_view>()(name) % kShards];
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.by_name.find(name);
  if (found != shard.by_name.end()) {
    shard.buckets.splice(shard.buckets.begin(), shard.buckets, found->second);
  } else {
    // guard: limit-bound
    if (shard.buckets.size() >= max_in_shard_) {
      shard.by_name.erase(shard.buckets.back().name);
      shard.buckets.pop_back();
    }
    shard.buckets.push_front({std::string(name), burst_, now});
    shard.by_name.emplace(shard.buckets.front().name, shard.buckets.begin());
  }
  auto& bucket = shard.buckets.front();
  // Threads read the clock before they get the lock. A slightly earlier time must not change the bucket.
  const auto passed = std::max(0.0, std::chrono::duration<double>(now - bucket.at).count());
  bucket.tokens = std::min(burst_, bucket.tokens + passed * per_second_);
  bucket.at = std::max(bucket.at, now);
  RateVerdict verdict;
  verdict.allowed = bucket.tokens >= 1;
  // guard: limit-takes
  if (verdict.allowed) bucket.tokens -= wanted;
  verdict.left = static_cast<std::int64_t>(bucket.tokens);
  verdict.reset = up((burst_ - bucket.tokens) / per_second_);
  if (!verdict.allowed) verdict.retry_after = std::max(up((1 - bucket.tokens) / per_second_), std::chrono::seconds(1));
  return verdict;
}

std::chrono::seconds RateLimiter::window() const {
  return std::max(up(burst_ / per_second_), std::chrono::seconds(1));
}

std::size_t RateLimiter::size() const {
  std::size_t size = 0;
  for (const auto& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    size += shard.buckets.size();
  }
  return size;
}

std::string address_group(std::string_view address) {
  if (address.find(':') == std::string_view::npos) return std::string(address);
  std::string text(address.substr(0, address.find('%')));  // without a zone
  in6_addr six{};
  if (::inet_pton(AF_INET6, text.c_str(), &six) != 1) return text;
  // guard: limit-network
  std::fill(std::begin(six.s6_addr) + 8, std::end(six.s6_addr), static_cast<std::uint8_t>(0));
  char shown[INET6_ADDRSTRLEN] = {};
  if (::inet_ntop(AF_INET6, &six, shown, sizeof shown) == nullptr) return text;
  return std::string(shown) + "/64";
}

}  // namespace ordo::access
