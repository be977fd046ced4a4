// For tests: a LogSource in memory. The test controls its records and failures.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/ports.h"

namespace ordo::api {

class TestLog final : public LogSource {
 public:
  Topology topology;

  // Appends an event for an order and returns its offset. The order determines the partition, unless one is given.
  std::int64_t append(const std::string& order, const std::string& type, std::string value = "{}",
                      Topic topic = Topic::order_events, std::optional<int> partition = std::nullopt) {
    Record record;
    record.key = order;
    record.value = std::move(value);
    record.envelope.type = type;
    record.envelope.subject = order;
    record.envelope.source = "/ordo/test";
    record.envelope.id = order + ":" + type;
    record.envelope.time = from_unix_ms(1'790'000'000'000);
    record.at = {topic, partition ? *partition : topology.partition_of(topic, order), false};
    return append(std::move(record));
  }
  std::int64_t append(Record record) {
    const std::lock_guard lock(mutex_);
    auto& part = parts_[{record.at.topic, record.at.partition}];
    record.offset = part.begin + static_cast<std::int64_t>(part.records.size());
    record.appended_at = clock_;
    part.records.push_back(std::move(record));
    changed_.notify_all();
    return part.records.back().offset;
  }
  // The time of the records that are appended from now on.
  void set_clock(Timestamp now) {
    const std::lock_guard lock(mutex_);
    clock_ = now;
  }
  // Retention: removes the records before `begin`.
  void trim(Topic topic, int partition, std::int64_t begin) {
    const std::lock_guard lock(mutex_);
    auto& part = parts_[{topic, partition}];
    while (part.begin < begin) {
      if (!part.records.empty()) part.records.erase(part.records.begin());
      ++part.begin;
    }
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    parts_.clear();
  }
  // Open readers fail too.
  void fail_with(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
    changed_.notify_all();
  }

  int readers() const {
    const std::lock_guard lock(mutex_);
    return readers_;
  }
  int opened() const {
    const std::lock_guard lock(mutex_);
    return opened_;
  }
  // Waits until this many readers are open.
  bool wait_for_readers(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return readers_ == count; });
  }

  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool, std::vector<std::int64_t> from) override {
    const std::lock_guard lock(mutex_);
    if (error_) return fail(*error_);
    ++readers_;
    ++opened_;
    changed_.notify_all();
    return std::make_unique<Reader>(*this, topic, std::move(from));
  }

  Result<std::vector<LogRange>> ranges(Topic topic, bool) override {
    const std::lock_guard lock(mutex_);
    if (error_) return fail(*error_);
    std::vector<LogRange> ranges;
    for (int p = 0; p < topology[topic].partitions; ++p) {
      const auto& part = parts_[{topic, p}];
      ranges.push_back({part.begin, part.begin + static_cast<std::int64_t>(part.records.size())});
    }
    return ranges;
  }

 private:
  struct Part {
    std::int64_t begin = 0;
    std::vector<Record> records;
  };

  class Reader final : public LogReader {
   public:
    Reader(TestLog& log, Topic topic, std::vector<std::int64_t> next)
        : log_(log), topic_(topic), next_(std::move(next)) {}
    ~Reader() override {
      const std::lock_guard lock(log_.mutex_);
      --log_.readers_;
      log_.changed_.notify_all();
    }

    Result<std::vector<Record>> poll(std::size_t max, std::chrono::milliseconds timeout) override {
      std::unique_lock lock(log_.mutex_);
      const auto deadline = std::chrono::steady_clock::now() + timeout;
      while (true) {
        if (log_.error_) return fail(*log_.error_);
        std::vector<Record> records;
        for (std::size_t p = 0; p < next_.size(); ++p) take(p, max, records);
        if (!records.empty() || log_.changed_.wait_until(lock, deadline) == std::cv_status::timeout) return records;
      }
    }
    bool caught_up() const override { return true; }

   private:
    void take(std::size_t p, std::size_t max, std::vector<Record>& records) {
      const auto& part = log_.parts_[{topic_, static_cast<int>(p)}];
      next_[p] = std::max(next_[p], part.begin);
      while (records.size() < max && next_[p] < part.begin + static_cast<std::int64_t>(part.records.size())) {
        records.push_back(part.records[static_cast<std::size_t>(next_[p]++ - part.begin)]);
      }
    }

    TestLog& log_;
    const Topic topic_;
    std::vector<std::int64_t> next_;
  };

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<Topic, int>, Part> parts_;
  std::optional<Error> error_;
  Timestamp clock_ = from_unix_ms(1'790'000'000'500);
  int readers_ = 0;
  int opened_ = 0;
};

}  // namespace ordo::api
