#include "outbound/webhook_queue.h"

#include <gtest/gtest.h>

#include "records/messages.h"

namespace ordo::outbound {
namespace {

using std::chrono::seconds;

Webhook endpoint(std::vector<std::int64_t> positions = {}) {
  Webhook out;
  out.id = WebhookId("w");
  out.types = {"wanted.*"};
  out.positions = std::move(positions);
  out.rev = 1;
  return out;
}

Record event(int partition, std::int64_t offset, std::string key, std::string type = "wanted.v1") {
  Record record;
  record.at = {Topic::order_events, partition, false};
  record.offset = offset;
  record.key = std::move(key);
  record.envelope.type = std::move(type);
  return record;
}

Timestamp at(int second) {
  return Timestamp(seconds(second));
}

std::string taken(WebhookQueue& queue) {
  const auto event = queue.take_event();
  return event ? event->key + std::to_string(event->offset) : "";
}

TEST(WebhookQueue, EventsOfOneOrderGoOneAfterTheOther) {
  WebhookQueue queue(endpoint(), 0, 1, {});
  queue.offer(event(0, 0, "a"));
  queue.offer(event(0, 1, "a"));
  queue.offer(event(0, 2, "b"));
  EXPECT_EQ(taken(queue), "a0");
  EXPECT_EQ(taken(queue), "b2");
  EXPECT_EQ(taken(queue), "");
  queue.event_answered("a");
  queue.event_recorded(0, 0);
  EXPECT_EQ(taken(queue), "a1");
}

TEST(WebhookQueue, AnOrderOfThePastIsSentIfItsImportAnnouncesIt) {
  Webhook every = endpoint();
  every.types.clear();
  WebhookQueue queue(every, 0, 1, {});
  OrderImported past;
  const auto offer = [&](std::int64_t offset, std::string value) {
    auto record = event(0, offset, "k" + std::to_string(offset), std::string(kTypeOf<OrderImported>));
    record.value = std::move(value);
    queue.offer(std::move(record));
  };
  offer(0, encode(past));
  past.announce = false;
  offer(1, encode(past));
  offer(2, "no JSON");
  past.announce = true;
  offer(3, encode(past));
  EXPECT_EQ(taken(queue), "k33");
  EXPECT_EQ(taken(queue), "");
  EXPECT_EQ(queue.next(), (std::vector<std::int64_t>{4}));
}

TEST(WebhookQueue, APositionWaitsForEverythingBeforeIt) {
  WebhookQueue queue(endpoint({5, 0}), 0, 2, {});
  EXPECT_FALSE(queue.progress().has_value());
  queue.offer(event(0, 4, "old"));
  queue.offer(event(0, 5, "a"));
  queue.offer(event(0, 6, "b"));
  queue.offer(event(0, 7, "c", "unwanted"));
  EXPECT_FALSE(queue.progress().has_value());
  EXPECT_EQ(taken(queue), "a5");
  EXPECT_EQ(taken(queue), "b6");
  queue.event_answered("b");
  EXPECT_FALSE(queue.progress().has_value());
  queue.event_recorded(0, 6);
  EXPECT_FALSE(queue.progress().has_value());
  queue.event_answered("a");
  queue.event_recorded(0, 5);
  EXPECT_EQ(queue.progress()->positions, (std::vector<std::int64_t>{8, 0}));
  EXPECT_FALSE(queue.progress().has_value());
  queue.untold();
  EXPECT_TRUE(queue.progress().has_value());
}

TEST(WebhookQueue, ALogMadeAnewIsReadFromItsBeginning) {
  WebhookQueue queue(endpoint({5, 9}), 1, 3, {});
  EXPECT_EQ(queue.next(), (std::vector<std::int64_t>{0, 0, 0}));
  queue.offer(event(2, 0, "a", "unwanted"));
  EXPECT_EQ(queue.progress()->log_epoch, 1);
}

TEST(WebhookQueue, FewAreUnderWayAndFewerWhileItFails) {
  WebhookLimits limits;
  limits.in_flight = 3;
  limits.while_failing = 1;
  limits.queued = 4;
  limits.open = 5;
  WebhookQueue queue(endpoint(), 0, 1, limits);
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(queue.may_read());
    queue.offer(event(0, i, std::string(1, static_cast<char>('a' + i))));
  }
  EXPECT_FALSE(queue.may_read());
  EXPECT_EQ(taken(queue), "a0");
  EXPECT_EQ(taken(queue), "b1");
  EXPECT_EQ(taken(queue), "c2");
  EXPECT_EQ(taken(queue), "");
  queue.offer(event(0, 4, "e"));
  EXPECT_FALSE(queue.may_read());  // five are open
  queue.event_answered("a");
  EXPECT_FALSE(queue.may_read());
  queue.event_recorded(0, 0);
  EXPECT_TRUE(queue.may_read());
  auto failing = endpoint();
  failing.rev = 2;
  failing.failing_since = at(1);
  EXPECT_TRUE(queue.update(failing));
  EXPECT_EQ(taken(queue), "");
  queue.event_answered("b");
  queue.event_recorded(0, 1);
  queue.event_answered("c");
  queue.event_recorded(0, 2);
  EXPECT_EQ(taken(queue), "d3");
}

TEST(WebhookQueue, GoesWhenTheEndpointStopsOrBeginsAnew) {
  WebhookQueue queue(endpoint(), 0, 1, {});
  auto changed = endpoint();
  changed.rev = 2;
  changed.url = "https://other.example/";
  EXPECT_TRUE(queue.update(changed));
  EXPECT_TRUE(queue.update(endpoint()));  // an older state
  EXPECT_EQ(queue.endpoint().url, "https://other.example/");
  changed.generation = 1;
  EXPECT_FALSE(queue.update(changed));
  changed.generation = 0;
  changed.status = WebhookStatus::disabled;
  EXPECT_FALSE(queue.update(changed));
}

TEST(WebhookQueue, RetriesComeWhenTheyAreDueAndLeaveRoomForNewEvents) {
  WebhookLimits limits;
  limits.in_flight = 4;
  WebhookQueue queue(endpoint(), 0, 1, limits);
  for (const auto* id : {"d1", "d2", "d3"}) queue.wait_for(id, 1, at(10));
  queue.wait_for("d3", 2, at(30));
  queue.wait_for("d3", 1, at(1));  // an older state
  EXPECT_FALSE(queue.take_retry(at(9)).has_value());
  EXPECT_EQ(queue.take_retry(at(10))->delivery, "d1");
  EXPECT_EQ(queue.take_retry(at(10))->delivery, "d2");
  queue.wait_for("d1", 1, at(10));  // it is in progress
  EXPECT_FALSE(queue.take_retry(at(40)).has_value());
  queue.retry_done("d1");
  const auto third = queue.take_retry(at(30));
  EXPECT_EQ(third->delivery, "d3");
  EXPECT_EQ(third->attempts, 2);
}

TEST(WebhookQueue, ReadingStopsWhenMuchHasFailed) {
  WebhookLimits limits;
  limits.waiting = 2;
  limits.max_waiting = 4;
  WebhookQueue queue(endpoint(), 0, 1, limits);
  queue.wait_for("d1", 1, at(1));
  EXPECT_TRUE(queue.may_read());
  for (int i = 2; i < 8; ++i) queue.wait_for("d" + std::to_string(i), 1, at(i));
  EXPECT_FALSE(queue.may_read());
  EXPECT_EQ(queue.waiting(), 4U);
  EXPECT_FALSE(queue.take_incomplete());
  for (int i = 1; i < 5; ++i) {
    const auto retry = queue.take_retry(at(9));
    ASSERT_TRUE(retry.has_value());
    EXPECT_EQ(retry->delivery, "d" + std::to_string(i));
    queue.retry_done(retry->delivery);
  }
  EXPECT_TRUE(queue.take_incomplete());
  EXPECT_FALSE(queue.take_incomplete());
}

}  // namespace
}  // namespace ordo::outbound
