#include "kafka/options.h"

#include <gtest/gtest.h>

#include <thread>

#include "kafka/health.h"
#include "kafka/testing/mock_cluster.h"
#include "kafka/topics.h"

namespace ordo::kafka {
namespace {

using std::chrono::milliseconds;

Options valid() {
  Options options;
  options.bootstrap = "127.0.0.1:1";
  return options;
}

std::string detail_of(const Options& options, std::string_view pointer) {
  const auto checked = validate(options);
  if (checked) return "accepted";
  for (const auto& violation : checked.error().violations) {
    if (violation.pointer == pointer) return violation.detail;
  }
  return "no violation";
}

TEST(Options, AcceptsSettingsOfLibrdkafka) {
  auto options = valid();
  options.settings = {{"security.protocol", "SASL_PLAINTEXT"}, {"sasl.mechanisms", "PLAIN"}, {"linger.ms", "3"}};
  EXPECT_TRUE(validate(options));
}

TEST(Options, NamesWhatIsUnknownAndHints) {
  auto options = valid();
  options.settings["security.protocal"] = "PLAINTEXT";
  EXPECT_NE(detail_of(options, "/settings/security.protocal").find("did you mean security.protocol"),
            std::string::npos);
}

TEST(Options, NeverRepeatsAValue) {
  auto options = valid();
  options.settings["sasl.username.typo"] = "hunter2";
  options.settings["linger.ms"] = "hunter2";
  const auto checked = validate(options);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().violations.size(), 2);
  EXPECT_EQ(checked.error().text().find("hunter2"), std::string::npos);
}

TEST(Options, RefusesWhatTheGuaranteesHangOn) {
  for (const char* name :
       {"acks", "enable.idempotence", "enable.auto.commit", "group.id", "transactional.id", "isolation.level"}) {
    auto options = valid();
    options.settings[name] = "1";
    EXPECT_EQ(detail_of(options, std::string("/settings/") + name), "is set by ordo and cannot be changed");
  }
}

TEST(Options, AStaticMemberIsMadeByTheSettingInstance) {
  auto options = valid();
  options.settings["group.instance.id"] = "a";
  EXPECT_NE(detail_of(options, "/settings/group.instance.id").find("setting instance"), std::string::npos);
}

TEST(Options, RefusesWhatNoTopicCanBe) {
  auto options = valid();
  options.bootstrap.clear();
  options.topology[Topic::stock].partitions = 0;
  EXPECT_NE(detail_of(options, "/bootstrap"), "no violation");
  EXPECT_NE(detail_of(options, "/topics/stock/partitions"), "no violation");
}

TEST(EnsureTopics, AcceptsTopicsAsConfigured) {
  MockCluster cluster{Topology{}};
  const auto ensured = ensure_topics(cluster.options(), milliseconds(10000));
  EXPECT_TRUE(ensured) << ensured.error().text();
}

TEST(EnsureTopics, OtherPartitionCountIsAConflict) {
  MockCluster cluster{Topology{}};
  auto options = cluster.options();
  options.topology[Topic::stock].partitions = 7;
  const auto ensured = ensure_topics(options, milliseconds(10000));
  ASSERT_FALSE(ensured);
  EXPECT_EQ(ensured.error().code, ErrorCode::kConflict);
  const auto text = ensured.error().text();
  EXPECT_NE(text.find("stock"), std::string::npos) << text;
  EXPECT_NE(text.find("has 4 partitions in the cluster, 7 are configured"), std::string::npos) << text;
  EXPECT_NE(text.find("--topics-stock-partitions 4"), std::string::npos) << text;
}

TEST(EnsureTopics, UnreachableBrokerIsUnavailableWithinTheBound) {
  const auto began = std::chrono::steady_clock::now();
  const auto ensured = ensure_topics(valid(), milliseconds(500));
  ASSERT_FALSE(ensured);
  EXPECT_EQ(ensured.error().code, ErrorCode::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(8));
}

TEST(Health, FollowsTheBroker) {
  MockCluster cluster{Topology{}};
  auto health = Health::open(cluster.options());
  ASSERT_TRUE(health);
  EXPECT_TRUE((*health)->reachable());
  const auto becomes = [&](bool wanted) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while ((*health)->reachable() != wanted) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return true;
  };
  cluster.set_down(true);
  EXPECT_TRUE(becomes(false));
  cluster.set_down(false);
  EXPECT_TRUE(becomes(true));
}

}  // namespace
}  // namespace ordo::kafka
