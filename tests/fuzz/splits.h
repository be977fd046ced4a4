// The ways in which the same bytes may be split.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace ordo::fuzz {

// Lengths of the pieces, used in turn. None: all bytes at once.
using Splits = std::vector<std::size_t>;

// Byte by byte if the input is short, and some splits that follow from the input, so that a run is repeatable.
std::vector<Splits> splits_of(std::string_view input);

std::vector<std::string_view> pieces_of(std::string_view input, const Splits& splits);

}  // namespace ordo::fuzz
