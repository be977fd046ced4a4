#include "tables/table.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <utility>

#include "base/printable.h"
#include "base/text.h"
#include "client/csv.h"
#include "tables/csv_table.h"
#include "tables/file_kind.h"
#include "tables/json_scanner.h"
#include "tables/json_table.h"
#include "tables/text_decoding.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kFirstBytes = 4'096;

// A file to read from its beginning as often as needed, and its name.
struct TableFile {
  std::function<std::unique_ptr<std::istream>()> open;  // null when it cannot be opened
  std::string_view name;
};

tl::unexpected<Error> bad_encoding(std::string message) {
  return fail(ErrorCode::kInvalid, "bad_encoding", std::move(message));
}

tl::unexpected<Error> cannot_read_file(std::string_view name) {
  return fail(ErrorCode::kIo, "unreadable", "cannot read " + std::string(name));
}

// A piece of the file that is not UTF-8.
struct OddText {
  std::size_t line = 0;
  std::string heading;  // of its column; empty: none
  std::string text;     // some bytes around the first odd one
};

std::string around_first_odd_byte(std::string_view text) {
  static constexpr std::size_t kAround = 30;
  const std::size_t odd = utf8_bytes(text);
  std::size_t begin = odd - std::min(odd, kAround);
  while (begin < odd && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80) ++begin;
  return std::string(text.substr(begin, odd - begin + kAround));
}

OddText odd_cell_of_csv(std::istream& in, char delimiter) {
  client::CsvReader csv(in, delimiter);
  std::vector<std::string> headings;
  for (client::CsvRecord record; csv.next(record);) {
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      if (is_utf8(record.fields[i])) continue;
      return {record.line, i < headings.size() ? headings[i] : "", around_first_odd_byte(record.fields[i])};
    }
    if (headings.empty()) headings = record.fields;
  }
  return {};
}

OddText odd_line_of_json(std::istream& in) {
  JsonScanner scanner(in);
  std::string text;
  while (scanner.peek() >= 0) {
    const std::size_t line = scanner.line();
    text.clear();
    scanner.take_line(text, kMaxDocument);
    if (!is_utf8(text)) return {line, "", around_first_odd_byte(text)};
  }
  return {};
}

std::string shown_as(std::string_view bytes, TextCode code) {
  std::string text = decoded_text(bytes, code);
  clean_text(text);
  return '"' + printable(text, 80) + '"';
}

tl::unexpected<Error> not_utf_8(const TableFile& file, std::string_view first_bytes, const TableOptions& options) {
  if (first_bytes.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::kInvalid, "unknown_format", "the file is no text; ordo imports CSV and JSON");
  }
  const auto in = file.open();
  if (!in) return cannot_read_file(file.name);
  const auto format = options.format ? *options.format : format_of(first_bytes, file.name);
  const auto odd = format == FileFormat::csv ? odd_cell_of_csv(*in, options.delimiter) : odd_line_of_json(*in);
  std::string message = "the file is not UTF-8. ";
  if (odd.line > 0) {
    message += "Line " + std::to_string(odd.line);
    if (!odd.heading.empty()) message += ", column \"" + printable(odd.heading, 80) + "\",";
    message += " is " + shown_as(odd.text, TextCode::windows_1252) + " in windows-1252, " +
               shown_as(odd.text, TextCode::windows_1258) + " in windows-1258. ";
  }
  return bad_encoding(message +
                      "Say --encoding windows-1252 or --encoding windows-1258; with --encoding utf-8, only the rows "
                      "with such cells are refused");
}

// UTF-8 that is read as a code page gives wrong names without an error.
Result<TextCode> code_page(const TableFile& file, TextCode code, std::string_view name) {
  const auto in = file.open();
  if (!in) return cannot_read_file(file.name);
  const auto check = check_utf8(*in);
  if (check.valid && !check.ascii) {
    return bad_encoding("the file is UTF-8, not " + std::string(name) + "; leave --encoding out");
  }
  return code;
}

Result<TextCode> code_of(const TableFile& file, std::string_view first_bytes, const TableOptions& options,
                         bool first_pass) {
  if (const auto marked = marked_code(first_bytes)) return *marked;
  const auto by_zeros = utf_16_by_zero_bytes(first_bytes);
  switch (options.encoding) {
    case Encoding::utf_8:
      return TextCode::utf_8;
    case Encoding::utf_16:
      return by_zeros.value_or(TextCode::utf_16_le);
    case Encoding::windows_1252:
      return first_pass ? code_page(file, TextCode::windows_1252, "windows-1252") : TextCode::windows_1252;
    case Encoding::windows_1258:
      return first_pass ? code_page(file, TextCode::windows_1258, "windows-1258") : TextCode::windows_1258;
    case Encoding::automatic:
      break;
  }
  if (by_zeros) return bad_encoding("the file seems to be UTF-16 without a byte order mark; say --encoding utf-16");
  if (!first_pass) return TextCode::utf_8;
  const auto in = file.open();
  if (!in) return cannot_read_file(file.name);
  if (!check_utf8(*in).valid) return not_utf_8(file, first_bytes, options);
  if (in->bad()) return cannot_read_file(file.name);
  return TextCode::utf_8;
}

