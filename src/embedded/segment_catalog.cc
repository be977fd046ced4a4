#include "embedded/segment_catalog.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/check.h"

namespace ordo::embedded {
namespace {

constexpr std::size_t kIndexes = 4;  // of sealed segments, kept in memory

}  // namespace

std::vector<SegmentHeader::Partition> partitions_of(const LogLayout& layout) {
  std::vector<SegmentHeader::Partition> partitions;
  partitions.reserve(layout.size());
  for (std::size_t i = 0; i < layout.size(); ++i) partitions.push_back({name_of(layout[i]), 0});
  return partitions;
}

SegmentCatalog::SegmentCatalog(const LogLayout& layout) : begins_(layout.size()), active_(layout.size()) {
  names_.reserve(layout.size());
  for (std::size_t i = 0; i < layout.size(); ++i) names_.push_back(name_of(layout[i]));
}

std::optional<std::size_t> SegmentCatalog::find_locked(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::size_t SegmentCatalog::add_locked(const std::string& name) {
  if (const auto known = find_locked(name)) return *known;
  names_.push_back(name);
  begins_.push_back(0);
  active_.emplace_back();
  return names_.size() - 1;
}

std::size_t SegmentCatalog::number_of(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = find_locked(name);
  ORDO_CHECK(found, name);
  return *found;
}

SegmentPtr SegmentCatalog::make_segment(SegmentHeader header) {
  auto segment = std::make_shared<Segment>();
  for (std::size_t place = 0; place < header.partitions.size(); ++place) {
    const std::size_t number = add_locked(header.partitions[place].name);
    if (number >= segment->begins.size()) {
      segment->begins.resize(number + 1);
      segment->places.resize(number + 1);
    }
    segment->begins[number] = header.partitions[place].begin;
    segment->places[number] = place;
  }
  segment->header = std::move(header);
  return segment;
}

void SegmentCatalog::add_sealed(SegmentHeader header) {
  const std::lock_guard lock(mutex_);
  ORDO_CHECK(!has_active_, "a sealed segment after the active one");
  entries_.push_back({make_segment(std::move(header)), nullptr, 0});
}

void SegmentCatalog::add(SegmentHeader header) {
  const std::lock_guard lock(mutex_);
  if (has_active_) {
    Entry& before = entries_.back();
    if (before.segment->header.previous == header.previous) {
      entries_.pop_back();
    } else {
      before.index = std::make_shared<const Positions>(active_positions_locked());
      before.used = ++uses_;
    }
  }
  has_active_ = true;
  entries_.push_back({make_segment(std::move(header)), nullptr, 0});
  for (auto& positions : active_) positions.clear();
  forget_indexes();
}

void SegmentCatalog::forget_indexes() {
  const auto is_loaded = [](const Entry& entry) { return entry.index != nullptr; };
  while (static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), is_loaded)) > kIndexes) {
    Entry* oldest = nullptr;
    for (auto& entry : entries_) {
      if (is_loaded(entry) && (oldest == nullptr || entry.used < oldest->used)) oldest = &entry;
    }
    oldest->index.reset();
  }
}

void SegmentCatalog::publish(const std::vector<Placed>& records) {
  const std::lock_guard lock(mutex_);
  for (const auto& [partition, position] : records) active_[partition].push_back(position);
}

void SegmentCatalog::begin_at(std::size_t partition, std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  begins_[partition] = std::max(begins_[partition], offset);
}

void SegmentCatalog::begin_at(const std::map<std::string, std::int64_t>& offsets) {
  const std::lock_guard lock(mutex_);
  for (std::size_t number = 0; number < names_.size(); ++number) {
    const auto found = offsets.find(names_[number]);
    if (found != offsets.end()) begins_[number] = std::max(begins_[number], found->second);
  }
}

bool SegmentCatalog::has_spent_segment() const {
  const std::lock_guard lock(mutex_);
  if (entries_.size() < 2) return false;
  const Segment& next = *entries_[1].segment;
  const Segment& oldest = *entries_[0].segment;
  for (std::size_t number = 0; number < next.begins.size(); ++number) {
    const bool has_records = next.begin(number) > oldest.begin(number);
    // guard: log-segment-spent
    if (has_records && begins_[number] < next.begin(number)) return false;
  }
  return true;
}

void SegmentCatalog::remove_oldest() {
  const std::lock_guard lock(mutex_);
  ORDO_CHECK(entries_.size() > 1, "the active segment");
  entries_.pop_front();
}

