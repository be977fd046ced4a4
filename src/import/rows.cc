#include "import/rows.h"

#include <algorithm>
#include <cctype>
#include <fstream>

#include "base/text.h"
#include "client/csv.h"
#include "import/ndjson.h"

namespace ordo::imports {
namespace {

constexpr std::array<std::string_view, kColumns> kColumnNames = {
    "order", "product", "quantity", "customer", "time", "price", "currency", "name", "category", "stock", "location"};

// Common names of the columns, without case and punctuation. The first existing name is used.
constexpr std::array<std::string_view, kColumns> kSynonyms = {
    "order orderid orderno ordernumber orderref invoice invoiceno invoiceid invoicenumber transactionid receiptno "
    "saleid",
    "product productid productno productcode productsku stockcode sku item itemid itemno itemcode itemsku article "
    "articleid articleno articlenumber ean upc barcode lineitemsku variantsku",
    "quantity qty quantityordered orderedquantity itemquantity lineitemquantity units pieces",
    "customer customerid customerno customernumber customercode client clientid clientno user userid buyer buyerid "
    "account accountid accountno customeremail email",
    "time placedat orderdate invoicedate ordertime orderedat createdat date datetime timestamp purchasedate",
    "price unitprice listprice itemprice priceeach lineitemprice sellingprice retailprice variantprice",
    "currency currencycode",
    "name productname itemname title description productdescription itemdescription lineitemname",
    "category productcategory itemcategory department productgroup producttype",
    "stock onhand stockquantity stocklevel instock inventory inventoryquantity variantinventoryqty",
    "location locationid warehouse warehouseid store storeid",
};

std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    }
  }
  return out;
}

std::vector<Column> needed(ImportKind kind) {
  if (kind == ImportKind::products) return {Column::product, Column::name, Column::price};
  return {Column::order, Column::product, Column::quantity};
}

const std::string* find_synonym(ImportKind kind, Column column, const std::vector<std::string>& names) {
  std::string synonyms(kSynonyms[static_cast<std::size_t>(column)]);
  // In a file of products, "id" is the product; in a file of orders, it is the order.
  if (column == (kind == ImportKind::products ? Column::product : Column::order)) synonyms += " id";
  for (std::size_t from = 0; from < synonyms.size();) {
    const std::size_t to = std::min(synonyms.find(' ', from), synonyms.size());
    const std::string_view synonym(synonyms.data() + from, to - from);
    for (const auto& name : names) {
      if (plain(name) == synonym) return &name;
    }
    from = to + 1;
  }
  return nullptr;
}

class CsvRows final : public RowReader {
 public:
  CsvRows(std::unique_ptr<std::istream> in, RowOptions options)
      : in_(std::move(in)), options_(std::move(options)), csv_(*in_, options_.delimiter) {}

  Result<void> begin() {
    client::CsvRecord header;
    if (!csv_.next(header)) return fail(ErrorCode::kInvalid, "empty_file", "the file is empty; a header is needed");
    for (auto& name : header.fields) {
      if (!normalise(options_, name)) {
        return fail(ErrorCode::kInvalid, "bad_encoding", "the header is not UTF-8; try --encoding latin1");
      }
    }
    auto columns = find_columns(options_.kind, options_.columns, header.fields);
    if (!columns) return fail(std::move(columns.error()));
    columns_ = std::move(*columns);
    fields_ = header.fields.size();
    for (const auto& [column, name] : columns_) {
      const auto found = std::find(header.fields.begin(), header.fields.end(), name);
      index_.emplace_back(column, static_cast<std::size_t>(found - header.fields.begin()));
    }
    return {};
  }

  Result<bool> next(ImportRow& row) override {
    if (!csv_.next(record_)) {
      if (in_->bad()) return fail(ErrorCode::kIo, "unreadable", "cannot read the rest of the file");
      return false;
    }
    row = ImportRow{};
    row.line = record_.line;
    if (!record_.problem.empty()) {
      row.problem = RowProblem{"", "malformed_row", record_.problem, shown(record_.fields.front())};
      return true;
    }
    if (record_.fields.size() != fields_) {
      row.problem = RowProblem{"", "wrong_field_count",
                               "the header has " + std::to_string(fields_) + " fields, this row has " +
                                   std::to_string(record_.fields.size()),
                               ""};
      return true;
    }
    for (const auto& [column, index] : index_) {
      std::string& value = row[column];
      value = std::move(record_.fields[index]);
      if (normalise(options_, value)) continue;
      if (!row.problem) {
        row.problem = RowProblem{name_of(column), "bad_encoding", "is not UTF-8; try --encoding latin1", shown(value)};
      }
      value.clear();
    }
    return true;
  }

  std::string name_of(Column column) const override {
    const auto found = columns_.find(column);
    return found != columns_.end() ? found->second : std::string(to_string(column));
  }

