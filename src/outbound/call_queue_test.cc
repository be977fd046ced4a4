#include "outbound/call_queue.h"

#include <gtest/gtest.h>

namespace ordo::outbound {
namespace {

PendingCall pending(std::string origin, int seconds, std::string body = {}) {
  PendingCall call;
  call.url.origin = std::move(origin);
  call.deadline = Clock::time_point(std::chrono::seconds(seconds));
  call.call.body = std::move(body);
  return call;
}

TEST(CallQueue, TakesTurnsBetweenServers) {
  HttpCallerOptions options;
  options.max_transfers = 4;
  options.max_transfers_per_host = 2;
  CallQueue queue(options);
  for (const auto* origin : {"a", "a", "a", "b", "c", "c"}) {
    auto call = pending(origin, 10);
    ASSERT_TRUE(queue.push(call));
  }
  std::string order;
  while (const auto call = queue.take()) order += call->url.origin;
  EXPECT_EQ(order, "abca");  // four transfers at most
  queue.done("b");
  EXPECT_EQ(queue.take()->url.origin, "c");
  queue.done("c");
  EXPECT_FALSE(queue.take().has_value());  // a uses its two transfers, and the others have no more calls
  queue.done("a");
  EXPECT_EQ(queue.take()->url.origin, "a");
  EXPECT_FALSE(queue.take().has_value());
}

TEST(CallQueue, IsBoundedInCallsAndBytes) {
  HttpCallerOptions options;
  options.max_waiting = 3;
  options.max_waiting_per_host = 2;
  options.max_waiting_bytes = 10;
  CallQueue queue(options);
  const auto push = [&](const char* origin, const std::string& body) {
    auto call = pending(origin, 10, body);
    const bool taken = queue.push(call);
    EXPECT_EQ(call.url.origin.empty(), taken);
    return taken;
  };
  EXPECT_TRUE(push("a", "12345"));
  EXPECT_FALSE(push("b", "123456"));
  EXPECT_TRUE(push("a", ""));
  EXPECT_FALSE(push("a", ""));
  EXPECT_TRUE(push("b", "12345"));
  EXPECT_FALSE(push("c", ""));
  EXPECT_TRUE(queue.take().has_value());
  EXPECT_TRUE(push("c", ""));
}

TEST(CallQueue, GivesUpWhatIsLate) {
  CallQueue queue({});
  for (const int seconds : {30, 10, 20}) {
    auto call = pending("a", seconds);
    ASSERT_TRUE(queue.push(call));
  }
  const auto at = [](int seconds) { return Clock::time_point(std::chrono::seconds(seconds)); };
  EXPECT_EQ(queue.next_deadline(), at(10));
  EXPECT_TRUE(queue.take_late(at(9)).empty());
  EXPECT_EQ(queue.take_late(at(10)).size(), 1U);
  EXPECT_EQ(queue.next_deadline(), at(20));
  EXPECT_EQ(queue.take_all().size(), 2U);
  EXPECT_EQ(queue.next_deadline(), Clock::time_point::max());
  EXPECT_FALSE(queue.take().has_value());
}

}  // namespace
}  // namespace ordo::outbound
