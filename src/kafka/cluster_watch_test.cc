#include "kafka/cluster_watch.h"

#include <gtest/gtest.h>

#include <functional>

#include "kafka/group_consumer.h"
#include "kafka/step_producer.h"
#include "kafka/testing/mock_cluster.h"

namespace ordo::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr std::int16_t kFetchRequest = 1;

// The mock cluster with a receiver for troubles.
class Watched : public testing::Test {
 protected:
  Watched() : cluster_(Topology{}) {
    options_ = cluster_.options();
    options_.troubles = &troubles_;
  }
  bool comes(const std::string& text, const std::function<void()>& turn) {
    const auto deadline = Clock::now() + seconds(30);
    while (Clock::now() < deadline && !HasFatalFailure()) {
      for (const auto& trouble : troubles_.list()) {
        if (to_string(trouble) == text) return true;
      }
      turn();
    }
    return false;
  }

  Troubles troubles_;
  MockCluster cluster_;
  Options options_;
};

TEST_F(Watched, AClusterThatIsAsItShouldBeHasNoTrouble) {
  auto watch = ClusterWatch::open(options_, {});
  ASSERT_TRUE(watch);
  for (int i = 0; i < 2; ++i) {
    const auto looked = (*watch)->look();
    ASSERT_TRUE(looked) << looked.error().text();
  }
  EXPECT_TRUE(troubles_.list().empty());
  const auto heads = (*watch)->heads(Topic::stock);
  ASSERT_TRUE(heads);
  EXPECT_EQ(heads->size(), 4U);
}

TEST_F(Watched, OtherPartitionsAreNamedWithTheSettingAndTheCommand) {
  options_.topology[Topic::stock].partitions = 2;
  auto watch = ClusterWatch::open(options_, {});
  ASSERT_TRUE(watch);
  ASSERT_TRUE((*watch)->look());
  EXPECT_TRUE(troubles_.list().empty()) << "one look is not believed";
  ASSERT_TRUE((*watch)->look());
  ASSERT_EQ(troubles_.list().size(), 1U);
  const auto text = to_string(troubles_.list()[0]);
  for (const char* part :
       {"topic stock", "4 partitions, but 2 are configured", "topics.stock.partitions", "ordo epoch begin stock"}) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
  const auto heads = (*watch)->heads(Topic::stock);
  ASSERT_TRUE(heads);
  EXPECT_EQ(heads->size(), 4U) << "partitions without a reader have a lag as well";
}

// librdkafka 2.0.2 ends the process when it asks a group's coordinator for the group and the coordinator is away.
TEST(ClusterWatchTest, OutlivesACoordinatorThatIsAway) {
  MockCluster cluster(Topology{}, 2);
  auto options = cluster.options();
  Troubles troubles;
  options.troubles = &troubles;
  const auto group = options.group_prefix + "stock";
  rd_kafka_mock_coordinator_set(cluster.get(), "group", group.c_str(), 2);
  auto watch = ClusterWatch::open(options, {ProcessorKind::stock});
  ASSERT_TRUE(watch);
  ASSERT_TRUE((*watch)->look());
  let_it_settle();
  rd_kafka_mock_broker_set_down(cluster.get(), 2);
  (void)(*watch)->look();
  let_it_settle();
  rd_kafka_mock_broker_set_up(cluster.get(), 2);
  const auto deadline = Clock::now() + seconds(30);
  while (!(*watch)->look()) ASSERT_LT(Clock::now(), deadline);
}

TEST_F(Watched, APartitionWithoutALeaderIsNamed) {
  auto watch = ClusterWatch::open(options_, {});
  ASSERT_TRUE(watch);
  const auto topic = options_.topology.broker_name(Topic::stock, false);
  let_it_settle();
  rd_kafka_mock_partition_set_leader(cluster_.get(), topic.c_str(), 2, -1);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE((*watch)->look());
  ASSERT_EQ(troubles_.list().size(), 1U);
  EXPECT_EQ(to_string(troubles_.list()[0]),
            "topic stock: partition 2 has no leader: no broker with all of its records is running");
  EXPECT_TRUE(troubles_.list()[0].grave);
}

