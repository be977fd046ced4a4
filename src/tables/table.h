// A file as rows of named cells, whatever its format: CSV, JSON documents, or an array of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ordo::imports {

// Why a row is refused. `field` is the heading in the file; empty for the whole row.
struct RowProblem {
  std::string field;
  std::string reason;  // snake_case, for programs
  std::string detail;  // for people
  std::string value;   // from the file, through shown()
};

// One line of an order, or one product. A JSON document with several lines makes one row for each.
struct Row {
  std::size_t line = 0;            // line of the file where it begins, from 1
  bool begins_record = true;       // false: a further line of the same JSON document, or of the same CSV cell
  std::vector<std::string> cells;  // by heading; UTF-8, NFC, trimmed; empty: nothing there
  // Set when the row could not be read. The cells then have what could be: often the number of the order whose line is
  // missing.
  std::optional<RowProblem> problem;
};

// Reads the rows of a file, one after another. For one thread.
//
// Headings of CSV are those of the first line. A heading that occurs again is called "price#2", "price#3"; an empty one
// "column 7". What spreadsheets put around a value to keep it as a text is taken away: '0042, '=1+1, ="0043". A CSV
// cell that holds packed lines becomes rows with headings as those of JSON: see packed_lines.h.
//
// Headings of JSON are paths: "billing.email"; an element of the lines has "[]" after the name of the list:
// "line_items[].sku"; any other list has the place of its element: "tax_lines.0.title". A list of lines is a member
// called line_items, lines, items, products or the like, wherever it stands outside of other lists: see json_members.h.
// Wrappers of extended JSON ($oid, $date, $numberDecimal, ...) are unwrapped first.
//
// A cell that is longer than kMaxCell is cut: no text of ordo is that long.
class Table {
 public:
  virtual ~Table() = default;

  // Of the whole file: for JSON they are known once a first pass has read it.
  virtual const std::vector<std::string>& headings() const = 0;

  // False at the end. kIo when the rest of the file cannot be read. A broken row is no error, but a row with a problem.
  virtual Result<bool> next(Row& row) = 0;

  // Rows passed over so far: those without any text, and those that repeat the headings.
  virtual std::uint64_t blank_rows() const { return 0; }
};

enum class FileFormat { csv, json };

// A byte order mark always decides. automatic without one: UTF-8, and a file that is not is refused with its first odd
// cell as each of the others would show it. utf_8: only the rows with such cells are refused.
enum class Encoding { automatic, utf_8, utf_16, windows_1252, windows_1258 };
// Takes "auto", "utf-8", "utf-16", "windows-1252", "latin1" (the same as windows-1252), "windows-1258", without regard
// to case.
std::optional<Encoding> parse_encoding(std::string_view name);

struct TableOptions {
  std::optional<FileFormat> format;  // absent: from the file's first bytes, then its name
  char delimiter = 0;                // 0: from the line "sep=X", else the most frequent of , ; tab |
  Encoding encoding = Encoding::automatic;
};

// Opens the file for one pass. Reads all of it once to find the encoding and, for JSON, the headings, when `headings`
// is null; a second pass gives the headings of the first. kNotFound when there is no such file; kInvalid for a file
// that ordo cannot read: "excel_workbook", "compressed_file", "bad_encoding", "empty_file", "unknown_format",
// "not_a_file", "malformed_headings", "too_many_columns", "malformed_json", "file_changed".
Result<std::unique_ptr<Table>> open_table(const std::string& path, const TableOptions& options,
                                          const std::vector<std::string>* headings = nullptr);

// A text as a table, for tests and fuzzers.
Result<std::unique_ptr<Table>> read_table(std::string text, std::string_view name, const TableOptions& options,
                                          const std::vector<std::string>* headings = nullptr);

// Bounds of one file.
inline constexpr std::size_t kMaxHeadings = 2'000;
inline constexpr std::size_t kMaxPlaces = 50;  // elements with headings of their own, of one list in JSON
// Of JSON: lists the members beyond these bounds, so that no loss is silent.
inline constexpr std::string_view kOtherMembers = "(other members)";
inline constexpr std::size_t kMaxCell = 64 * 1024;
inline constexpr std::size_t kMaxDocument = 16 * 1024 * 1024;  // bytes of one JSON document

// `value` for a report, as UTF-8: at most 200 bytes, with "?" for each invalid byte.
std::string shown(std::string_view value);

}  // namespace ordo::imports
