#include "kafka/topic_limits.h"

#include <gtest/gtest.h>

namespace ordo::kafka {
namespace {

TopicConfigs with(const std::map<std::string, std::string, std::less<>>& values) {
  TopicConfigs configs;
  for (auto* topics : {&configs.topics, &configs.dlqs}) {
    for (auto& topic : *topics) topic.values = values;
  }
  return configs;
}

std::size_t limit_of(const TopicConfigs& configs, const Options& options = {}) {
  return limits_of(configs, options).of({Topic::stock, 0, false});
}

TEST(TopicLimits, AreWhatTheTopicTakes) {
  EXPECT_EQ(limit_of(with({{"max.message.bytes", "262144"}})), 262'144U);
  EXPECT_EQ(limit_of(with({{"max.message.bytes", "262144"}, {"segment.bytes", "100000"}})), 100'000U);
  EXPECT_EQ(limit_of(with({{"max.message.bytes", "262144"}, {"compression.type", "producer"}})), 262'144U);
  EXPECT_LT(limit_of(with({{"max.message.bytes", "262144"}, {"compression.type", "gzip"}})), 262'144U - 1'000);
  EXPECT_EQ(limit_of(TopicConfigs{}), 1'048'588U);  // unknown
  auto configs = with({{"max.message.bytes", "1000"}});
  configs.dlqs[static_cast<std::size_t>(Topic::stock)].values["max.message.bytes"] = "2000";
  EXPECT_EQ(limits_of(configs, {}).of({Topic::stock, 0, true}), 2'000U);
}

TEST(TopicLimits, ASettingOfTheClientIsALimitToo) {
  Options options;
  options.settings["message.max.bytes"] = "100000";
  EXPECT_EQ(limit_of(with({{"max.message.bytes", "262144"}}), options), 100'000U);
  EXPECT_EQ(limit_of(with({{"max.message.bytes", "50000"}}), options), 50'000U);
}

TEST(TopicLimits, NoBatchIsLargerThanARecordMayBe) {
  Options options;
  EXPECT_EQ(batch_bytes(options), 1'000'000U);
  options.limits.of({Topic::webhooks, 0, true}) = 262'144;
  EXPECT_EQ(batch_bytes(options), 262'144U);
  options.settings["batch.size"] = "5000";
  EXPECT_EQ(batch_bytes(options), 5'000U);
}

TEST(TopicLimits, AnOperatorIsToldWhatToMend) {
  Options options;
  options.bootstrap = "kafka:9092";
  auto configs = with({{"max.message.bytes", "1000"}});
  for (auto& dlq : configs.dlqs) dlq.values["max.message.bytes"] = std::to_string(1'000 + kLetterRoom);
  EXPECT_TRUE(limit_warnings(configs, options).empty());
  configs.dlqs[static_cast<std::size_t>(Topic::stock)].values["max.message.bytes"] = "1000";
  configs.topics[static_cast<std::size_t>(Topic::payments)] = {{}, "Broker: Topic authorization failed"};
  const auto warnings = limit_warnings(configs, options);
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_NE(
      warnings[0].find("kafka-configs.sh --bootstrap-server kafka:9092 --alter --entity-type topics --entity-name "
                       "stock.dlq --add-config max.message.bytes=263144"),
      std::string::npos)
      << warnings[0];
  EXPECT_NE(
      warnings[1].find("payments: its settings cannot be read (Broker: Topic authorization failed): the principal "
                       "needs DescribeConfigs"),
      std::string::npos)
      << warnings[1];
}

}  // namespace
}  // namespace ordo::kafka
