#include "engine/record_stamp.h"

#include <array>

namespace ordo {
namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78;  // Castagnoli's, its bits reversed

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
    table[byte] = value;
  }
  return table;
}

constexpr auto kTable = make_table();

}  // namespace

// Byte by byte: it is computed for one record per step.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  for (const char byte : bytes) crc = kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xff] ^ (crc >> 8);
  return ~crc;
}

RecordStamp stamp_of(const Record& record) {
  return {record.offset, record.appended_at, crc32c(record.value, crc32c(record.key))};
}

}  // namespace ordo
