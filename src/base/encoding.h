// Bytes as text: hexadecimal and base64 (RFC 4648). Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ordo {

// Two digits a byte, in lower case.
void append_hex(std::string_view bytes, std::string& out);
std::string to_hex(std::string_view bytes);
// Nothing for an odd number of digits, or for a character that is not a lower-case digit.
std::optional<std::string> from_hex(std::string_view digits);

// Section 4, with padding.
std::string to_base64(std::string_view bytes);
// Nothing for invalid base64. Ignores the unused bits of the last character. To accept only the canonical text, compare
// it with to_base64().
std::optional<std::string> from_base64(std::string_view text);

// Section 5, for URLs and file names; without padding.
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace ordo
