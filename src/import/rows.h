// The rows of a file to import, from CSV or NDJSON, and the meaning of its columns.
#pragma once

#include <array>
#include <cstdint>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ordo::imports {

enum class ImportKind { products, orders };
std::string_view to_string(ImportKind kind);

// The possible meanings of a column.
enum class Column : unsigned char {
  order,
  product,
  quantity,
  customer,
  time,
  price,
  currency,
  name,
  category,
  stock,
  location,
};
inline constexpr std::size_t kColumns = 11;
std::string_view to_string(Column column);

// Column -> name in the file, for example from `--map order=InvoiceNo,product=StockCode`.
using ColumnMap = std::map<Column, std::string>;

// Reads the value of --map. kInvalid "bad_map".
Result<ColumnMap> parse_column_map(std::string_view text);

// Finds the columns among `names`: first those of `given`, then others by their common English names, without case and
// punctuation. kInvalid "unknown_column" when `given` names a missing column; "missing_column" when a column that
// `kind` needs is not found.
Result<ColumnMap> find_columns(ImportKind kind, const ColumnMap& given, const std::vector<std::string>& names);

// Why a row is refused. `field` is the column's name in the file.
struct RowProblem {
  std::string field;
  std::string reason;  // snake_case, for programs
  std::string detail;  // for people
  std::string value;   // from the file, through shown()
};

struct ImportRow {
  std::size_t line = 0;                      // line of the file, from 1
  std::array<std::string, kColumns> values;  // by Column; UTF-8, trimmed; empty: missing or unreadable
  std::optional<RowProblem> problem;         // set when the row could not be read

  const std::string& operator[](Column column) const { return values[static_cast<std::size_t>(column)]; }
  std::string& operator[](Column column) { return values[static_cast<std::size_t>(column)]; }
};

// Returns the rows of a file, one after another. For one thread.
class RowReader {
 public:
  virtual ~RowReader() = default;

  // False at the end. kIo when the rest of the file cannot be read. A broken row is not an error; it is a row with a
  // problem.
  virtual Result<bool> next(ImportRow& row) = 0;

  // The file's name of `column`; ordo's own name if the file has none.
  virtual std::string name_of(Column column) const = 0;
};

enum class ImportFormat { csv, ndjson };

// From the ending of the file name: .csv, .tsv, .txt; .ndjson, .jsonl, .json. kInvalid "unknown_format".
Result<ImportFormat> format_of(std::string_view path);

struct RowOptions {
  ImportKind kind = ImportKind::orders;
  ImportFormat format = ImportFormat::csv;
  ColumnMap columns;
  char delimiter = 0;   // 0: detect it
  bool latin1 = false;  // the file is ISO 8859-1, not UTF-8
};

// kNotFound when the file does not exist; kInvalid when its columns cannot be recognized.
Result<std::unique_ptr<RowReader>> open_rows(const std::string& path, const RowOptions& options);

// The same for an open binary stream.
Result<std::unique_ptr<RowReader>> read_rows(std::unique_ptr<std::istream> in, const RowOptions& options);

// Changes "17850.0", as spreadsheets and data frames write whole numbers, to "17850".
std::string without_decimals(std::string_view id);

// Converts ISO 8859-1 to UTF-8 if `options` say so, then trims spaces on both sides. False when the result is not
// UTF-8.
bool normalise(const RowOptions& options, std::string& text);

// `value` for a report, as UTF-8: at most 200 bytes, with "?" for each invalid byte.
std::string shown(std::string_view value);

}  // namespace ordo::imports
