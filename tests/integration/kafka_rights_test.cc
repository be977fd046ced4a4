// Tests permissions with a real broker, whose address is in ORDO_TEST_KAFKA. Each missing permission is named within
// ten seconds. Once it is back, the trouble is gone. The broker allows everything without a rule.
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <thread>

#include "base/uuid.h"
#include "kafka/api_log.h"
#include "kafka/client.h"
#include "kafka/cluster_watch.h"
#include "kafka/group_consumer.h"
#include "kafka/topics.h"
#include "kafka/troubles.h"

namespace ordo::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;
using AclPtr = std::unique_ptr<rd_kafka_AclBinding_t, Destroy<rd_kafka_AclBinding_destroy>>;

constexpr seconds kRightsPatience{60};
constexpr seconds kNoticed{10};

class KafkaRights : public testing::Test {
 protected:
  void SetUp() override {
    const char* bootstrap = std::getenv("ORDO_TEST_KAFKA");
    if (bootstrap == nullptr) GTEST_SKIP() << "ORDO_TEST_KAFKA is not set";
    const auto run = "rights-" + uuid_v7(now()) + "-";
    options_.bootstrap = bootstrap;
    options_.group_prefix = run;
    for (auto& topic : options_.topology.topics) topic.name.insert(0, run);
    const auto ensured = ensure_topics(options_);
    ASSERT_TRUE(ensured) << ensured.error().text();
    options_.troubles = &troubles_;
    Client::Role role;
    role.name = "admin";
    admin_ = std::make_unique<Client>(std::move(*Client::open(options_, role)));
    watch_ = std::move(*ClusterWatch::open(options_, {ProcessorKind::stock}));
  }

  // Everyone has all permissions on it, except this one.
  void deny(rd_kafka_ResourceType_t resource, const std::string& name, rd_kafka_AclOperation_t operation) {
    rule(resource, name, RD_KAFKA_ACL_OPERATION_ALL, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, true);
    rule(resource, name, operation, RD_KAFKA_ACL_PERMISSION_TYPE_DENY, true);
  }
  void allow(rd_kafka_ResourceType_t resource, const std::string& name, rd_kafka_AclOperation_t operation) {
    rule(resource, name, operation, RD_KAFKA_ACL_PERMISSION_TYPE_DENY, false);
  }

  bool within(seconds time, const std::function<bool()>& condition, const std::function<void()>& turn) {
    const auto deadline = Clock::now() + time;
    auto look_at = Clock::now();
    while (!condition()) {
      if (Clock::now() > deadline || HasFatalFailure()) return false;
      turn();
      if (Clock::now() < look_at) continue;
      look_at = Clock::now() + seconds(3);  // as the service does
      EXPECT_TRUE(watch_->look());
    }
    return true;
  }
  bool is_told(const std::string& text) const {
    for (const auto& trouble : troubles_.list()) {
      if (to_string(trouble) == text) return true;
    }
    return false;
  }
  std::string said() const {
    std::string text;
    for (const auto& trouble : troubles_.list()) text += to_string(trouble) + "\n";
    return text;
  }
  static void pause() { std::this_thread::sleep_for(milliseconds(50)); }

  Troubles troubles_;
  Options options_;
  std::unique_ptr<Client> admin_;
  std::unique_ptr<ClusterWatch> watch_;

 private:
  void rule(rd_kafka_ResourceType_t resource, const std::string& name, rd_kafka_AclOperation_t operation,
            rd_kafka_AclPermissionType_t permission, bool made) {
    char text[512];
    const QueuePtr queue(rd_kafka_queue_new(admin_->get()));
    const auto describe = made ? rd_kafka_AclBinding_new : rd_kafka_AclBindingFilter_new;
    const AclPtr acl(describe(resource, name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:ANONYMOUS", "*",
                              operation, permission, text, sizeof text));
    ASSERT_TRUE(acl) << text;
    auto* one = acl.get();
    if (made) {
      rd_kafka_CreateAcls(admin_->get(), &one, 1, nullptr, queue.get());
    } else {
      rd_kafka_DeleteAcls(admin_->get(), &one, 1, nullptr, queue.get());
    }
    const EventPtr event(rd_kafka_queue_poll(queue.get(), ms(kRightsPatience)));
    ASSERT_TRUE(event);
    ASSERT_EQ(rd_kafka_event_error(event.get()), RD_KAFKA_RESP_ERR_NO_ERROR)
        << rd_kafka_event_error_string(event.get());
  }
};

