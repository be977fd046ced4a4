// The ways in which the same bytes may arrive.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace ordo::fuzz {

// Lengths of the pieces, taken in turns; none: all at once.
using Splits = std::vector<std::size_t>;

// Byte by byte where that is not too many, and some ways that follow from the input, so that a run can be repeated.
std::vector<Splits> splits_of(std::string_view input);

std::vector<std::string_view> pieces_of(std::string_view input, const Splits& splits);

}  // namespace ordo::fuzz
