#include "outbound/event_lookup.h"

#include <vector>

namespace ordo::outbound {
namespace {

constexpr std::int64_t kNear = 2'000;  // gap that is cheaper to read over than to open another reader
constexpr std::size_t kBatch = 500;
constexpr std::chrono::milliseconds kPoll{200};
constexpr int kMaxEmptyPolls = 25;  // polls without a record, although the log says that there are more

class Lookup {
 public:
  Lookup(LogSource& source, std::vector<LogRange> ranges) : source_(source), ranges_(std::move(ranges)) {}

  // Reads one partition from `first` to `last` and keeps the records in `places`.
  Result<void> read(int partition, std::int64_t first, std::int64_t last, const std::set<EventPlace>& places) {
    std::vector<std::int64_t> from;
    for (const auto& range : ranges_) from.push_back(range.end);
    from[static_cast<std::size_t>(partition)] = first;
    auto reader = source_.open_reader(Topic::order_events, false, std::move(from));
    if (!reader) return fail(std::move(reader.error()));
    int empty = 0;
    while (true) {
      auto records = (*reader)->poll(kBatch, kPoll);
      if (!records) return fail(std::move(records.error()));
      if (records->empty()) {
        if ((*reader)->caught_up()) return {};
        if (++empty == kMaxEmptyPolls) return fail(ErrorCode::kUnavailable, "log_slow", "the log gives no records");
      }
      for (auto& record : *records) {
        if (record.at.partition != partition) continue;  // appended in the meantime
        if (record.offset > last) return {};
        const EventPlace place{partition, record.offset};
        const bool is_last = record.offset == last;
        if (places.contains(place)) found_.insert_or_assign(place, std::move(record));
        if (is_last) return {};
      }
    }
  }

  const LogRange* range(int partition) const {
    const auto at = static_cast<std::size_t>(partition);
    return partition >= 0 && at < ranges_.size() ? &ranges_[at] : nullptr;
  }

  std::map<EventPlace, Record> take() { return std::move(found_); }

 private:
  LogSource& source_;
  const std::vector<LogRange> ranges_;
  std::map<EventPlace, Record> found_;
};

}  // namespace

Result<std::map<EventPlace, Record>> look_up_events(LogSource& source, const std::set<EventPlace>& places) {
  auto ranges = source.ranges(Topic::order_events, false);
  if (!ranges) return fail(std::move(ranges.error()));
  Lookup lookup(source, std::move(*ranges));
  for (auto place = places.begin(); place != places.end();) {
    const auto [partition, first] = *place;
    std::int64_t last = first;
    for (++place; place != places.end() && place->first == partition && place->second - last < kNear; ++place) {
      last = place->second;
    }
    const auto* range = lookup.range(partition);
    if (range == nullptr || last < range->begin || first >= range->end) continue;
    if (auto read = lookup.read(partition, first, last, places); !read) return fail(std::move(read.error()));
  }
  return lookup.take();
}

}  // namespace ordo::outbound
