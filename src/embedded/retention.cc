#include "embedded/retention.h"

#include <algorithm>
#include <utility>

#include "engine/removable.h"

namespace ordo::embedded {
namespace {

constexpr std::size_t kSlice = 128;  // records
// Bounds of the pause until the next look at a partition: neither too often, nor too late after a clock change.
constexpr std::chrono::milliseconds kSoonest{100};
constexpr std::chrono::milliseconds kLatest{1'000};

}  // namespace

Retention::Retention(Store& store, SegmentCatalog& catalog, SegmentWriter& log, SegmentReader reader,
                     const LogLayout& layout, const Folding& folding, const TopicRetention& retention)
    : store_(store), catalog_(catalog), log_(log), reader_(std::move(reader)), layout_(layout), folding_(folding) {
  for (std::size_t i = 0; i < layout.size(); ++i) {
    const auto& keep = retention[static_cast<std::size_t>(layout[i].topic)];
    if (keep) partitions_.push_back({i, *keep, Clock::now()});
  }
}

std::optional<Retention::Clock::time_point> Retention::due() const {
  std::optional<Clock::time_point> first;
  for (const auto& partition : partitions_) {
    if (!first || partition.look < *first) first = partition.look;
  }
  return first;
}

Result<std::size_t> Retention::remove(Timestamp now, std::chrono::microseconds budget) {
  const auto start = Clock::now();
  std::size_t removed = 0;
  for (auto& partition : partitions_) {
    while (partition.look <= Clock::now()) {
      auto slice = remove_slice(partition, now);
      if (!slice) return slice;
      removed += *slice;
      if (Clock::now() - start >= budget) return removed;
    }
  }
  return removed;
}

Result<std::size_t> Retention::remove_slice(Partition& partition, Timestamp now) {
  const auto pending =
      std::find_if(begins_.begin(), begins_.end(), [&](const auto& begin) { return begin.first == partition.index; });
  const std::int64_t begin = pending != begins_.end() ? pending->second : catalog_.range(partition.index).begin;
  auto records = reader_.read(partition.index, begin, {kSlice, ReadLimit{}.bytes});
  if (!records) return fail(std::move(records.error()));
  std::vector<RecordAge> ages;
  ages.reserve(records->size());
  for (const auto& record : *records) ages.push_back({record.offset, record.appended_at});
  const Timestamp oldest = now - partition.keep;
  const auto count = removable(ages, folding_.folded(partition.index), catalog_.range(partition.index).end, oldest);
  const auto kept = ages.begin() + static_cast<std::ptrdiff_t>(count);
  if (kept != ages.end() || ages.empty()) {
    const auto wait = ages.empty() || kept->appended_at < oldest
                          ? kLatest
                          : std::chrono::duration_cast<std::chrono::milliseconds>(kept->appended_at - oldest);
    // Records that wait for a fold or for a newer record need no frequent looks.
    partition.look = Clock::now() + std::clamp(wait, kSoonest, kLatest);
  }
  if (count == 0) return 0;
  const std::int64_t first_kept = ages[count - 1].offset + 1;
  if (auto done = store_.write_log_begin(name_of(layout_[partition.index]), first_kept); !done) {
    return fail(std::move(done.error()));
  }
  if (pending != begins_.end()) {
    pending->second = first_kept;
  } else {
    begins_.emplace_back(partition.index, first_kept);
  }
  return count;
}

void Retention::committed() {
  for (const auto& [partition, begin] : begins_) catalog_.begin_at(partition, begin);
  begins_.clear();
}

bool Retention::has_spent_segment() const {
  return catalog_.has_spent_segment();
}

Result<void> Retention::remove_spent_segments() {
  while (catalog_.has_spent_segment()) {
    if (auto removed = log_.remove_oldest(); !removed) return removed;
  }
  return {};
}

}  // namespace ordo::embedded
