#include "embedded/segment_file.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/crc32c.h"
#include "base/number.h"
#include "embedded/data_directory.h"
#include "embedded/log_codec.h"

namespace ordo::embedded {
namespace {

// Segments belong to the database file, and their names begin with its name: then SQLite gives them its permissions.
constexpr std::string_view kSuffix = "-log";
constexpr std::string_view kMagic = "ordo log 1";
constexpr std::size_t kChunk = std::size_t{1} << 20;

// The last bytes of a sealed segment.
struct Trailer {
  std::uint64_t index;  // the position of the index
  std::uint32_t crc;    // of the index position and the number of the segment
  std::uint32_t magic;
};
constexpr std::uint32_t kTrailerMagic = 0x6f64726f;

std::uint32_t trailer_crc(std::uint64_t index, std::uint64_t number) {
  const std::array<std::uint64_t, 2> numbers = {index, number};
  char bytes[sizeof numbers];
  std::memcpy(bytes, numbers.data(), sizeof numbers);
  return crc32c({bytes, sizeof bytes});
}

// The bytes of a file around a position, read in chunks.
class Window {
 public:
  Window(LogFile& file, std::uint64_t size) : file_(file), size_(size) {}

  // The bytes from `position` on: `wanted`, or fewer at the end of the file. Valid until the next call.
  Result<std::string_view> at(std::uint64_t position, std::size_t wanted) {
    wanted = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, size_ - std::min(position, size_)));
    if (position < begin_ || position + wanted > begin_ + bytes_.size()) {
      const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(std::max(wanted, kChunk), size_ - position));
      bytes_.resize(most);
      begin_ = position;
      auto read = file_.read(static_cast<std::int64_t>(position), bytes_.data(), most);
      if (!read) return fail(std::move(read.error()));
    }
    return std::string_view(bytes_).substr(position - begin_, wanted);
  }

  // The frame at `position`; nullopt: no intact one.
  Result<std::optional<Frame>> frame(std::uint64_t number, std::uint64_t position) {
    auto head = at(position, kFrameHead);
    if (!head) return fail(std::move(head.error()));
    const std::size_t size = frame_size(*head);
    if (size == 0 || position + size > size_) return std::nullopt;
    auto bytes = at(position, size);
    if (!bytes) return fail(std::move(bytes.error()));
    return read_frame(*bytes, {number, position});
  }

  std::uint64_t size() const { return size_; }

 private:
  LogFile& file_;
  const std::uint64_t size_;
  std::uint64_t begin_ = 0;
  std::string bytes_;
};

// Whether the records end where the last writes before a crash were cut. They do not if a record behind the end was
// written when everything up to there was durable already.
Result<bool> is_torn(Window& window, const SegmentHeader& header, std::uint64_t end) {
  if (end < header.durable) return false;
  for (std::uint64_t position = end + kFrameAlign; position + kFrameHead <= window.size(); position += kFrameAlign) {
    auto frame = window.frame(header.number, position);
    if (!frame) return fail(std::move(frame.error()));
    if (*frame && position - (*frame)->head.unsynced > end) return false;
  }
  return true;
}

}  // namespace

Error damaged_segment(std::uint64_t number, std::uint64_t position, const std::string& what) {
  return {
      ErrorCode::kCorrupt,
      "damaged_log",
      "segment " + std::to_string(number) + " of the log is damaged at byte " + std::to_string(position) + ": " + what,
      {}};
}

std::string segment_path(const std::string& directory, std::uint64_t number) {
  char digits[24];
  std::snprintf(digits, sizeof digits, "%08llu", static_cast<unsigned long long>(number));
  return database_path(directory) + std::string(kSuffix) + digits;
}

