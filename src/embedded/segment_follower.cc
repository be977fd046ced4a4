#include "embedded/segment_follower.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ordo::embedded {

Result<void> SegmentFollower::refresh() {
  const auto numbers = list_segments(directory_);
  if (!numbers) return fail(numbers.error());
  if (active_) {
    if (auto scanned = scan(); !scanned) return scanned;
  }
  for (const auto number : *numbers) {
    if (active_ && number <= active_->number) continue;
    if (auto added = add(number, number == numbers->back()); !added) return added;
  }
  const auto known = catalog_.segments();
  for (std::size_t i = 0; i + 1 < known.size(); ++i) {
    if (std::binary_search(numbers->begin(), numbers->end(), known[i]->header.number)) break;
    catalog_.remove_oldest();
  }
  return {};
}

Result<void> SegmentFollower::add(std::uint64_t number, bool is_last) {
  auto file = LogFile::open(segment_path(directory_, number), vfs_);
  if (!file) return fail(std::move(file.error()));
  std::size_t size = 0;
  auto header = read_header(*file, number, size);
  if (!header) return fail(std::move(header.error()));
  if (!*header) return {};  // it is being created
  if (!active_ && !is_last) {
    catalog_.add_sealed(std::move(**header));
    return {};
  }
  catalog_.add(**header);
  active_ = std::move(**header);
  scanned_ = size;
  return scan();
}

Result<void> SegmentFollower::scan() {
  // An engine that starts copies its last segment, and removes it.
  auto file = LogFile::open(segment_path(directory_, active_->number), vfs_);
  if (!file) return {};
  std::vector<std::size_t> numbers;
  numbers.reserve(active_->partitions.size());
  for (const auto& partition : active_->partitions) numbers.push_back(catalog_.number_of(partition.name));
  std::vector<SegmentCatalog::Placed> placed;
  auto end = scan_records(*file, *active_, scanned_, [&](std::uint32_t position, const Frame& frame) -> Result<void> {
    placed.push_back({numbers[frame.head.partition], position});
    return {};
  });
  if (!end) return fail(std::move(end.error()));
  catalog_.publish(placed);
  scanned_ = *end;
  return {};
}

Result<std::map<std::string, LogRange>> read_log_ranges(const std::string& directory, Store& store) {
  const auto begins = store.log_begins();
  if (!begins) return fail(begins.error());
  SegmentCatalog catalog;
  if (auto read = SegmentFollower(directory, nullptr, catalog).refresh(); !read) return fail(std::move(read.error()));
  catalog.begin_at(*begins);
  std::map<std::string, LogRange> ranges;
  for (const auto& [name, end] : catalog.ends()) ranges.emplace(name, catalog.range(catalog.number_of(name)));
  return ranges;
}

}  // namespace ordo::embedded
