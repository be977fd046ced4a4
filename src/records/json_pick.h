// Reads single members of parsed JSON. To write parts of it again, see json_copy.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "records/json.h"

namespace ordo {

// The index of the member `name` of the object at `at`. Nothing if there is no such member or no object.
std::optional<std::size_t> member(const JsonTape& tape, std::size_t at, std::string_view name);

// The text of the string or number `name`; empty if there is none.
std::string_view text_of(const JsonTape& tape, std::size_t at, std::string_view name);
std::optional<std::int64_t> whole_of(const JsonTape& tape, std::size_t at, std::string_view name);

}  // namespace ordo
