#include "audit/skipped_records.h"

#include <gtest/gtest.h>

#include <utility>

#include "records/dead_letter.h"

namespace ordo::audit {
namespace {

Record letter(std::int64_t offset, std::string_view reason, std::string_view partition, std::string_view at) {
  Record record;
  record.at = {Topic::order_events, 0, true};
  record.offset = offset;
  record.envelope.extra.emplace_back("ordo_dlq_reason", reason);
  record.envelope.extra.emplace_back("ordo_dlq_detail", "why");
  record.envelope.extra.emplace_back("ordo_dlq_partition", partition);
  record.envelope.extra.emplace_back("ordo_dlq_offset", at);
  return record;
}

// A dead-letter topic.
class Letters : public LogSource {
 public:
  explicit Letters(std::vector<Record> records) : records_(std::move(records)) {}

  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t>) override {
    EXPECT_EQ(topic, Topic::order_events);
    EXPECT_TRUE(dlq);
    return std::unique_ptr<LogReader>(std::make_unique<Reader>(records_));
  }
  Result<std::vector<LogRange>> ranges(Topic, bool) override {
    return std::vector<LogRange>{{0, std::ssize(records_)}};
  }

 private:
  class Reader : public LogReader {
   public:
    explicit Reader(std::vector<Record> records) : records_(std::move(records)) {}
    Result<std::vector<Record>> poll(std::size_t, std::chrono::milliseconds) override {
      return std::exchange(records_, {});
    }
    bool caught_up() const override { return records_.empty(); }

   private:
    std::vector<Record> records_;
  };

  const std::vector<Record> records_;
};

// A rebuild has no limits. Under the limits at that time, these records had no effect.
TEST(SkippedRecords, AreThoseWhoseReasonIsNotInThem) {
  Letters letters({letter(0, kSkipped, "1", "5"), letter(1, kRecordTooLarge, "1", "7"),
                   letter(2, kDocumentTooLarge, "3", "5"), letter(3, "malformed_json", "1", "9"),
                   letter(4, kSkipped, "", "11")});
  const auto found = read_skipped(letters, ProcessorKind::orders);
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(*found, (SkippedRecords{{1, {{5, "why"}, {7, "why"}}}, {3, {{5, "why"}}}}));
}

}  // namespace
}  // namespace ordo::audit
