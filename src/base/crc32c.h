// CRC-32C (Castagnoli), as iSCSI (RFC 3720, appendix B.4), ext4 and Kafka use it.
#pragma once

#include <cstdint>
#include <string_view>

namespace ordo {

// The CRC of `bytes`, as if they followed the bytes whose CRC is `before`. Any thread.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

// The same without the processor's own instruction, for tests.
std::uint32_t portable_crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace ordo
