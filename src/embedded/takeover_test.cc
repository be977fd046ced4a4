// A data directory of version 0.1.0, whose log is in tables of the database, is taken over with all it has.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "embedded/data_directory.h"
#include "embedded/log_tables.h"
#include "embedded/reader.h"
#include "embedded/segment_file.h"
#include "embedded/testing/first_version.h"
#include "embedded/testing/shop.h"

namespace ordo::embedded {
namespace {

using std::chrono::seconds;

class TakeoverTest : public testing::Test {
 protected:
  std::unique_ptr<Engine> start() {
    EngineOptions options;
    options.directory = directory_.data();
    auto engine = Engine::open(std::move(options), shop_.processors());
    EXPECT_TRUE(engine) << (engine ? "" : engine.error().text());
    if (!engine) return nullptr;
    (*engine)->start();
    return std::move(*engine);
  }
  // Everything in the log, by partition.
  std::map<TopicPartition, std::vector<Record>> log_of(LogSource& source) {
    std::map<TopicPartition, std::vector<Record>> all;
    for (std::size_t i = 0; i < kTopics; ++i) {
      for (const bool dlq : {false, true}) {
        auto reader = source.open_reader(static_cast<Topic>(i), dlq, {});
        EXPECT_TRUE(reader) << reader.error().text();
        while (!(*reader)->caught_up()) {
          auto records = (*reader)->poll(100, std::chrono::milliseconds(0));
          EXPECT_TRUE(records) << records.error().text();
          for (auto& record : *records) all[record.at].push_back(std::move(record));
        }
      }
    }
    return all;
  }
  void make_old() {
    {
      const auto engine = start();
      ASSERT_TRUE(append_and_wait(*engine, count_record(topology_, "mug", 100)));
      for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(append_and_wait(*engine, order_record(topology_, "o-" + std::to_string(i), "c", {"mug"})));
      }
      ASSERT_TRUE(engine->wait_idle(seconds(20)));
      before_ = log_of(*engine);
    }
    const auto made = make_first_version(directory_.data(), topology_);
    ASSERT_TRUE(made) << made.error().text();
  }

  TemporaryDirectory directory_;
  const Topology topology_;
  Shop shop_;
  std::map<TopicPartition, std::vector<Record>> before_;
};

TEST_F(TakeoverTest, TheLogAndTheWorkGoOn) {
  make_old();
  EXPECT_TRUE(list_segments(directory_.data())->empty());
  const auto early = Reader::open(directory_.data(), topology_);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().reason, "older_format");
  const auto engine = start();
  ASSERT_NE(engine, nullptr);
  const auto after = log_of(*engine);
  ASSERT_EQ(after.size(), before_.size());
  for (const auto& [at, records] : before_) {
    const auto& found = after.at(at);
    ASSERT_EQ(found.size(), records.size()) << name_of(at);
    for (std::size_t i = 0; i < records.size(); ++i) {
      EXPECT_EQ(found[i].offset, records[i].offset);
      EXPECT_EQ(found[i].appended_at, records[i].appended_at);
      EXPECT_EQ(found[i].key, records[i].key);
      EXPECT_EQ(found[i].envelope, records[i].envelope);
      EXPECT_EQ(found[i].value, records[i].value);
    }
  }
  ASSERT_TRUE(append_and_wait(*engine, order_record(topology_, "o-new", "c", {"mug"})));
  ASSERT_TRUE(engine->wait_idle(seconds(20)));
  const auto order = engine->get(Collection::orders, "o-new");
  ASSERT_TRUE(order && *order);
  EXPECT_EQ(std::get<Order>(**order).status, OrderStatus::reserved);
}

TEST_F(TakeoverTest, WhatRetentionRemovedStaysRemoved) {
  make_old();
  const auto most = std::max_element(before_.begin(), before_.end(), [](const auto& one, const auto& other) {
    return one.second.size() < other.second.size();
  });
  const TopicPartition at = most->first;
  ASSERT_GT(most->second.size(), 3U);
  {
    auto hand = Connection::open(database_path(directory_.data()), Connection::Mode::kWriter);
    ASSERT_TRUE(hand);
    ASSERT_TRUE(hand->execute("DELETE FROM " + log_table(at) + " WHERE offset < 3"));
  }
  const auto engine = start();
  ASSERT_NE(engine, nullptr);
  const auto ranges = engine->ranges(at.topic, at.dlq);
  ASSERT_TRUE(ranges);
  EXPECT_EQ((*ranges)[static_cast<std::size_t>(at.partition)].begin, 3);
  EXPECT_EQ((*ranges)[static_cast<std::size_t>(at.partition)].end, static_cast<std::int64_t>(before_[at].size()));
}

}  // namespace
}  // namespace ordo::embedded
