// Skipping a record that stops the engine, and files from before `skip` existed.
#include "embedded/skip.h"

#include <gtest/gtest.h>

#include <future>

#include "embedded/data_directory.h"
#include "embedded/engine.h"
#include "embedded/reader.h"
#include "embedded/testing/shop.h"
#include "records/dead_letter.h"

namespace ordo::embedded {
namespace {

using std::chrono::seconds;

class SkipTest : public testing::Test {
 protected:
  std::unique_ptr<Engine> start(std::function<void(const Error&)> on_fatal = {}) {
    EngineOptions options;
    options.directory = directory_.data();
    options.topology = topology_;
    options.on_fatal = std::move(on_fatal);
    auto engine = Engine::open(std::move(options), shop_.processors());
    EXPECT_TRUE(engine) << (engine ? "" : engine.error().text());
    if (!engine) return nullptr;
    (*engine)->start();
    return std::move(*engine);
  }
  Result<LogPosition> append(Engine& engine, Record record) {
    auto done = std::make_shared<std::promise<Result<LogPosition>>>();
    engine.append(std::move(record), [done](Result<LogPosition> result) { done->set_value(std::move(result)); });
    return done->get_future().get();
  }
  Record order_of(std::int64_t sequence, std::int64_t previous) {
    auto record = order_record(topology_, "o-" + std::to_string(sequence), "c1", {"p1"});
    record.at.partition = 0;
    record.key = std::to_string(sequence);
    record.envelope.source = "/ordo/elsewhere/0/0";
    record.envelope.sequence = sequence;
    record.envelope.previous = previous;
    return record;
  }
  std::string skip_at(std::int64_t offset) {
    const auto done = skip(directory_.data(), topology_, {ProcessorKind::intake, 0}, offset, "ticket 7");
    return done ? "" : done.error().reason;
  }

  TemporaryDirectory directory_;
  Topology topology_;
  Shop shop_;
};

TEST_F(SkipTest, AStoppedEngineGoesOnBehindTheRecord) {
  for (auto& topic : topology_.topics) topic.partitions = 1;
  EXPECT_EQ(skip_at(0), "no_database");
  std::promise<std::string> stopped;
  {
    const auto engine = start([&](const Error& error) { stopped.set_value(error.reason); });
    ASSERT_NE(engine, nullptr);
    ASSERT_TRUE(append(*engine, order_of(5, 3)));
    auto why = stopped.get_future();
    ASSERT_EQ(why.wait_for(seconds(20)), std::future_status::ready);
    EXPECT_EQ(why.get(), "missing_record");
    EXPECT_EQ(skip_at(0), "directory_in_use");
  }
  EXPECT_EQ(skip_at(1), "no_such_record");
  ASSERT_EQ(skip_at(0), "");
  const auto engine = start();
  ASSERT_NE(engine, nullptr);
  EXPECT_TRUE(engine->wait_idle(seconds(20)));
  ASSERT_TRUE(append(*engine, order_of(6, 5)));
  EXPECT_TRUE(engine->wait_idle(seconds(20)));
  const auto passed = engine->get(Collection::orders, "o-5");
  const auto next = engine->get(Collection::orders, "o-6");
  ASSERT_TRUE(passed && next);
  EXPECT_FALSE(passed->has_value());
  EXPECT_TRUE(next->has_value());
  auto reader = engine->open_reader(Topic::order_created, true, {});
  ASSERT_TRUE(reader);
  const auto letters = (*reader)->poll(10, std::chrono::milliseconds(0));
  ASSERT_TRUE(letters);
  ASSERT_EQ(letters->size(), 1U);
  EXPECT_EQ(read_letter(letters->front()).reason, "skipped");
  EXPECT_NE(read_letter(letters->front()).detail.find("ticket 7"), std::string::npos);
  EXPECT_TRUE(engine->cursor({ProcessorKind::intake, 0})->skip.empty());
}

TEST_F(SkipTest, AFileOfTheFirstVersionIsReadAndWidened) {
  {
    const auto engine = start();
    ASSERT_NE(engine, nullptr);
    ASSERT_TRUE(append(*engine, order_record(topology_, "o-1", "c1", {"p1"})));
    EXPECT_TRUE(engine->wait_idle(seconds(20)));
  }
  {
    auto connection = Connection::open(database_path(directory_.data()), Connection::Mode::kWriter);
    ASSERT_TRUE(connection) << connection.error().text();
    ASSERT_TRUE(connection->execute("ALTER TABLE cursors DROP COLUMN skip"));
  }
  const Owner owner{ProcessorKind::intake, topology_.partition_of(Topic::order_created, "o-1")};
  {
    const auto reader = Reader::open(directory_.data(), topology_, {});
    ASSERT_TRUE(reader) << reader.error().text();
    const auto cursor = (*reader)->cursor(owner);
    ASSERT_TRUE(cursor) << cursor.error().text();
    EXPECT_EQ(cursor->next, 1);
  }
  const auto engine = start();
  ASSERT_NE(engine, nullptr);
  ASSERT_TRUE(append(*engine, order_record(topology_, "o-2", "c1", {"p1"})));
  EXPECT_TRUE(engine->wait_idle(seconds(20)));
  EXPECT_EQ(engine->cursor(owner)->next,
            topology_.partition_of(Topic::order_created, "o-2") == owner.partition ? 2 : 1);
}

}  // namespace
}  // namespace ordo::embedded
