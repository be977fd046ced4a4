#include "embedded/retention.h"

#include <algorithm>

namespace ordo::embedded {
namespace {

constexpr std::size_t kSlice = 128;  // records
// Bounds of the pause until the next look at a partition: neither too often, nor too late after a clock change.
constexpr std::chrono::milliseconds kSoonest{100};
constexpr std::chrono::milliseconds kLatest{1'000};

}  // namespace

Retention::Retention(Store& store, const LogLayout& layout, const Folding& folding, const TopicRetention& retention)
    : store_(store), layout_(layout), folding_(folding) {
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
  auto rows = store_.ages(layout_[partition.index], kSlice);
  if (!rows) return fail(std::move(rows.error()));
  const Timestamp oldest = now - partition.keep;
  const auto count = removable(*rows, folding_.folded(partition.index), folding_.ends()[partition.index], oldest);
  const auto kept = rows->begin() + static_cast<std::ptrdiff_t>(count);
  if (kept != rows->end() || rows->empty()) {
    const auto wait = rows->empty() || kept->appended_at < oldest
                          ? kLatest
                          : std::chrono::duration_cast<std::chrono::milliseconds>(kept->appended_at - oldest);
    // Records that wait for a fold or for a newer record need no frequent looks.
    partition.look = Clock::now() + std::clamp(wait, kSoonest, kLatest);
  }
  if (count == 0) return 0;
  if (auto done = store_.remove_before(layout_[partition.index], (*rows)[count - 1].offset + 1); !done) {
    return fail(std::move(done.error()));
  }
  return count;
}

}  // namespace ordo::embedded
