// Whole numbers in JSON. A number with a zero fraction is whole (JSON Schema), because Python and Java write doubles
// like that: 2.0, 1e0, 1.0E7.
#pragma once

#include <cstdint>
#include <string_view>

namespace ordo {

struct WholeNumber {
  enum class Kind : std::uint8_t { whole, fraction, out_of_range };

  Kind kind = Kind::fraction;
  std::int64_t value = 0;  // if it is whole
};

// `token` is a JSON number. Exact; does not use floating point.
WholeNumber parse_whole(std::string_view token);

}  // namespace ordo
