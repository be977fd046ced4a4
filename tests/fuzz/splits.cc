#include "splits.h"

#include <algorithm>
#include <cstdint>

namespace ordo::fuzz {

std::vector<Splits> splits_of(std::string_view input) {
  constexpr std::size_t kByteByByte = 2048;
  std::vector<Splits> all;
  if (input.size() <= kByteByByte) all.push_back({1});
  std::uint64_t state = 0xcbf29ce484222325U;  // FNV-1a of the input
  for (const char c : input) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  for (const std::size_t most : {4U, 64U, 1024U}) {
    Splits splits;
    for (int i = 0; i < 16; ++i) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      splits.push_back(1 + static_cast<std::size_t>(state >> 33) % most);
    }
    all.push_back(std::move(splits));
  }
  return all;
}

std::vector<std::string_view> pieces_of(std::string_view input, const Splits& splits) {
  if (splits.empty()) return {input};
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; !input.empty(); ++i) {
    const auto size = std::min(input.size(), splits[i % splits.size()]);
    pieces.push_back(input.substr(0, size));
    input.remove_prefix(size);
  }
  return pieces;
}

}  // namespace ordo::fuzz
