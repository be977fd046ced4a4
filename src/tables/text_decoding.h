// The characters of a file: turns its bytes into UTF-8, a piece at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ordo::imports {

// How the bytes of a file become characters.
enum class TextCode { utf_8, utf_16_le, utf_16_be, windows_1252, windows_1258 };

// Opens the file from its beginning, as UTF-8. Null when it cannot be opened any more.
using OpenText = std::function<std::unique_ptr<std::istream>()>;

// By the byte order mark at the beginning of a file.
std::optional<TextCode> marked_code(std::string_view first_bytes);
// UTF-16 without a mark has a zero byte in most of its characters, in texts of every Latin script.
std::optional<TextCode> utf_16_by_zero_bytes(std::string_view first_bytes);

// The stream of `bytes` as UTF-8, without its byte order mark. Bytes that are no character of `code` stay invalid
// UTF-8. windows-1252 and windows-1258 leave a few bytes undefined; these become control characters of C1, as in
// browsers.
std::unique_ptr<std::istream> decoded_stream(std::unique_ptr<std::istream> bytes, TextCode code);
// A text of windows-1252 or windows-1258.
std::string decoded_text(std::string_view bytes, TextCode code);

struct Utf8Check {
  bool valid = true;
  bool ascii = true;
};
// Reads the rest of `in`.
Utf8Check check_utf8(std::istream& in);

// Removes blanks of every script, zero bytes and invisible marks on both sides, and composes characters (NFC). False,
// with an unchanged `text`, when it is not UTF-8.
bool clean_text(std::string& text);

// Cuts a cell to kMaxCell bytes, between two characters.
void cut_cell(std::string& cell);

}  // namespace ordo::imports