std::vector<SegmentPtr> SegmentCatalog::segments() const {
  const std::lock_guard lock(mutex_);
  std::vector<SegmentPtr> segments;
  segments.reserve(entries_.size());
  for (const auto& entry : entries_) segments.push_back(entry.segment);
  return segments;
}

std::int64_t SegmentCatalog::begin_locked(std::size_t partition) const {
  return std::max(entries_.front().segment->begin(partition), begins_[partition]);
}

std::int64_t SegmentCatalog::end_locked(std::size_t partition) const {
  if (entries_.empty()) return 0;
  return entries_.back().segment->begin(partition) + static_cast<std::int64_t>(active_[partition].size());
}

std::vector<SegmentHeader::Partition> SegmentCatalog::ends() const {
  const std::lock_guard lock(mutex_);
  std::vector<SegmentHeader::Partition> ends;
  ends.reserve(names_.size());
  for (std::size_t i = 0; i < names_.size(); ++i) ends.push_back({names_[i], end_locked(i)});
  return ends;
}

LogRange SegmentCatalog::range(std::size_t partition) const {
  const std::lock_guard lock(mutex_);
  if (entries_.empty()) return {};
  return {begin_locked(partition), end_locked(partition)};
}

Positions SegmentCatalog::active_positions_locked() const {
  const Segment& segment = *entries_.back().segment;
  Positions positions(segment.header.partitions.size());
  for (std::size_t number = 0; number < segment.places.size(); ++number) {
    if (const auto place = segment.places[number]) positions[*place] = active_[number];
  }
  return positions;
}

std::int64_t SegmentCatalog::records() const {
  const std::lock_guard lock(mutex_);
  if (entries_.empty()) return 0;
  std::int64_t records = entries_.back().segment->header.records;
  for (const auto& positions : active_) records += static_cast<std::int64_t>(positions.size());
  return records;
}

Positions SegmentCatalog::active_positions() const {
  const std::lock_guard lock(mutex_);
  return active_positions_locked();
}

SegmentCatalog::Found SegmentCatalog::find(std::size_t partition, std::int64_t offset, std::size_t max) const {
  const std::lock_guard lock(mutex_);
  if (entries_.empty()) return {};
  offset = std::max(offset, begin_locked(partition));
  if (offset >= end_locked(partition)) return {};
  const auto after = std::upper_bound(
      entries_.begin(), entries_.end(), offset,
      [partition](std::int64_t wanted, const Entry& entry) { return wanted < entry.segment->begin(partition); });
  const Entry& entry = *std::prev(after);
  entry.used = ++uses_;
  Found found{entry.segment, false, offset, {}};
  const std::vector<std::uint32_t>* positions = nullptr;
  if (&entry == &entries_.back()) {
    positions = &active_[partition];
  } else if (entry.index != nullptr) {
    positions = &(*entry.index)[*entry.segment->places[partition]];
  } else {
    found.needs_index = true;
    return found;
  }
  const auto first = positions->begin() + (offset - entry.segment->begin(partition));
  const auto count = std::min<std::ptrdiff_t>(positions->end() - first, static_cast<std::ptrdiff_t>(max));
  found.positions.assign(first, first + count);
  return found;
}

void SegmentCatalog::supply(std::uint64_t segment, std::shared_ptr<const Positions> positions) {
  const std::lock_guard lock(mutex_);
  for (auto& entry : entries_) {
    if (entry.segment->header.number != segment) continue;
    entry.index = std::move(positions);
    break;
  }
  forget_indexes();
}

std::vector<std::int64_t> ends_at(const Segment& segment, const Positions& index, std::int64_t records) {
  std::vector<std::uint32_t> all;
  for (const auto& positions : index) all.insert(all.end(), positions.begin(), positions.end());
  const auto count = static_cast<std::size_t>(records - segment.header.records);
  std::uint64_t end = UINT64_MAX;  // the position of the first record that does not count
  if (count < all.size()) {
    std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end());
    end = all[count];
  }
  std::vector<std::int64_t> ends(segment.begins);
  for (std::size_t number = 0; number < ends.size(); ++number) {
    if (!segment.places[number]) continue;
    const auto& positions = index[*segment.places[number]];
    ends[number] += std::lower_bound(positions.begin(), positions.end(), end) - positions.begin();
  }
  return ends;
}

}  // namespace ordo::embedded
