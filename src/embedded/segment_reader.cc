#include "embedded/segment_reader.h"

#include <algorithm>
#include <utility>

namespace ordo::embedded {
namespace {

constexpr std::size_t kOpenFiles = 4;
// Read at a time: where the next record of the partition is near, and where it is not.
constexpr std::size_t kNear = std::size_t{32} << 10;
constexpr std::size_t kFar = std::size_t{4} << 10;

}  // namespace

Result<SegmentReader::Open*> SegmentReader::open(std::uint64_t segment) {
  const auto found = std::find_if(open_.begin(), open_.end(), [&](const Open& one) { return one.segment == segment; });
  if (found != open_.end()) {
    std::rotate(open_.begin(), found, std::next(found));
    return &open_.front();
  }
  auto file = LogFile::open(segment_path(directory_, segment), vfs_);
  if (!file) return fail(std::move(file.error()));
  open_.push_front({segment, std::move(*file)});
  if (open_.size() > kOpenFiles) open_.pop_back();
  return &open_.front();
}

Result<void> SegmentReader::load_index(const Segment& segment) {
  auto file = open(segment.header.number);
  if (!file) return fail(std::move(file.error()));
  auto index = read_index((*file)->file, segment.header);
  if (!index) return fail(std::move(index.error()));
  catalog_.supply(segment.header.number, std::make_shared<const Positions>(std::move(*index)));
  return {};
}

Result<std::string_view> SegmentReader::bytes_at(Open& open, std::uint64_t position, std::size_t wanted,
                                                 std::size_t ahead) {
  const bool there =
      bytes_segment_ == open.segment && position >= bytes_begin_ && position + wanted <= bytes_begin_ + bytes_.size();
  if (!there) {
    bytes_.resize(std::max(wanted, ahead));
    bytes_segment_ = open.segment;
    bytes_begin_ = position;
    if (auto read = open.file.read(static_cast<std::int64_t>(position), bytes_.data(), bytes_.size()); !read) {
      bytes_.clear();
      return fail(std::move(read.error()));
    }
  }
  return std::string_view(bytes_).substr(position - bytes_begin_, wanted);
}

Result<Record> SegmentReader::read_at(Open& open, std::uint64_t position, std::size_t ahead, const TopicPartition& at) {
  auto head = bytes_at(open, position, kFrameHead, ahead);
  if (!head) return fail(std::move(head.error()));
  const std::size_t size = frame_size(*head);
  std::optional<Record> record;
  if (size > 0) {
    auto bytes = bytes_at(open, position, size, ahead);
    if (!bytes) return fail(std::move(bytes.error()));
    if (const auto frame = read_frame(*bytes, {open.segment, position})) record = read_record(*frame, at);
  }
  if (!record) return fail(damaged_segment(open.segment, position, "a record cannot be read"));
  return std::move(*record);
}

Result<std::vector<Record>> SegmentReader::read(std::size_t partition, std::int64_t offset, ReadLimit limit) {
  while (true) {
    auto found = catalog_.find(partition, offset, limit.records);
    if (found.segment == nullptr) return std::vector<Record>();
    auto records = read_found(partition, found, limit);
    // Retention may have removed the segment meanwhile; then there are later records, or none.
    const bool is_removed = !records && catalog_.range(partition).begin > found.offset;
    if (!is_removed) return records;
  }
}

Result<std::vector<Record>> SegmentReader::read_found(std::size_t partition, SegmentCatalog::Found& found,
                                                      ReadLimit limit) {
  if (found.needs_index) {
    if (auto loaded = load_index(*found.segment); !loaded) return fail(std::move(loaded.error()));
    found = catalog_.find(partition, found.offset, limit.records);
    if (found.segment == nullptr) return std::vector<Record>();
  }
  auto file = open(found.segment->header.number);
  if (!file) return fail(std::move(file.error()));
  // The active segment grows: what was read ahead of its end does not count any more.
  if (bytes_segment_ == (*file)->segment) bytes_.clear();
  std::vector<Record> records;
  records.reserve(found.positions.size());
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < found.positions.size() && bytes < limit.bytes; ++i) {
    const std::uint32_t position = found.positions[i];
    const bool is_near = i + 1 < found.positions.size() && found.positions[i + 1] - position < kNear;
    auto record = read_at(**file, position, is_near ? kNear : kFar, layout_[partition]);
    if (!record) return fail(std::move(record.error()));
    bytes += footprint(*record);
    records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace ordo::embedded