TEST(JudgeReplicas, TooFewInSyncAreNamedWithTheSetting) {
  TopicSettings settings;
  settings.values["min.insync.replicas"] = "2";
  EXPECT_FALSE(judge_replicas("stock", {4, -1, 3, 2}, settings));
  EXPECT_FALSE(judge_replicas("stock", {4, -1, 3, 1}, TopicSettings{})) << "nothing is known of the setting";
  const auto found = judge_replicas("stock", {4, -1, 3, 1}, settings);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->grave);
  EXPECT_EQ(found->text,
            "partition 3 has 1 replicas in sync, min.insync.replicas is 2: it accepts no records until the brokers of "
            "the other replicas are back");
}

TEST_F(Watched, AConsumerThatMayNotReadSaysSoAndThatItMayAgain) {
  const std::vector<rd_kafka_resp_err_t> errors(200, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  rd_kafka_mock_push_request_errors_array(cluster_.get(), kFetchRequest, errors.size(), errors.data());
  auto consumer = GroupConsumer::open(options_, ProcessorKind::stock);
  ASSERT_TRUE(consumer);
  const auto turn = [&] {
    auto polled = (*consumer)->poll(10, milliseconds(50));
    if (!polled) return;
    for (const int partition : polled->assigned) ASSERT_TRUE((*consumer)->seek(partition, 0));
  };
  EXPECT_TRUE(comes("topic stock: Broker: Topic authorization failed (this principal needs Read)", turn));
  rd_kafka_mock_clear_request_errors(cluster_.get(), kFetchRequest);
  const auto deadline = Clock::now() + seconds(30);
  while (troubles_.any() && Clock::now() < deadline) turn();
  EXPECT_TRUE(troubles_.list().empty());
}

TEST_F(Watched, AProducerThatMayNotWriteSaysSo) {
  const std::vector<rd_kafka_resp_err_t> errors(50, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  rd_kafka_mock_push_request_errors_array(cluster_.get(), kProduceRequest, errors.size(), errors.data());
  auto producer = StepProducer::open(options_);
  ASSERT_TRUE(producer);
  const std::vector<Record> records{make_record(Topic::payments, 0, 1)};
  EXPECT_TRUE(comes("topic payments: Broker: Topic authorization failed (this principal needs Write)",
                    [&] { (void)(*producer)->send(records, milliseconds(200)); }));
}

TEST(JudgeTopics, CompactionIsRefusedWithTheCommandThatMendsIt) {
  Options options;
  TopicConfigs configs;
  auto& topic = configs.topics[static_cast<std::size_t>(Topic::order_events)];
  topic.values["cleanup.policy"] = "delete";
  EXPECT_TRUE(judge_topics(options, configs).grave.empty());
  for (const char* policy : {"compact", "compact,delete"}) {
    topic.values["cleanup.policy"] = policy;
    const auto found = judge_topics(options, configs);
    ASSERT_EQ(found.grave.size(), 1U);
    const auto text = to_string(found.grave[0]);
    EXPECT_NE(text.find("--entity-name order_events --add-config cleanup.policy=delete"), std::string::npos) << text;
  }
}

TEST(JudgeTopics, SettingsThatCannotBeReadAreToldOnce) {
  TopicConfigs configs;
  for (auto& topic : configs.topics) topic.problem = "Broker: Topic authorization failed";
  const auto found = judge_topics(Options(), configs);
  EXPECT_TRUE(found.grave.empty());
  ASSERT_EQ(found.doubtful.size(), 1U);
  EXPECT_NE(to_string(found.doubtful[0]).find("needs DescribeConfigs"), std::string::npos);
}

TEST(JudgeTopics, ARetentionThatIsNotTheSettingIsAWarning) {
  Options options;
  options.retention[static_cast<std::size_t>(Topic::stock)] = milliseconds(1000);
  TopicConfigs configs;
  configs.topics[static_cast<std::size_t>(Topic::stock)].values = {{"cleanup.policy", "delete"}, {"retention.ms", "5"}};
  const auto found = judge_topics(options, configs);
  EXPECT_TRUE(found.grave.empty());
  ASSERT_EQ(found.doubtful.size(), 1U);
  EXPECT_NE(to_string(found.doubtful[0]).find("retention.ms=1000"), std::string::npos);
}

}  // namespace
}  // namespace ordo::kafka
