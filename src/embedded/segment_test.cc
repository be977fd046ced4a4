// The files of the log: appended records are read again, after crashes too, and damage is not taken for an end.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "embedded/data_directory.h"
#include "embedded/segment_follower.h"
#include "embedded/segment_reader.h"
#include "embedded/segment_writer.h"
#include "embedded/testing/shop.h"

namespace ordo::embedded {
namespace {

constexpr std::uint64_t kSmallSegment = 4'096;  // a few records fill one

class SegmentTest : public testing::Test {
 protected:
  SegmentTest() : layout_(topology_) {
    auto lock = DataDirectory::lock(directory_.data());
    EXPECT_TRUE(lock) << lock.error().text();
  }

  // As the next start finds it.
  std::optional<Error> open(const std::string& log = "log-1") {
    writer_.reset();
    catalog_ = std::make_unique<SegmentCatalog>(layout_);
    auto opened =
        SegmentWriter::open(directory_.data(), *catalog_, {log, nullptr, kSmallSegment}, partitions_of(layout_));
    if (!opened) return opened.error();
    writer_ = std::move(*opened);
    return std::nullopt;
  }
  Record make(std::size_t partition, std::int64_t number) {
    Record record;
    record.at = layout_[partition];
    record.appended_at = from_unix_ms(1'700'000'000'000 + number);
    record.key = "key-" + std::to_string(number);
    record.envelope.source = "/ordo/orders/0/0";
    record.envelope.sequence = number;
    record.envelope.previous = number - 1;
    record.envelope.id = record.envelope.source + ":" + std::to_string(number);
    record.envelope.type = "ordo.order.placed.v1";
    record.envelope.subject = record.key;
    record.envelope.time = record.appended_at;
    record.value = "{\"number\":" + std::to_string(number) + ",\"text\":\"" + std::string(number % 300, 'x') + "\"}";
    return record;
  }
  void append(std::size_t partition, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
      Record record = make(partition, writer_->end(partition));
      writer_->append(partition, record);
      if (i % 3 != 0) continue;
      ASSERT_TRUE(writer_->sync());
    }
    ASSERT_TRUE(writer_->sync());
  }
  std::vector<Record> read_all(SegmentCatalog& catalog, std::size_t partition, std::int64_t from = 0) {
    SegmentReader reader(catalog, layout_, directory_.data(), nullptr);
    std::vector<Record> all;
    while (true) {
      auto records = reader.read(partition, from, {7, 4'096});
      EXPECT_TRUE(records) << records.error().text();
      if (!records || records->empty()) return all;
      from = records->back().offset + 1;
      std::move(records->begin(), records->end(), std::back_inserter(all));
    }
  }
  void expect_records(SegmentCatalog& catalog, std::size_t partition, std::int64_t count, std::int64_t from = 0) {
    const auto records = read_all(catalog, partition, from);
    ASSERT_EQ(static_cast<std::int64_t>(records.size()), count - from);
    for (std::int64_t i = from; i < count; ++i) {
      const Record& found = records[static_cast<std::size_t>(i - from)];
      const Record wanted = make(partition, i);
      EXPECT_EQ(found.offset, i);
      EXPECT_EQ(found.at, wanted.at);
      EXPECT_EQ(found.appended_at, wanted.appended_at);
      EXPECT_EQ(found.key, wanted.key);
      EXPECT_EQ(found.envelope, wanted.envelope);
      EXPECT_EQ(found.value, wanted.value);
    }
  }
  void remove_all() {
    const auto numbers = list_segments(directory_.data());
    ASSERT_TRUE(numbers);
    for (const auto number : *numbers) std::filesystem::remove(segment_path(directory_.data(), number));
  }
  std::string newest() const { return segment_path(directory_.data(), catalog_->segments().back()->header.number); }
  static std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void replace(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }

  TemporaryDirectory directory_;
  const Topology topology_;
  const LogLayout layout_;
  std::unique_ptr<SegmentCatalog> catalog_;
  std::unique_ptr<SegmentWriter> writer_;
};

TEST_F(SegmentTest, WhatIsAppendedIsReadInAllSegmentsAndAfterARestart) {
  ASSERT_EQ(open(), std::nullopt);
  for (int round = 0; round < 3; ++round) {
    append(3, 60);
    append(8, 40);
    EXPECT_GT(catalog_->segments().size(), 3U * static_cast<std::size_t>(round + 1));
    for (int start = 0; start < 2; ++start) {
      expect_records(*catalog_, 3, 60 * (round + 1));
      expect_records(*catalog_, 8, 40 * (round + 1), 17);
      EXPECT_TRUE(read_all(*catalog_, 4).empty());
      ASSERT_EQ(open(), std::nullopt);
      EXPECT_EQ(writer_->end(3), 60 * (round + 1));
      EXPECT_EQ(writer_->end(8), 40 * (round + 1));
    }
  }
}

TEST_F(SegmentTest, ARecordOfAnyFormComesBackAsItWas) {
  ASSERT_EQ(open(), std::nullopt);
  std::vector<Record> records(6, make(2, 5));
  records[1].envelope = from_headers({});
  records[1].empty_key = true;
  records[1].key.clear();
  records[2].null_value = true;
  records[2].value.clear();
  records[3].envelope.by = Actor{ActorKind::key, "k-1", "Ann"};
  records[3].envelope.extra = {{"trace", std::string("\0\xff\n", 3)}, {"empty", ""}};
  records[3].envelope.traceparent = "00-1-2-3";
  records[4].envelope = from_headers({{"ce_id", std::nullopt}, {"ce_type", "x"}, {"ce_type", "y"}, {"other", "z"}});
  records[5].envelope.id = "another";
  records[5].envelope.subject = "a subject";
  records[5].envelope.time = from_unix_ms(-1);
  records[5].envelope.sequence.reset();
  records[5].value = std::string(100'000, '\xfe');
  for (auto& record : records) writer_->append(2, record);
  ASSERT_TRUE(writer_->sync());
  const auto found = read_all(*catalog_, 2);
  ASSERT_EQ(found.size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(found[i].envelope, records[i].envelope) << i;
    EXPECT_EQ(found[i].key, records[i].key) << i;
    EXPECT_EQ(found[i].value, records[i].value) << i;
    EXPECT_EQ(found[i].null_value, records[i].null_value) << i;
    EXPECT_EQ(found[i].empty_key, records[i].empty_key) << i;
  }
}

TEST_F(SegmentTest, TheLastWritesMayBeCutAnywhere) {
  ASSERT_EQ(open(), std::nullopt);
  for (std::int64_t i = 0; i < 3; ++i) {
    Record record = make(3, i);
    writer_->append(3, record);
    ASSERT_TRUE(writer_->sync());
  }
  const std::string path = newest();
  const std::size_t durable = std::filesystem::file_size(path);
  for (std::int64_t i = 3; i < 6; ++i) {
    Record record = make(3, i);
    writer_->append(3, record);
  }
  ASSERT_TRUE(writer_->sync());
  const std::string whole = contents(path);
  writer_.reset();
  for (std::size_t cut = durable; cut + kFrameAlign < whole.size(); cut += 5) {
    for (const bool grown : {false, true}) {  // the file's size may survive without its content
      remove_all();
      std::string bytes = whole.substr(0, cut);
      if (grown) bytes.resize(whole.size(), '\0');
      replace(path, bytes);
      ASSERT_EQ(open(), std::nullopt) << cut;
      EXPECT_GE(writer_->end(3), 3) << cut;
      EXPECT_LT(writer_->end(3), 6) << cut;
      append(3, 1);
      expect_records(*catalog_, 3, writer_->end(3));
    }
  }
}

TEST_F(SegmentTest, DamageOfWhatWasDurableIsNoEnd) {
  ASSERT_EQ(open(), std::nullopt);
  for (std::int64_t i = 0; i < 4; ++i) {
    Record record = make(3, i);
    writer_->append(3, record);
    ASSERT_TRUE(writer_->sync());
  }
  const std::string path = newest();
  const std::string whole = contents(path);
  const auto third = catalog_->find(3, 2, 1).positions.at(0);
  writer_.reset();
  std::string bytes = whole;
  bytes[third + kFrameHead + 2] ^= 1;
  replace(path, bytes);
  const auto refused = open();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->reason, "damaged_log");
  EXPECT_EQ(refused->code, ErrorCode::kCorrupt);
  replace(path, whole);
  std::filesystem::remove(segment_path(directory_.data(), 2));  // of the start that was refused
  ASSERT_EQ(open(), std::nullopt);
  // What a start has copied was durable before the header was.
  const std::string copy = newest();
  bytes = contents(copy);
  bytes[catalog_->find(3, 3, 1).positions.at(0) + kFrameHead] ^= 1;
  replace(copy, bytes);
  ASSERT_TRUE(open());
  EXPECT_EQ(open()->reason, "damaged_log");
}

TEST_F(SegmentTest, AStartThatIsCutIsBegunAgain) {
  ASSERT_EQ(open(), std::nullopt);
  append(3, 5);
  const std::string before = newest();
  const std::string old = contents(before);
  ASSERT_EQ(open(), std::nullopt);
  const std::string after = newest();
  const std::string copy = contents(after);
  writer_.reset();
  // The copy has no header yet; the copy is complete, and the old one still there.
  for (const auto& bytes : {copy.substr(0, 100), std::string(), std::string(copy.size(), '\0'), copy}) {
    remove_all();
    replace(before, old);
    replace(after, bytes);
    ASSERT_EQ(open(), std::nullopt);
    expect_records(*catalog_, 3, 5);
    EXPECT_EQ(list_segments(directory_.data())->size(), 1U);
  }
}

TEST_F(SegmentTest, MissingAndForeignSegmentsAreRefused) {
  ASSERT_EQ(open(), std::nullopt);
  append(3, 100);
  const auto segments = catalog_->segments();
  ASSERT_GT(segments.size(), 4U);
  writer_.reset();
  const std::string third = segment_path(directory_.data(), segments[2]->header.number);
  const std::string bytes = contents(third);
  std::filesystem::remove(third);
  EXPECT_EQ(open().value().reason, "missing_segment");
  replace(third, bytes);
  EXPECT_EQ(open("log-2").value().reason, "another_log");
  EXPECT_FALSE(remove_log(directory_.data(), nullptr, "log-2"));
  ASSERT_EQ(open(), std::nullopt);
  expect_records(*catalog_, 3, 100);
  writer_.reset();
  ASSERT_TRUE(remove_log(directory_.data(), nullptr, "log-1"));
  EXPECT_TRUE(list_segments(directory_.data())->empty());
}

TEST_F(SegmentTest, ASegmentOfAnotherLogReplacesNone) {
  ASSERT_EQ(open(), std::nullopt);
  append(3, 5);
  const std::string own = newest();
  const std::string bytes = contents(own);
  writer_.reset();
  remove_all();
  // The second start of another log has a segment 2 that takes the place of its first one.
  ASSERT_EQ(open("log-2"), std::nullopt);
  ASSERT_EQ(open("log-2"), std::nullopt);
  writer_.reset();
  replace(own, bytes);
  EXPECT_EQ(open().value().reason, "another_log");
  EXPECT_EQ(contents(own), bytes);
}

TEST_F(SegmentTest, AReaderInAnotherProcessFollows) {
  ASSERT_EQ(open(), std::nullopt);
  append(3, 30);
  SegmentCatalog catalog(layout_);
  SegmentFollower follower(directory_.data(), nullptr, catalog);
  for (std::int64_t count = 30; count < 200; count += 30) {
    ASSERT_TRUE(follower.refresh());
    expect_records(catalog, 3, count);
    if (count == 90) {  // an engine starts again
      ASSERT_EQ(open(), std::nullopt);
    }
    append(3, 30);
  }
  // Records that were removed
  ASSERT_TRUE(follower.refresh());
  catalog_->begin_at(3, 150);
  while (catalog_->has_spent_segment()) ASSERT_TRUE(writer_->remove_oldest());
  ASSERT_TRUE(follower.refresh());
  EXPECT_EQ(catalog.segments().size(), catalog_->segments().size());
  expect_records(catalog, 3, 210, 150);
  EXPECT_GT(catalog.range(3).begin, 100);
}

TEST_F(SegmentTest, ASegmentGoesWhenAllItsRecordsAreRemoved) {
  ASSERT_EQ(open(), std::nullopt);
  append(3, 50);
  append(8, 1);
  append(3, 50);
  const auto segments = catalog_->segments().size();
  catalog_->begin_at(3, 100);
  while (catalog_->has_spent_segment()) ASSERT_TRUE(writer_->remove_oldest());
  EXPECT_LT(catalog_->segments().size(), segments);
  EXPECT_GT(catalog_->segments().size(), 1U);
  EXPECT_EQ(read_all(*catalog_, 8).size(), 1U);
  EXPECT_EQ(catalog_->range(3).begin, 100);
  catalog_->begin_at(8, 1);
  while (catalog_->has_spent_segment()) ASSERT_TRUE(writer_->remove_oldest());
  EXPECT_EQ(catalog_->segments().size(), 1U);
  ASSERT_EQ(open(), std::nullopt);
  EXPECT_EQ(writer_->end(3), 100);
  EXPECT_EQ(writer_->end(8), 1);
  append(3, 1);
  expect_records(*catalog_, 3, 101, 100);
}

// A snapshot of the documents follows from the first records of the log.
TEST_F(SegmentTest, TheEndsAreKnownForAnyNumberOfRecords) {
  ASSERT_EQ(open(), std::nullopt);
  std::vector<std::size_t> order;  // of the partitions
  for (int i = 0; i < 120; ++i) {
    const std::size_t partition = i % 5 == 0 ? 8 : 3;
    append(partition, 1);
    order.push_back(partition);
    if (i != 70) continue;
    ASSERT_EQ(open(), std::nullopt);
  }
  EXPECT_EQ(catalog_->records(), 120);
  const auto segments = catalog_->segments();
  ASSERT_GT(segments.size(), 3U);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = *segments[i];
    const bool is_last = i + 1 == segments.size();
    const std::int64_t to = is_last ? 120 : segments[i + 1]->header.records;
    auto file = LogFile::open(segment_path(directory_.data(), segment.header.number), nullptr);
    ASSERT_TRUE(file);
    const auto index = is_last ? catalog_->active_positions() : read_index(*file, segment.header).value();
    for (std::int64_t records = segment.header.records; records <= to; ++records) {
      const auto ends = ends_at(segment, index, records);
      const auto end = order.begin() + records;
      EXPECT_EQ(ends[3], std::count(order.begin(), end, 3U)) << records;
      EXPECT_EQ(ends[8], std::count(order.begin(), end, 8U)) << records;
      EXPECT_EQ(ends[4], 0) << records;
    }
  }
  std::vector<std::size_t> seen;
  ASSERT_TRUE(
      writer_->scan_after(90, layout_, [&](const Record& record) { seen.push_back(layout_.index(record.at)); }));
  EXPECT_EQ(seen, std::vector<std::size_t>(order.begin() + 90, order.end()));
}

TEST_F(SegmentTest, PartitionsOfAnotherTopologyStay) {
  Topology fewer;
  for (auto& topic : fewer.topics) topic.partitions = 1;
  const LogLayout small(fewer);
  ASSERT_EQ(open(), std::nullopt);
  append(3, 20);
  append(9, 20);
  writer_.reset();
  {
    SegmentCatalog catalog(small);
    auto writer =
        SegmentWriter::open(directory_.data(), catalog, {"log-1", nullptr, kSmallSegment}, partitions_of(small));
    ASSERT_TRUE(writer) << writer.error().text();
    Record record = make(0, 0);
    for (int i = 0; i < 200; ++i) (*writer)->append(0, record);
    ASSERT_TRUE((*writer)->sync());
  }
  ASSERT_EQ(open(), std::nullopt);
  expect_records(*catalog_, 3, 20);
  append(9, 5);
  expect_records(*catalog_, 9, 25);
}

}  // namespace
}  // namespace ordo::embedded