 private:
  std::unique_ptr<std::istream> in_;
  RowOptions options_;
  client::CsvReader csv_;
  client::CsvRecord record_;
  std::size_t fields_ = 0;
  ColumnMap columns_;
  std::vector<std::pair<Column, std::size_t>> index_;
};

}  // namespace

std::string_view to_string(ImportKind kind) {
  return kind == ImportKind::products ? "products" : "orders";
}

std::string_view to_string(Column column) {
  return kColumnNames[static_cast<std::size_t>(column)];
}

Result<ColumnMap> parse_column_map(std::string_view text) {
  ColumnMap map;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t equals = part.find('=');
    const std::string_view key = part.substr(0, equals);
    const auto found = std::find(kColumnNames.begin(), kColumnNames.end(), key);
    if (equals == std::string_view::npos || equals + 1 == part.size() || found == kColumnNames.end()) {
      const auto hint = nearest(key, kColumnNames);
      return fail(ErrorCode::kInvalid, "bad_map",
                  "\"" + std::string(part) + "\" is not COLUMN=NAME with a known COLUMN" +
                      (hint.empty() || hint == key ? "" : "; did you mean " + std::string(hint) + "?"));
    }
    map[static_cast<Column>(found - kColumnNames.begin())] = std::string(part.substr(equals + 1));
  }
  return map;
}

Result<ColumnMap> find_columns(ImportKind kind, const ColumnMap& given, const std::vector<std::string>& names) {
  ColumnMap map;
  for (const auto& [column, name] : given) {
    auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      found = std::find_if(names.begin(), names.end(),
                           [wanted = plain(name)](const auto& other) { return plain(other) == wanted; });
    }
    if (found == names.end()) {
      return fail(ErrorCode::kInvalid, "unknown_column",
                  "the file has no column " + name + "; it has " + joined(names, ", "));
    }
    map[column] = *found;
  }
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto column = static_cast<Column>(i);
    if (map.contains(column)) continue;
    if (const std::string* name = find_synonym(kind, column, names)) map[column] = *name;
  }
  for (const Column column : needed(kind)) {
    if (map.contains(column)) continue;
    std::string message = "found no column for the ";
    message.append(to_string(column)).append("; name it with --map ").append(to_string(column));
    message.append("=NAME. The file has ").append(joined(names, ", "));
    return fail(ErrorCode::kInvalid, "missing_column", std::move(message));
  }
  return map;
}

Result<ImportFormat> format_of(std::string_view path) {
  const auto dot = path.rfind('.');
  const std::string ending = dot == std::string_view::npos ? "" : plain(path.substr(dot));
  if (ending == "csv" || ending == "tsv" || ending == "txt") return ImportFormat::csv;
  if (ending == "ndjson" || ending == "jsonl" || ending == "json") return ImportFormat::ndjson;
  return fail(ErrorCode::kInvalid, "unknown_format",
              "the file's name does not show its format; use --format csv or --format ndjson");
}

Result<std::unique_ptr<RowReader>> open_rows(const std::string& path, const RowOptions& options) {
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file) return fail(ErrorCode::kNotFound, "no_such_file", "cannot open " + path);
  return read_rows(std::move(file), options);
}

Result<std::unique_ptr<RowReader>> read_rows(std::unique_ptr<std::istream> in, const RowOptions& options) {
  if (options.format == ImportFormat::ndjson) return read_ndjson_rows(std::move(in), options);
  auto rows = std::make_unique<CsvRows>(std::move(in), options);
  if (auto begun = rows->begin(); !begun) return fail(std::move(begun.error()));
  return std::unique_ptr<RowReader>(std::move(rows));
}

std::string without_decimals(std::string_view id) {
  const std::size_t dot = id.find('.');
  const auto digits = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (dot == std::string_view::npos || !digits(id.substr(0, dot))) return std::string(id);
  const std::string_view rest = id.substr(dot + 1);
  if (rest.empty() || rest.find_first_not_of('0') != std::string_view::npos) return std::string(id);
  return std::string(id.substr(0, dot));
}

bool normalise(const RowOptions& options, std::string& text) {
  if (options.latin1) {
    std::string utf8;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80) {
        utf8.push_back(c);
      } else {
        utf8.push_back(static_cast<char>(0xc0 | byte >> 6));
        utf8.push_back(static_cast<char>(0x80 | (byte & 0x3f)));
      }
    }
    text = std::move(utf8);
  }
  static constexpr std::string_view kSpaces = " \t\r\n";
  text.erase(0, std::min(text.find_first_not_of(kSpaces), text.size()));
  text.erase(text.find_last_not_of(kSpaces) + 1);
  return is_utf8(text);
}

std::string shown(std::string_view value) {
  return utf8_cut(value, 200);
}

}  // namespace ordo::imports
