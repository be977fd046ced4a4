// The stamp of a record: distinguishes it from any other record at the same offset.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/ports.h"

namespace ordo {

// CRC-32C (Castagnoli) of `bytes`, as if they followed the bytes whose CRC is `before`.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

RecordStamp stamp_of(const Record& record);

}  // namespace ordo
