// Text for comparison and search: equal whatever its case and marks.
#pragma once

#include <string>
#include <string_view>

namespace ordo {

// Lower case, without marks, "đ" as "d": "Đã giao" -> "da giao". A text that is not UTF-8 comes back with its ASCII
// letters in lower case.
std::string fold_text(std::string_view text);

}  // namespace ordo
