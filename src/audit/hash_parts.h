// One hash for several ids and numbers, so that a check can remember much in little memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/fnv1a.h"
#include "domain/stock.h"

namespace ordo::audit {

// Continues from `hash`, at first kFnvBasis. The parts cannot run into each other: ids never contain 0xff.
inline std::uint64_t hash_with(std::uint64_t hash, std::string_view part) {
  return fnv1a("\xff", fnv1a(part, hash));
}
inline std::uint64_t hash_with(std::uint64_t hash, std::int64_t part) {
  return hash_with(hash, std::string_view(std::to_string(part)));
}
inline std::uint64_t hash_with(std::uint64_t hash, std::span<const StockLine> lines) {
  for (const auto& line : lines) hash = hash_with(hash_with(hash, line.product_id.str()), line.quantity);
  return hash;
}

}  // namespace ordo::audit
