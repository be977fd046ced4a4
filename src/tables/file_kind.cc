#include "tables/file_kind.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.h"

namespace ordo::imports {
namespace {

constexpr std::string_view kSaveAsCsv = "save it as \"CSV UTF-8\" and import that file";

Error workbook(std::string_view kind) {
  return {ErrorCode::kInvalid, "excel_workbook", "this is " + std::string(kind) + "; " + std::string(kSaveAsCsv), {}};
}

Error other_kind(std::string message) {
  return {ErrorCode::kInvalid, "unknown_format", std::move(message), {}};
}

struct Compression {
  std::string_view begin;
  std::string_view name;
};
constexpr std::array kCompressions = {
    Compression{"PK\x03\x04", "a zip archive"},       Compression{"\x1f\x8b", "compressed with gzip"},
    Compression{"\xfd\x37zXZ", "compressed with xz"}, Compression{"\x28\xb5\x2f\xfd", "compressed with zstd"},
    Compression{"7z\xbc\xaf", "a 7-Zip archive"},     Compression{"Rar!\x1a\x07", "a RAR archive"},
};

Error compressed(std::string_view kind) {
  return {ErrorCode::kInvalid, "compressed_file", "the file is " + std::string(kind) + "; unpack it first", {}};
}

bool starts_without_case(std::string_view text, std::string_view begin) {
  return equals_ignoring_case(text.substr(0, begin.size()), begin);
}

// A text that begins with a tag. Programs save tables as web pages, and call them .xls or .csv.
std::optional<Error> marked_up(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\xef\xbb\xbf"), text.size()));
  if (starts_without_case(text, "<?xml")) {
    if (text.find("Excel.Sheet") != std::string_view::npos) return workbook("an Excel workbook");
    return other_kind("this is an XML document; ordo imports CSV and JSON");
  }
  for (const auto* tag : {"<!doctype", "<html", "<table", "<head", "<meta"}) {
    if (starts_without_case(text, tag)) {
      return other_kind("this is a web page; open it in a spreadsheet program, then " + std::string(kSaveAsCsv));
    }
  }
  return std::nullopt;
}

// The first character that is not blank, and the one after it that is not blank; 0: none.
std::array<char, 2> first_two(std::string_view text) {
  std::array<char, 2> found{};
  for (std::size_t i = 0, at = 0; i < found.size(); ++i, ++at) {
    at = text.find_first_not_of(" \t\r\n", at);
    if (at == std::string_view::npos) break;
    found[i] = text[at];
  }
  return found;
}

}  // namespace

std::optional<Error> unreadable_kind(std::string_view first_bytes) {
  const auto has = [&](std::string_view part) { return first_bytes.find(part) != std::string_view::npos; };
  if (first_bytes.starts_with("PK\x03\x04")) {
    if (has("opendocument.spreadsheet")) return workbook("an OpenDocument spreadsheet");
    if (has("[Content_Types].xml") || has("xl/")) return workbook("an Excel workbook");
  }
  if (first_bytes.starts_with("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return workbook("an Excel workbook of the old kind");
  for (const auto& [begin, name] : kCompressions) {
    if (first_bytes.starts_with(begin)) return compressed(name);
  }
  if (first_bytes.starts_with("BZh") && first_bytes.find("1AY&SY") == 4) {
    return compressed("compressed with bzip2");
  }
  if (first_bytes.starts_with("%PDF-")) {
    return other_kind("this is a PDF document; get the data as CSV or JSON from the program that made it");
  }
  using namespace std::string_view_literals;
  if (first_bytes.starts_with("\xff\xfe\0\0"sv) || first_bytes.starts_with("\0\0\xfe\xff"sv)) {
    return Error{ErrorCode::kInvalid, "bad_encoding", "the file is UTF-32; save it as UTF-8", {}};
  }
  return marked_up(first_bytes);
}

FileFormat format_of(std::string_view first_characters, std::string_view name) {
  const auto [first, second] = first_two(first_characters);
  if (first == '{' && (second == '"' || second == '}')) return FileFormat::json;
  // "[Order ID],[SKU]" is a line of headings.
  if (first == '[' && (second == '{' || second == '[' || second == ']')) return FileFormat::json;
  const std::size_t dot = name.rfind('.');
  const auto ending = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
  for (const auto* json : {"json", "ndjson", "jsonl"}) {
    if (equals_ignoring_case(ending, json)) return FileFormat::json;
  }
  return FileFormat::csv;
}

}  // namespace ordo::imports
