#include "outbound/webhook_lane.h"

#include <gtest/gtest.h>

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

std::string taken(WebhookLane& lane) {
  const auto event = lane.take_event();
  return event ? event->key + std::to_string(event->offset) : "";
}

TEST(WebhookLane, EventsOfOneOrderGoOneAfterTheOther) {
  WebhookLane lane(endpoint(), 0, 1, {});
  lane.offer(event(0, 0, "a"));
  lane.offer(event(0, 1, "a"));
  lane.offer(event(0, 2, "b"));
  EXPECT_EQ(taken(lane), "a0");
  EXPECT_EQ(taken(lane), "b2");
  EXPECT_EQ(taken(lane), "");
  lane.event_answered("a");
  lane.event_recorded(0, 0);
  EXPECT_EQ(taken(lane), "a1");
}

TEST(WebhookLane, APositionWaitsForEverythingBeforeIt) {
  WebhookLane lane(endpoint({5, 0}), 0, 2, {});
  EXPECT_FALSE(lane.progress().has_value());
  lane.offer(event(0, 4, "old"));
  lane.offer(event(0, 5, "a"));
  lane.offer(event(0, 6, "b"));
  lane.offer(event(0, 7, "c", "unwanted"));
  EXPECT_FALSE(lane.progress().has_value());
  EXPECT_EQ(taken(lane), "a5");
  EXPECT_EQ(taken(lane), "b6");
  lane.event_answered("b");
  EXPECT_FALSE(lane.progress().has_value());
  lane.event_recorded(0, 6);
  EXPECT_FALSE(lane.progress().has_value());
  lane.event_answered("a");
  lane.event_recorded(0, 5);
  EXPECT_EQ(lane.progress()->positions, (std::vector<std::int64_t>{8, 0}));
  EXPECT_FALSE(lane.progress().has_value());
  lane.untold();
  EXPECT_TRUE(lane.progress().has_value());
}

TEST(WebhookLane, ALogMadeAnewIsReadFromItsBeginning) {
  WebhookLane lane(endpoint({5, 9}), 1, 3, {});
  EXPECT_EQ(lane.next(), (std::vector<std::int64_t>{0, 0, 0}));
  lane.offer(event(2, 0, "a", "unwanted"));
  EXPECT_EQ(lane.progress()->log_epoch, 1);
}

TEST(WebhookLane, FewAreUnderWayAndFewerWhileItFails) {
  WebhookLimits limits;
  limits.in_flight = 3;
  limits.while_failing = 1;
  limits.queued = 4;
  limits.open = 5;
  WebhookLane lane(endpoint(), 0, 1, limits);
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(lane.may_read());
    lane.offer(event(0, i, std::string(1, static_cast<char>('a' + i))));
  }
  EXPECT_FALSE(lane.may_read());
  EXPECT_EQ(taken(lane), "a0");
  EXPECT_EQ(taken(lane), "b1");
  EXPECT_EQ(taken(lane), "c2");
  EXPECT_EQ(taken(lane), "");
  lane.offer(event(0, 4, "e"));
  EXPECT_FALSE(lane.may_read());  // five are open
  lane.event_answered("a");
  EXPECT_FALSE(lane.may_read());
  lane.event_recorded(0, 0);
  EXPECT_TRUE(lane.may_read());
  auto failing = endpoint();
  failing.rev = 2;
  failing.failing_since = at(1);
  EXPECT_TRUE(lane.update(failing));
  EXPECT_EQ(taken(lane), "");
  lane.event_answered("b");
  lane.event_recorded(0, 1);
  lane.event_answered("c");
  lane.event_recorded(0, 2);
  EXPECT_EQ(taken(lane), "d3");
}

TEST(WebhookLane, GoesWhenTheEndpointStopsOrBeginsAnew) {
  WebhookLane lane(endpoint(), 0, 1, {});
  auto changed = endpoint();
  changed.rev = 2;
  changed.url = "https://other.example/";
  EXPECT_TRUE(lane.update(changed));
  EXPECT_TRUE(lane.update(endpoint()));  // older news
  EXPECT_EQ(lane.endpoint().url, "https://other.example/");
  changed.generation = 1;
  EXPECT_FALSE(lane.update(changed));
  changed.generation = 0;
  changed.status = WebhookStatus::disabled;
  EXPECT_FALSE(lane.update(changed));
}

TEST(WebhookLane, RetriesComeWhenTheyAreDueAndLeaveRoomForNewEvents) {
  WebhookLimits limits;
  limits.in_flight = 4;
  WebhookLane lane(endpoint(), 0, 1, limits);
  for (const auto* id : {"d1", "d2", "d3"}) lane.wait_for(id, 1, at(10));
  lane.wait_for("d3", 2, at(30));
  lane.wait_for("d3", 1, at(1));  // older news
  EXPECT_FALSE(lane.take_retry(at(9)).has_value());
  EXPECT_EQ(lane.take_retry(at(10))->delivery, "d1");
  EXPECT_EQ(lane.take_retry(at(10))->delivery, "d2");
  lane.wait_for("d1", 1, at(10));  // it is under way
  EXPECT_FALSE(lane.take_retry(at(40)).has_value());
  lane.retry_done("d1");
  const auto third = lane.take_retry(at(30));
  EXPECT_EQ(third->delivery, "d3");
  EXPECT_EQ(third->attempts, 2);
}

TEST(WebhookLane, ReadingStopsWhenMuchHasFailed) {
  WebhookLimits limits;
  limits.waiting = 2;
  limits.max_waiting = 4;
  WebhookLane lane(endpoint(), 0, 1, limits);
  lane.wait_for("d1", 1, at(1));
  EXPECT_TRUE(lane.may_read());
  for (int i = 2; i < 8; ++i) lane.wait_for("d" + std::to_string(i), 1, at(i));
  EXPECT_FALSE(lane.may_read());
  EXPECT_EQ(lane.waiting(), 4U);
  EXPECT_FALSE(lane.take_incomplete());
  for (int i = 1; i < 5; ++i) {
    const auto retry = lane.take_retry(at(9));
    ASSERT_TRUE(retry.has_value());
    EXPECT_EQ(retry->delivery, "d" + std::to_string(i));
    lane.retry_done(retry->delivery);
  }
  EXPECT_TRUE(lane.take_incomplete());
  EXPECT_FALSE(lane.take_incomplete());
}

}  // namespace
}  // namespace ordo::outbound
