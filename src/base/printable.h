// Text and numbers for people at a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ordo {

// Replaces characters that could manipulate a terminal with spaces: the control characters of C0, C1 and DEL, and the
// embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9). The latter can make a name look
// like another one. Replaces each byte that is not UTF-8 with "?".
std::string printable(std::string_view text);

// The same, cut to `most` characters.
std::string printable(std::string_view text, std::size_t most);

// "1234567" as "1,234,567".
std::string grouped(std::uint64_t number);

}  // namespace ordo
