// The rows of a file to import: what each column means, and the same rows out of CSV and NDJSON.
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

namespace ordo::cli {

enum class ImportKind { products, orders };
std::string_view to_string(ImportKind kind);

// What a column of the file can be.
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

// Column -> name in the file, as `--map order=InvoiceNo,product=StockCode` says.
using ColumnMap = std::map<Column, std::string>;

// Reads the text of --map. kInvalid "bad_map".
Result<ColumnMap> parse_column_map(std::string_view text);

// Finds the columns of `names`: those of `given` first, the others by what such columns are commonly called in English,
// whatever their case and punctuation. kInvalid "unknown_column" when `given` names one that is not there,
// "missing_column" when one that `kind` needs is not to be found.
Result<ColumnMap> find_columns(ImportKind kind, const ColumnMap& given, const std::vector<std::string>& names);

// Why a row is refused. `field` is the name of the column in the file.
struct RowProblem {
  std::string field;
  std::string reason;  // snake_case, for programs
  std::string detail;  // for people
  std::string value;   // as it stands in the file, by shown()
};

struct ImportRow {
  std::size_t line = 0;                      // of the file, from 1
  std::array<std::string, kColumns> values;  // by Column, UTF-8, trimmed; empty: not there, or not readable
  std::optional<RowProblem> problem;         // the row could not be read

  const std::string& operator[](Column column) const { return values[static_cast<std::size_t>(column)]; }
  std::string& operator[](Column column) { return values[static_cast<std::size_t>(column)]; }
};

// Gives the rows of a file, one after another. One thread.
class RowReader {
 public:
  virtual ~RowReader() = default;

  // False at the end. An error, kIo, only when the file cannot be read further; a broken row is a row with a problem.
  virtual Result<bool> next(ImportRow& row) = 0;

  // How the file calls `column`; our own name where it has none.
  virtual std::string name_of(Column column) const = 0;
};

enum class ImportFormat { csv, ndjson };

// By the ending of the file name: .csv, .tsv, .txt; .ndjson, .jsonl, .json. kInvalid "unknown_format".
Result<ImportFormat> format_of(std::string_view path);

struct RowOptions {
  ImportKind kind = ImportKind::orders;
  ImportFormat format = ImportFormat::csv;
  ColumnMap columns;
  char delimiter = 0;   // 0: found out
  bool latin1 = false;  // the file is ISO 8859-1, not UTF-8
};

// kNotFound when there is no such file, kInvalid when its columns cannot be understood.
Result<std::unique_ptr<RowReader>> open_rows(const std::string& path, const RowOptions& options);

// Of a file that is open, in binary. kInvalid as above.
Result<std::unique_ptr<RowReader>> read_rows(std::unique_ptr<std::istream> in, const RowOptions& options);

// "17850.0", as spreadsheets and data frames write whole numbers, becomes "17850".
std::string without_decimals(std::string_view id);

// Trims spaces on both sides, after making UTF-8 of ISO 8859-1 where `options` say so; false when it is no UTF-8.
bool normalise(const RowOptions& options, std::string& text);

// `value` for a report, as UTF-8: cut after at most 200 bytes, a "?" for each byte that is none.
std::string shown(std::string_view value);

}  // namespace ordo::cli