TEST_F(KafkaRights, ReadOfAnInbox) {
  auto consumer = GroupConsumer::open(options_, ProcessorKind::stock);
  ASSERT_TRUE(consumer);
  bool owns = false;
  const auto turn = [&] {
    auto polled = (*consumer)->poll(10, milliseconds(50));
    if (!polled) return pause();
    for (const int partition : polled->assigned) ASSERT_TRUE((*consumer)->seek(partition, 0));
    owns = owns || !polled->assigned.empty();
  };
  ASSERT_TRUE(within(
      kRightsPatience, [&] { return owns; }, turn));
  const auto topic = options_.topology.broker_name(Topic::stock, false);
  deny(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_READ);
  const auto text = "topic " + topic + ": Broker: Topic authorization failed (this principal needs Read)";
  EXPECT_TRUE(within(
      kNoticed, [&] { return is_told(text); }, turn))
      << said();
  allow(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_READ);
  EXPECT_TRUE(within(
      kRightsPatience, [&] { return !troubles_.any(); }, turn))
      << said();
}

// librdkafka does not report that a group refuses a member, or no longer receives from it.
TEST_F(KafkaRights, ReadOfAGroup) {
  const auto group = options_.group_prefix + "stock";
  const auto text = "group " + group + ": Broker: Group authorization failed (this principal needs Read)";
  deny(RD_KAFKA_RESOURCE_GROUP, group, RD_KAFKA_ACL_OPERATION_READ);
  auto consumer = GroupConsumer::open(options_, ProcessorKind::stock);
  ASSERT_TRUE(consumer);
  bool owns = false;
  const auto turn = [&] {
    auto polled = (*consumer)->poll(10, milliseconds(50));
    if (!polled) return pause();
    for (const int partition : polled->assigned) {
      ASSERT_TRUE((*consumer)->seek(partition, 0));
      (*consumer)->report(partition, 0);
    }
    owns = owns || !polled->assigned.empty();
  };
  EXPECT_TRUE(within(
      kNoticed, [&] { return is_told(text); }, turn))
      << "before it is in: " << said();
  allow(RD_KAFKA_RESOURCE_GROUP, group, RD_KAFKA_ACL_OPERATION_READ);
  EXPECT_TRUE(within(
      kRightsPatience, [&] { return owns && !troubles_.any(); }, turn))
      << said();
  deny(RD_KAFKA_RESOURCE_GROUP, group, RD_KAFKA_ACL_OPERATION_READ);
  EXPECT_TRUE(within(
      kNoticed, [&] { return is_told(text); }, turn))
      << "after it was in: " << said();
  allow(RD_KAFKA_RESOURCE_GROUP, group, RD_KAFKA_ACL_OPERATION_READ);
  EXPECT_TRUE(within(
      kRightsPatience, [&] { return !troubles_.any(); }, turn))
      << said();
}

TEST_F(KafkaRights, WriteOfAnAppend) {
  const auto topic = options_.topology.broker_name(Topic::order_created, false);
  deny(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_WRITE);
  auto log = ApiLog::open(options_);
  ASSERT_TRUE(log);
  Record record;
  record.at = {Topic::order_created, 0, false};
  record.value = "{}";
  // A rule takes effect shortly after it was created.
  const auto turn = [&] {
    (*log)->append(record, [](const Result<LogPosition>&) {});
    pause();
  };
  const auto text = "topic " + topic + ": Broker: Topic authorization failed (this principal needs Write)";
  EXPECT_TRUE(within(
      kNoticed, [&] { return is_told(text); }, turn))
      << said();
  allow(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_WRITE);
  EXPECT_TRUE(within(
      kRightsPatience, [&] { return !troubles_.any(); }, turn))
      << said();
}

TEST_F(KafkaRights, DescribeOfATopic) {
  const auto topic = options_.topology.broker_name(Topic::payments, false);
  deny(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_DESCRIBE);
  const auto text = "topic " + topic + ": Broker: Topic authorization failed (this principal needs Describe)";
  EXPECT_TRUE(within(
      kNoticed, [&] { return is_told(text); }, [] { pause(); }))
      << said();
  allow(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_DESCRIBE);
  EXPECT_TRUE(within(
      kRightsPatience, [&] { return !troubles_.any(); }, [] { pause(); }))
      << said();
}

}  // namespace
}  // namespace ordo::kafka