// The beginning of the text, from its first character that is not blank.
std::string first_characters(std::istream& in) {
  static constexpr std::size_t kMaxBlanks = 1024 * 1024;
  std::string text;
  std::size_t blanks = 0;
  for (int c = in.get(); c != std::istream::traits_type::eof() && text.size() < kFirstBytes; c = in.get()) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (text.empty() && blank && ++blanks < kMaxBlanks) continue;
    text.push_back(static_cast<char>(c));
  }
  return text;
}

Result<std::unique_ptr<Table>> open_file(const TableFile& file, const TableOptions& options,
                                         const std::vector<std::string>* headings) {
  const auto bytes = file.open();
  if (!bytes) return cannot_read_file(file.name);
  std::string first_bytes(kFirstBytes, '\0');
  bytes->read(first_bytes.data(), static_cast<std::streamsize>(first_bytes.size()));
  first_bytes.resize(static_cast<std::size_t>(bytes->gcount()));
  if (bytes->bad()) return cannot_read_file(file.name);
  if (auto kind = unreadable_kind(first_bytes)) return fail(std::move(*kind));
  const auto code = code_of(file, first_bytes, options, headings == nullptr);
  if (!code) return fail(code.error());
  const OpenText open_text = [open = file.open, code = *code]() -> std::unique_ptr<std::istream> {
    auto in = open();
    return in ? decoded_stream(std::move(in), code) : nullptr;
  };
  const auto text = open_text();
  if (!text) return cannot_read_file(file.name);
  const std::string first = first_characters(*text);
  if (first.empty()) return fail(ErrorCode::kInvalid, "empty_file", "the file is empty");
  const auto format = options.format ? *options.format : format_of(first, file.name);
  return format == FileFormat::csv ? open_csv_table(open_text, options.delimiter, headings)
                                   : open_json_table(open_text, headings);
}

}  // namespace

std::optional<Encoding> parse_encoding(std::string_view name) {
  struct Name {
    std::string_view name;
    Encoding encoding;
  };
  static constexpr std::array kNames = {
      Name{"auto", Encoding::automatic},
      Name{"utf-8", Encoding::utf_8},
      Name{"utf8", Encoding::utf_8},
      Name{"utf-16", Encoding::utf_16},
      Name{"utf16", Encoding::utf_16},
      Name{"utf-16le", Encoding::utf_16},
      Name{"utf-16be", Encoding::utf_16},
      Name{"windows-1252", Encoding::windows_1252},
      Name{"cp1252", Encoding::windows_1252},
      Name{"latin1", Encoding::windows_1252},
      Name{"latin-1", Encoding::windows_1252},
      Name{"iso-8859-1", Encoding::windows_1252},
      Name{"windows-1258", Encoding::windows_1258},
      Name{"cp1258", Encoding::windows_1258},
  };
  for (const auto& known : kNames) {
    if (equals_ignoring_case(name, known.name)) return known.encoding;
  }
  return std::nullopt;
}

Result<std::unique_ptr<Table>> open_table(const std::string& path, const TableOptions& options,
                                          const std::vector<std::string>* headings) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return fail(ErrorCode::kNotFound, "no_such_file", "there is no file " + path);
  if (!std::filesystem::is_regular_file(status)) {
    return fail(ErrorCode::kInvalid, "not_a_file", path + " is not a file; the import reads a file more than once");
  }
  const auto open = [path]() -> std::unique_ptr<std::istream> {
    auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
    if (!*file) return nullptr;
    return file;
  };
  return open_file({open, path}, options, headings);
}

Result<std::unique_ptr<Table>> read_table(std::string text, std::string_view name, const TableOptions& options,
                                          const std::vector<std::string>* headings) {
  const auto shared = std::make_shared<const std::string>(std::move(text));
  const auto open = [shared]() -> std::unique_ptr<std::istream> {
    return std::make_unique<std::istringstream>(*shared);
  };
  return open_file({open, name}, options, headings);
}

std::string shown(std::string_view value) {
  return utf8_cut(value, 200);
}

}  // namespace ordo::imports
