#include "embedded/segment_writer.h"

#include <algorithm>
#include <utility>

#include "base/time.h"
#include "embedded/data_directory.h"

namespace ordo::embedded {
namespace {

constexpr std::size_t kCopyBytes = std::size_t{1} << 20;

Error not_one_log(const SegmentHeader& segment, const std::string& what) {
  return {ErrorCode::kCorrupt,
          "missing_segment",
          "segment " + std::to_string(segment.number) + " of the log " + what +
              "; restore the missing files, or a copy of the whole data directory",
          {}};
}

Error another_log(const std::string& path) {
  return {ErrorCode::kConflict,
          "another_log",
          path + " belongs to another log than the documents in ordo.db; restore a copy of the whole data directory",
          {}};
}

}  // namespace

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::open(const std::string& directory, SegmentCatalog& catalog,
                                                           SegmentOptions options,
                                                           std::vector<SegmentHeader::Partition> partitions) {
  std::unique_ptr<SegmentWriter> writer(new SegmentWriter(directory, catalog, std::move(options)));
  auto headers = writer->read_headers();
  if (!headers) return fail(std::move(headers.error()));
  Result<void> ready;
  if (headers->empty()) {
    writer->header_.log = writer->options_.log;
    writer->header_.number = 1;
    writer->header_.partitions = std::move(partitions);
    ready = writer->create_file();
    if (ready) ready = writer->write_header();
  } else {
    ready = writer->take_over(std::move(*headers), std::move(partitions));
  }
  if (!ready) return fail(std::move(ready.error()));
  for (const auto& [name, end] : catalog.ends()) writer->ends_.push_back(end);
  return writer;
}

// Those of all segments, oldest first. Removes what an interrupted start left: a segment without a header, and one that
// its successor has taken the place of.
Result<std::vector<SegmentHeader>> SegmentWriter::read_headers() {
  auto numbers = list_segments(directory_);
  if (!numbers) return fail(std::move(numbers.error()));
  std::vector<SegmentHeader> headers;
  for (const auto number : *numbers) {
    auto file = LogFile::open(path(number), options_.vfs);
    if (!file) return fail(std::move(file.error()));
    std::size_t size = 0;
    auto header = read_header(*file, number, size);
    if (!header) return fail(std::move(header.error()));
    if (!*header) {
      if (number != numbers->back()) return fail(damaged_segment(number, 0, "it has no header"));
      if (auto removed = remove(number); !removed) return fail(std::move(removed.error()));
      continue;
    }
    // guard: log-one-id
    if ((*header)->log != options_.log) return fail(another_log(path(number)));
    if (!headers.empty() && headers.back().previous == (*header)->previous) {
      const std::uint64_t replaced = headers.back().number;
      headers.pop_back();
      if (auto removed = remove(replaced); !removed) return fail(std::move(removed.error()));
    }
    // guard: log-segments-follow
    if (!headers.empty() && headers.back().number != (*header)->previous) {
      return fail(not_one_log(**header, "does not follow segment " + std::to_string(headers.back().number)));
    }
    headers.push_back(std::move(**header));
  }
  return headers;
}

Result<void> SegmentWriter::create_file() {
  auto file = LogFile::create(path(header_.number), options_.vfs);
  if (!file) return fail(std::move(file.error()));
  file_ = std::move(*file);
  header_.created = to_unix_ms(now());
  size_ = header_frame(header_).size();
  return {};
}

// Only with its header, a segment counts.
Result<void> SegmentWriter::write_header() {
  header_.durable = size_;
  if (auto written = file_->write(0, header_frame(header_)); !written) return written;
  if (auto synced = file_->sync(); !synced) return synced;
  // guard: log-syncs-directory
  if (auto synced = sync_data_directory(directory_); !synced) return synced;
  catalog_.add(header_);
  places_.assign(catalog_.ends().size(), 0);
  for (std::size_t place = 0; place < header_.partitions.size(); ++place) {
    places_[catalog_.number_of(header_.partitions[place].name)] = static_cast<std::uint16_t>(place);
  }
  return {};
}

// Copies the last segment's records into a new one, which takes its place.
Result<void> SegmentWriter::take_over(std::vector<SegmentHeader> headers,
                                      std::vector<SegmentHeader::Partition> partitions) {
  const SegmentHeader last = std::move(headers.back());
  headers.pop_back();
  for (auto& header : headers) catalog_.add_sealed(std::move(header));
  header_ = last;
  ++header_.number;
  for (auto& partition : partitions) {
    const bool known = std::any_of(last.partitions.begin(), last.partitions.end(),
                                   [&](const SegmentHeader::Partition& one) { return one.name == partition.name; });
    if (!known) header_.partitions.push_back(std::move(partition));
  }
  if (auto created = create_file(); !created) return created;
  if (auto copied = copy_records(last); !copied) return copied;
  // The header comes last, so that a copy that was cut does not count.
  if (auto written = write_header(); !written) return written;
  for (auto& [partition, position] : placed_) partition = catalog_.number_of(header_.partitions[partition].name);
  catalog_.publish(placed_);
  placed_.clear();
  return remove(last.number);
}

// Leaves in placed_ where the records are now, with the partitions' places in the header.
Result<void> SegmentWriter::copy_records(const SegmentHeader& from) {
  auto file = LogFile::open(path(from.number), options_.vfs);
  if (!file) return fail(std::move(file.error()));
  std::vector<std::int64_t> next;
  next.reserve(from.partitions.size());
  for (const auto& [name, begin] : from.partitions) next.push_back(begin);
  const auto flush = [this]() -> Result<void> {
    if (auto written = file_->write(static_cast<std::int64_t>(size_), buffer_); !written) return written;
    size_ += buffer_.size();
    buffer_.clear();
    return {};
  };
  const auto copy = [&](std::uint32_t position, const Frame& frame) -> Result<void> {
    const std::size_t place = frame.head.partition;
    if (frame.head.offset != next[place]++) {
      return fail(damaged_segment(from.number, position, "a record does not follow the one before it"));
    }
    const std::size_t begin = begin_frame(buffer_);
    buffer_ += frame.body;
    const std::uint64_t at = size_ + begin;
    FrameHead head = frame.head;
    head.unsynced = static_cast<std::uint32_t>(at);
    end_frame(head, {header_.number, at}, begin, buffer_);
    placed_.push_back({place, static_cast<std::uint32_t>(at)});
    return buffer_.size() < kCopyBytes ? Result<void>() : flush();
  };
  auto end = scan_records(*file, from, header_frame(from).size(), copy);
  if (!end) return fail(std::move(end.error()));
  if (auto written = flush(); !written) return written;
  // guard: log-copy-before-header
  return file_->sync();
}

void SegmentWriter::append(std::size_t partition, Record& record) {
  record.offset = ends_[partition]++;
  const std::size_t begin = begin_frame(buffer_);
  append_record_body(record, buffer_);
  const std::uint64_t at = size_ + begin;
  FrameHead head;
  head.partition = places_[partition];
  head.unsynced = static_cast<std::uint32_t>(begin);
  head.offset = record.offset;
  head.time = to_unix_ms(record.appended_at);
  end_frame(head, {header_.number, at}, begin, buffer_);
  placed_.push_back({partition, static_cast<std::uint32_t>(at)});
}

Result<void> SegmentWriter::sync() {
  if (placed_.empty()) return {};
  if (auto written = file_->write(static_cast<std::int64_t>(size_), buffer_); !written) return written;
  // guard: log-sync-before-publish
  if (auto synced = file_->sync(); !synced) return synced;
  size_ += buffer_.size();
  buffer_.clear();
  catalog_.publish(placed_);
  placed_.clear();
  return size_ < options_.segment_bytes ? Result<void>() : begin_next();
}

// Seals the active segment with its index, and begins the next one.
Result<void> SegmentWriter::begin_next() {
  const std::string index = index_frames(header_, catalog_.active_positions(), size_);
  if (auto written = file_->write(static_cast<std::int64_t>(size_), index); !written) return written;
  // guard: log-seal-synced
  if (auto synced = file_->sync(); !synced) return synced;
  header_.previous = header_.number++;
  header_.records = catalog_.records();
  header_.partitions = catalog_.ends();
  if (auto created = create_file(); !created) return created;
  return write_header();
}

Result<void> SegmentWriter::scan_after(std::int64_t records, const LogLayout& layout,
                                       const std::function<void(const Record&)>& seen) {
  const auto segments = catalog_.segments();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const SegmentHeader& header = segments[i]->header;
    if (i + 1 < segments.size() && segments[i + 1]->header.records <= records) continue;
    std::int64_t number = header.records;
    auto file = LogFile::open(path(header.number), options_.vfs);
    if (!file) return fail(std::move(file.error()));
    std::vector<std::optional<TopicPartition>> partitions;
    partitions.reserve(header.partitions.size());
    for (const auto& partition : header.partitions) {
      const auto at = parse_partition(partition.name);
      partitions.push_back(at && layout.contains(*at) ? at : std::nullopt);
    }
    const auto visit = [&](std::uint32_t position, const Frame& frame) -> Result<void> {
      const auto& at = partitions[frame.head.partition];
      if (number++ < records || !at) return {};
      const auto record = read_record(frame, *at);
      if (!record) return fail(damaged_segment(header.number, position, "a record cannot be read"));
      seen(*record);
      return {};
    };
    auto end = scan_records(*file, header, header_frame(header).size(), visit);
    if (!end) return fail(std::move(end.error()));
  }
  return {};
}

Result<void> SegmentWriter::remove_oldest() {
  const std::uint64_t oldest = catalog_.segments().front()->header.number;
  catalog_.remove_oldest();
  return remove(oldest);
}

Result<void> remove_log(const std::string& directory, const char* vfs, const std::string& log) {
  auto numbers = list_segments(directory);
  if (!numbers) return fail(std::move(numbers.error()));
  for (const auto number : *numbers) {
    const std::string path = segment_path(directory, number);
    auto file = LogFile::open(path, vfs);
    if (!file) return fail(std::move(file.error()));
    std::size_t size = 0;
    const auto header = read_header(*file, number, size);
    if (!header) return fail(header.error());
    if (*header && (*header)->log != log) return fail(another_log(path));
  }
  for (const auto number : *numbers) {
    if (auto removed = remove_log_file(segment_path(directory, number), vfs); !removed) return removed;
  }
  return {};
}

}  // namespace ordo::embedded
