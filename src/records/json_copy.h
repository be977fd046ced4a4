// Writes a parsed document as JSON.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "records/json.h"

namespace ordo {

// Appends the value at `at`. With `indent` < 0 in one line; else in several lines, with that many spaces before the
// closing bracket. Numbers stay as they were written. Members named in `without` are left out at every depth.
void append_json(const JsonTape& tape, std::size_t at, int indent, std::string& out,
                 std::span<const std::string_view> without = {});

}  // namespace ordo
