// Bytes as text: hexadecimal and base64 (RFC 4648), percent-encoding (RFC 3986). Any thread.
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

// Escapes all but unreserved characters (RFC 3986 section 2.3).
void append_percent_encoded(std::string_view text, std::string& out);
std::string percent_encoded(std::string_view text);
// Nothing when an escape is invalid or encodes NUL, or when the result is not UTF-8.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace ordo
