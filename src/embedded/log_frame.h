// A frame of a log file: 32 bytes of head, then a body. Layout: docs/storage.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "records/envelope.h"

namespace ordo::embedded {

enum class FrameKind : std::uint8_t { header = 1, record = 2, index = 3 };

struct FrameHead {
  FrameKind kind = FrameKind::record;
  std::uint16_t partition = 0;  // its number in the file's header
  // How many bytes before this frame were not yet known to be durable when it was written.
  std::uint32_t unsynced = 0;
  std::int64_t offset = 0;
  std::int64_t time = 0;  // unix milliseconds
};
inline constexpr std::size_t kFrameHead = 32;
// Frames begin at multiples of this.
inline constexpr std::size_t kFrameAlign = 8;
// No body is longer: more than the largest record, and than the index of the largest segment.
inline constexpr std::size_t kMaxBody = std::size_t{256} << 20;

// Where a frame is: the number of the file, and the position in it. The checksum covers it, so that no bytes of another
// place pass for this frame.
struct FramePlace {
  std::uint64_t file = 0;
  std::uint64_t position = 0;
};

// Makes room for a head at the end of `out`; append the body, then call end_frame with the returned number.
std::size_t begin_frame(std::string& out);
// Fills up the body to a multiple of kFrameAlign, and writes the head.
void end_frame(const FrameHead& head, FramePlace place, std::size_t begin, std::string& out);

struct Frame {
  FrameHead head;
  std::string_view body;
  std::size_t size = 0;  // with head and filling
};
// The size of the frame whose head is at the beginning of `bytes`, as the head says; 0: none begins there.
std::size_t frame_size(std::string_view bytes);
// nullopt: it is not complete, or damaged.
std::optional<Frame> read_frame(std::string_view bytes, FramePlace place);

// A record without position, offset and time: those are in the head.
void append_record_body(const Record& record, std::string& out);
// nullopt: it is not one.
std::optional<Record> read_record(const Frame& frame, const TopicPartition& at);

}  // namespace ordo::embedded
