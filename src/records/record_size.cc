#include "records/record_size.h"

#include <cstdint>

namespace ordo {
namespace {

constexpr std::size_t kBatchHead = 61;    // of a batch of format 2
constexpr std::size_t kOwnHeaders = 512;  // more than the names and framing of those that ordo gives a meaning to, and
                                          // more than the values of a fixed length

// Size of a number in zigzag coding, 7 bits per byte.
std::size_t varint_size(std::int64_t number) {
  auto coded = static_cast<std::uint64_t>(number) << 1U;
  std::size_t bytes = 1;
  while (coded >= 0x80) {
    coded >>= 7U;
    ++bytes;
  }
  return bytes;
}

std::size_t framed(std::size_t bytes) {
  return varint_size(static_cast<std::int64_t>(bytes)) + bytes;
}

// Never less than size_in_log().
std::size_t bound_of(const Record& record) {
  const auto& envelope = record.envelope;
  std::size_t size = kBatchHead + kOwnHeaders + record.key.size() + record.value.size() + envelope.id.size() +
                     envelope.source.size() + envelope.type.size() + envelope.subject.size() +
                     envelope.traceparent.size() + envelope.content_type.size() + envelope.proof.size();
  if (envelope.by) size += envelope.by->id.size() + (envelope.by->name ? envelope.by->name->size() : 0);
  for (const auto& header : envelope.extra) size += 20 + header.name.size() + header.value.size();
  return size;
}

}  // namespace

std::size_t size_in_log(const Record& record) {
  const auto headers = to_headers(record.envelope);
  // One byte each for attributes, offset and time, because they equal those of the batch for its only record.
  std::size_t size = 3 + framed(record.key.size()) + framed(record.value.size()) +
                     varint_size(static_cast<std::int64_t>(headers.size()));
  for (const auto& header : headers) size += framed(header.name.size()) + framed(header.value.size());
  return kBatchHead + framed(size);
}

bool fits_in_log(const Record& record, std::size_t limit) {
  return bound_of(record) <= limit || size_in_log(record) <= limit;
}

}  // namespace ordo
