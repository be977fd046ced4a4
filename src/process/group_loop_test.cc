#include "process/group_loop.h"

#include <gtest/gtest.h>

#include "process/crm.h"

namespace ordo {
namespace {

// A broker that gives a partition away and then is not to be reached.
class LeavingConsumer : public GroupConsumer {
 public:
  Result<Polled> poll(std::size_t max_records, std::chrono::milliseconds) override {
    Polled polled;
    if (max_records > 0 && ++polls == 1) polled.assigned = {0};
    return polled;
  }
  Result<void> seek(int, std::int64_t) override {
    ++seeks;
    return fail(ErrorCode::kUnavailable, "broker_down", "test");
  }
  void pause() override {}
  void resume() override {}
  Result<LogRange> range(int) override { return LogRange{0, 5}; }
  void report(int, std::int64_t) override {}
  void close() override {}

  int polls = 0;
  int seeks = 0;
};

class NoProducer : public StepProducer {
 public:
  Result<void> send(std::span<const Record>, std::chrono::milliseconds) override { return {}; }
};

class EmptyStore : public StateStore {
 public:
  Result<Cursor> recover(const Owner&) override { return Cursor{}; }
  Result<std::vector<std::optional<Document>>> load(const Owner&, std::int64_t,
                                                    std::span<const DocumentKey> keys) override {
    return std::vector<std::optional<Document>>(keys.size());
  }
  Result<void> commit(const Commit&) override { return {}; }
};

// Found by the simulation: a process that is asked to end while it waits for the broker ends without an error, and does
// not keep a partition whose position it could not set.
TEST(GroupLoop, StoppingWhileItTakesAPartitionIsNoError) {
  Crm crm;
  Topology topology;
  LeavingConsumer consumer;
  NoProducer producer;
  EmptyStore store;
  GroupLoop loop(crm, topology, consumer, producer, store, [&] { return consumer.seeks > 2; });
  const auto done = loop.run_once();
  EXPECT_TRUE(done.has_value()) << done.error().text();
  EXPECT_EQ(consumer.seeks, 3);
  EXPECT_TRUE(loop.positions().empty());
}

}  // namespace
}  // namespace ordo