Result<std::vector<std::uint64_t>> list_segments(const std::string& directory) {
  const std::string prefix = std::filesystem::path(segment_path(directory, 0)).filename().string();
  const std::string_view start = std::string_view(prefix).substr(0, prefix.find(kSuffix) + kSuffix.size());
  std::vector<std::uint64_t> numbers;
  std::error_code code;
  for (std::filesystem::directory_iterator file(directory, code), end; !code && file != end; file.increment(code)) {
    const std::string name = file->path().filename().string();
    if (!name.starts_with(start)) continue;
    if (const auto number = parse_integer<std::uint64_t>(std::string_view(name).substr(start.size()))) {
      numbers.push_back(*number);
    }
  }
  if (code) return fail(ErrorCode::kIo, "data_directory", "cannot list " + directory + ": " + code.message());
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::string header_frame(const SegmentHeader& header) {
  std::string out;
  const std::size_t begin = begin_frame(out);
  put_text(kMagic, out);
  put_text(header.log, out);
  put_number(header.previous, out);
  put_number(static_cast<std::uint64_t>(header.records), out);
  put_number(header.partitions.size(), out);
  for (const auto& [name, first] : header.partitions) {
    put_text(name, out);
    put_number(static_cast<std::uint64_t>(first), out);
  }
  FrameHead head;
  head.kind = FrameKind::header;
  head.offset = static_cast<std::int64_t>(header.durable);
  head.time = header.created;
  end_frame(head, {header.number, 0}, begin, out);
  return out;
}

Result<std::optional<SegmentHeader>> read_header(LogFile& file, std::uint64_t number, std::size_t& size) {
  const auto bytes = file.size();
  if (!bytes) return fail(bytes.error());
  Window window(file, static_cast<std::uint64_t>(*bytes));
  auto frame = window.frame(number, 0);
  if (!frame) return fail(std::move(frame.error()));
  if (!*frame || (*frame)->head.kind != FrameKind::header) return std::nullopt;
  BodyReader body((*frame)->body);
  if (body.text() != kMagic) {
    return fail(ErrorCode::kConflict, "other_format",
                "segment " + std::to_string(number) + " of the log has another format; use the version that wrote it");
  }
  SegmentHeader header;
  header.number = number;
  header.created = (*frame)->head.time;
  header.durable = static_cast<std::uint64_t>((*frame)->head.offset);
  header.log = body.text();
  header.previous = body.number();
  header.records = static_cast<std::int64_t>(body.number());
  for (std::uint64_t left = body.number(); left > 0 && body.ok(); --left) {
    SegmentHeader::Partition& partition = header.partitions.emplace_back();
    partition.name = body.text();
    partition.begin = static_cast<std::int64_t>(body.number());
  }
  if (!body.ok()) return fail(damaged_segment(number, 0, "its header cannot be read"));
  size = (*frame)->size;
  return header;
}

std::string index_frames(const SegmentHeader& header, const Positions& positions, std::uint64_t end) {
  std::string out;
  const std::size_t begin = begin_frame(out);
  for (const auto& places : positions) {
    put_number(places.size(), out);
    std::uint32_t before = 0;
    for (const auto place : places) put_number(place - std::exchange(before, place), out);
  }
  FrameHead head;
  head.kind = FrameKind::index;
  end_frame(head, {header.number, end}, begin, out);
  const Trailer trailer{end, trailer_crc(end, header.number), kTrailerMagic};
  char bytes[sizeof trailer];
  std::memcpy(bytes, &trailer, sizeof trailer);
  out.append(bytes, sizeof bytes);
  return out;
}

Result<Positions> read_index(LogFile& file, const SegmentHeader& header) {
  const auto size = file.size();
  if (!size) return fail(size.error());
  Trailer trailer{};
  const auto none = [&] {
    return fail(damaged_segment(header.number, static_cast<std::uint64_t>(*size), "it has no index"));
  };
  if (*size < static_cast<std::int64_t>(sizeof trailer)) return none();
  char bytes[sizeof trailer];
  if (auto read = file.read(*size - static_cast<std::int64_t>(sizeof trailer), bytes, sizeof bytes); !read) {
    return fail(std::move(read.error()));
  }
  std::memcpy(&trailer, bytes, sizeof trailer);
  const bool is_one = trailer.magic == kTrailerMagic && trailer.crc == trailer_crc(trailer.index, header.number);
  if (!is_one) return none();
  Window window(file, static_cast<std::uint64_t>(*size) - sizeof trailer);
  auto frame = window.frame(header.number, trailer.index);
  if (!frame) return fail(std::move(frame.error()));
  if (!*frame || (*frame)->head.kind != FrameKind::index) {
    return fail(damaged_segment(header.number, trailer.index, "its index cannot be read"));
  }
  BodyReader body((*frame)->body);
  Positions positions(header.partitions.size());
  for (auto& places : positions) {
    const std::uint64_t count = body.number();
    places.reserve(std::min<std::uint64_t>(count, (*frame)->body.size()));
    std::uint32_t place = 0;
    for (std::uint64_t i = 0; i < count && body.ok(); ++i) {
      place += static_cast<std::uint32_t>(body.number());
      places.push_back(place);
    }
  }
  if (!body.ok()) return fail(damaged_segment(header.number, trailer.index, "its index cannot be read"));
  return positions;
}

Result<std::uint64_t> scan_records(LogFile& file, const SegmentHeader& header, std::uint64_t position,
                                   const RecordVisitor& record) {
  const auto size = file.size();
  if (!size) return fail(size.error());
  Window window(file, static_cast<std::uint64_t>(*size));
  while (true) {
    auto frame = window.frame(header.number, position);
    if (!frame) return fail(std::move(frame.error()));
    if (!*frame) {
      const auto torn = is_torn(window, header, position);
      if (!torn) return fail(torn.error());
      // guard: log-damage-is-no-end
      if (!*torn) return fail(damaged_segment(header.number, position, "records that were durable cannot be read"));
      return position;
    }
    if ((*frame)->head.kind != FrameKind::record) return position;
    if ((*frame)->head.partition >= header.partitions.size()) {
      return fail(damaged_segment(header.number, position, "a record of no partition"));
    }
    if (auto seen = record(static_cast<std::uint32_t>(position), **frame); !seen) return fail(std::move(seen.error()));
    position += (*frame)->size;
  }
}

}  // namespace ordo::embedded
