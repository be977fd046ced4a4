// 64-bit FNV-1a: a hash for texts from sources that cause no collisions on purpose.
#pragma once

#include <cstdint>
#include <string_view>

namespace ordo {

inline constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325;

// Continues from `hash`.
constexpr std::uint64_t fnv1a(std::string_view bytes, std::uint64_t hash = kFnvBasis) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace ordo
