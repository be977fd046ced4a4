// LogSource::offsets_at: where a log begins at a time.
#include <gtest/gtest.h>

#include "engine/ports.h"

namespace ordo {
namespace {

// Two partitions. The records are at some offsets only, as in a log with marks of transactions.
class SparseLog final : public LogSource {
 public:
  struct Entry {
    std::int64_t offset;
    std::int64_t ms;
  };

  Result<std::vector<LogRange>> ranges(Topic, bool) override { return ranges_; }
  Result<std::unique_ptr<LogReader>> open_reader(Topic, bool, std::vector<std::int64_t> from) override {
    ++opened;
    if (away) return fail(ErrorCode::kUnavailable, "away", "the log");
    return std::unique_ptr<LogReader>(std::make_unique<Reader>(*this, std::move(from)));
  }

  std::vector<LogRange> ranges_{{10, 10}, {0, 0}};
  std::vector<std::vector<Entry>> entries{{}, {}};
  int opened = 0;
  bool away = false;

 private:
  class Reader final : public LogReader {
   public:
    Reader(const SparseLog& log, std::vector<std::int64_t> next) : log_(log), next_(std::move(next)) {}

    Result<std::vector<Record>> poll(std::size_t max, std::chrono::milliseconds) override {
      std::vector<Record> records;
      for (std::size_t p = 0; p < next_.size(); ++p) {
        for (const auto& entry : log_.entries[p]) {
          if (entry.offset < next_[p] || records.size() == max) continue;
          records.emplace_back();
          records.back().at.partition = static_cast<int>(p);
          records.back().offset = entry.offset;
          records.back().appended_at = from_unix_ms(entry.ms);
          next_[p] = entry.offset + 1;
        }
      }
      if (records.empty()) done_ = true;
      return records;
    }
    bool caught_up() const override { return done_; }

   private:
    const SparseLog& log_;
    std::vector<std::int64_t> next_;
    bool done_ = false;
  };
};

using Offsets = std::vector<std::int64_t>;

TEST(LogSearch, FindsTheFirstRecordOfATimeInEachPartition) {
  SparseLog log;
  log.ranges_ = {{10, 20}, {0, 4}};
  log.entries[0] = {{10, 100}, {12, 200}, {13, 200}, {17, 300}};
  log.entries[1] = {{0, 150}, {1, 250}, {2, 350}, {3, 450}};
  const auto at = [&](std::int64_t ms) { return *log.offsets_at(Topic::stock, from_unix_ms(ms)); };
  EXPECT_EQ(at(0), (Offsets{10, 0}));
  EXPECT_EQ(at(100), (Offsets{10, 0}));
  EXPECT_EQ(at(101), (Offsets{11, 0})) << "the next record behind the hole is 12";
  EXPECT_EQ(at(200), (Offsets{11, 1}));
  EXPECT_EQ(at(201), (Offsets{14, 1}));
  EXPECT_EQ(at(300), (Offsets{14, 2}));
  EXPECT_EQ(at(301), (Offsets{18, 2})) << "marks alone are left";
  EXPECT_EQ(at(451), (Offsets{18, 4}));
}

TEST(LogSearch, ReadsFewRecordsOfALongLog) {
  SparseLog log;
  log.ranges_ = {{0, 100'000}, {5, 5}};
  for (std::int64_t i = 0; i < 100'000; ++i) log.entries[0].push_back({i, i});
  EXPECT_EQ(*log.offsets_at(Topic::stock, from_unix_ms(77'777)), (Offsets{77'777, 5}));
  EXPECT_LE(log.opened, 17);
}

TEST(LogSearch, ALogThatIsAwayIsTold) {
  SparseLog log;
  log.ranges_ = {{0, 10}, {0, 0}};
  log.away = true;
  EXPECT_EQ(log.offsets_at(Topic::stock, {}).error().reason, "away");
}

}  // namespace
}  // namespace ordo
