#include "tables/csv_table.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "client/csv.h"
#include "records/json.h"
#include "tables/heading_list.h"
#include "tables/json_members.h"
#include "tables/packed_lines.h"

namespace ordo::imports {
namespace {

// The headings of a file, and which of its columns become rows of their own.
struct CsvLayout {
  HeadingList headings;     // of the columns, then of the members of packed lines
  std::size_t columns = 0;  // in the file
  PackedColumns packed;
};

// A number, a date or the like, which a spreadsheet would change.
bool is_figures(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9' &&
         text.find_first_not_of("0123456789.,-:/ ") == std::string_view::npos;
}

// The records that have text, with clean fields.
class CsvRecords {
 public:
  CsvRecords(std::unique_ptr<std::istream> in, char delimiter) : in_(std::move(in)), csv_(*in_, delimiter) {}

  // The first record. Fills the headings of `layout`.
  Result<void> read_headings(CsvLayout& layout) {
    auto more = next();
    if (!more) return fail(std::move(more.error()));
    if (!*more) return fail(ErrorCode::kInvalid, "empty_file", "the file is empty; it needs a line of headings");
    if (!record_.problem.empty() || odd_) {
      return fail(
          ErrorCode::kInvalid, "malformed_headings",
          "line " + std::to_string(record_.line) + ", the headings: " +
              (odd_ ? "column " + std::to_string(*odd_ + 1) + " has bytes that are no characters" : record_.problem));
    }
    if (record_.fields.size() >= kMaxHeadings) {
      return fail(ErrorCode::kInvalid, "too_many_columns",
                  "the file has " + std::to_string(record_.fields.size()) + " columns; at most " +
                      std::to_string(kMaxHeadings - 1) + " can be read");
    }
    header_ = record_.fields;
    for (auto& name : record_.fields) layout.headings.add_column(std::move(name));
    layout.columns = header_.size();
    return {};
  }

  // False at the end. Passes over records without text, and over a repetition of the headings.
  Result<bool> next() {
    while (csv_.next(record_)) {
      odd_.reset();
      for (std::size_t i = 0; i < record_.fields.size(); ++i) {
        auto& field = record_.fields[i];
        if (clean_text(field)) {
          unwrap_cell(field);
        } else if (!odd_) {
          odd_ = i;
        }
      }
      if (!record_.problem.empty()) return true;
      const auto& fields = record_.fields;
      const bool blank = std::all_of(fields.begin(), fields.end(), [](const auto& field) { return field.empty(); });
      if (!blank && fields != header_) return true;
      ++blank_rows_;
    }
    if (in_->bad()) return fail(ErrorCode::kIo, "unreadable", "cannot read the rest of the file");
    return false;
  }

  client::CsvRecord& record() { return record_; }
  // The first field that is not UTF-8.
  std::optional<std::size_t> odd() const { return odd_; }
  std::uint64_t blank_rows() const { return blank_rows_; }

 private:
  std::unique_ptr<std::istream> in_;
  client::CsvReader csv_;
  client::CsvRecord record_;
  std::vector<std::string> header_;
  std::optional<std::size_t> odd_;
  std::uint64_t blank_rows_ = 0;
};

class CsvTable final : public Table {
 public:
  CsvTable(std::unique_ptr<CsvRecords> records, CsvLayout layout)
      : records_(std::move(records)), layout_(std::move(layout)) {}

  const std::vector<std::string>& headings() const override { return layout_.headings.names(); }
  std::uint64_t blank_rows() const override { return records_->blank_rows(); }

  Result<bool> next(Row& row) override {
    row.problem.reset();
    row.begins_record = next_line_ == lines_.size();
    if (row.begins_record) {
      auto more = records_->next();
      if (!more || !*more) return more;
      lines_.clear();
      next_line_ = 0;
      row.problem = take_cells(row.cells);
      unpack(row);
    } else {
      row.cells = shared_;
    }
    row.line = records_->record().line;
    if (next_line_ < lines_.size()) {
      for (const auto& [name, value] : lines_[next_line_]) put_member(name, value, row.cells);
      ++next_line_;
    }
    return true;
  }

 private:
  // Moves the fields of the record into `cells`.
  std::optional<RowProblem> take_cells(std::vector<std::string>& cells) {
    auto& [line, fields, problem] = records_->record();
    std::optional<RowProblem> found;
    std::size_t known = fields.size();
    if (!problem.empty()) {
      found = RowProblem{"", "malformed_row", problem, shown(fields.back())};
      --known;  // the last is the rest of the line
    } else if (const auto odd = records_->odd(); odd && *odd < layout_.columns) {
      found = RowProblem{headings()[*odd], "bad_encoding", "has bytes that are no characters", shown(fields[*odd])};
    } else if (std::any_of(fields.begin() + static_cast<std::ptrdiff_t>(std::min(known, layout_.columns)), fields.end(),
                           [](const auto& field) { return !field.empty(); })) {
      found = RowProblem{"", "wrong_field_count",
                         "the file has " + std::to_string(layout_.columns) + " headings, this row has " +
                             std::to_string(known) + " fields; a text with the delimiter in it needs quotes",
                         shown(fields.back())};
    }
    known = std::min(known, layout_.columns);
    cells.resize(headings().size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      cells[i].clear();
      if (i < known && (!found || clean_text(fields[i]))) cells[i].swap(fields[i]);
    }
    return found;
  }

  // Reads the packed lines of a row, and leaves their cells empty.
  void unpack(Row& row) {
    for (const std::size_t column : layout_.packed.columns) {
      std::string& cell = row.cells[column];
      if (cell == "[]") cell.clear();
      if (cell.empty()) continue;
      if (auto lines = unpack_lines(cell)) {
        std::move(lines->begin(), lines->end(), std::back_inserter(lines_));
        cell.clear();
      } else if (!row.problem) {
        row.problem = RowProblem{headings()[column], "malformed_lines",
                                 "does not hold lines as other rows do; a spreadsheet may have cut it", shown(cell)};
      }
    }
    for (auto& cell : row.cells) cut_cell(cell);
    if (row.problem) lines_.clear();
    if (lines_.size() > 1) shared_ = row.cells;
  }

  void put_member(std::string_view name, std::string_view value, std::vector<std::string>& cells) const {
    layout_.headings.put(layout_.packed.list + "[]." + std::string(name), value, cells);
  }

  std::unique_ptr<CsvRecords> records_;
  CsvLayout layout_;
  std::vector<PackedLine> lines_;  // of the record; those from next_line_ on are still to come
  std::size_t next_line_ = 0;
  std::vector<std::string> shared_;  // the other cells of the record
};

Result<std::unique_ptr<CsvRecords>> open_records(const OpenText& open, char delimiter, CsvLayout& layout) {
  auto in = open();
  if (!in) return fail(ErrorCode::kIo, "unreadable", "cannot open the file again");
  auto records = std::make_unique<CsvRecords>(std::move(in), delimiter);
  layout = CsvLayout{};
  if (auto read = records->read_headings(layout); !read) return fail(std::move(read.error()));
  return records;
}

// The first pass: looks for packed lines in the first rows, then for their members in all rows.
Result<void> find_packed_lines(CsvRecords& records, CsvLayout& layout) {
  static constexpr std::size_t kRows = 1'000;
  const std::vector<std::string> columns = layout.headings.names();
  for (std::size_t row = 0; row < kRows || !layout.packed.list.empty(); ++row) {
    const auto more = records.next();
    if (!more) return fail(more.error());
    if (!*more) break;
    const auto& fields = records.record().fields;
    for (std::size_t i = 0; i < std::min(fields.size(), columns.size()) && layout.packed.list.empty(); ++i) {
      if (unpack_lines(fields[i])) layout.packed = packed_columns(columns, i);
    }
    for (const std::size_t column : layout.packed.columns) {
      const auto lines = column < fields.size() ? unpack_lines(fields[column]) : std::nullopt;
      if (!lines) continue;
      for (const auto& line : *lines) {
        for (const auto& member : line) layout.headings.add_path(layout.packed.list + "[]." + member.first);
      }
    }
  }
  return {};
}

// The second pass: the headings of the first one, if the file still begins with its part of them.
Result<void> use_headings(const std::vector<std::string>& given, CsvLayout& layout) {
  const auto& own = layout.headings.names();
  if (given.size() < own.size() || !std::equal(own.begin(), own.end(), given.begin())) {
    return fail(ErrorCode::kInvalid, "file_changed", "the file was changed while it was read");
  }
  if (given.size() > own.size()) {
    const std::string& member = given[own.size()];
    layout.packed = packed_columns(own, std::string_view(member).substr(0, member.find("[]")));
  }
  layout.headings = HeadingList(given);
  return {};
}

}  // namespace

Result<std::unique_ptr<Table>> open_csv_table(const OpenText& open, char delimiter,
                                              const std::vector<std::string>* headings) {
  CsvLayout layout;
  auto records = open_records(open, delimiter, layout);
  if (!records) return fail(std::move(records.error()));
  if (headings != nullptr) {
    if (auto used = use_headings(*headings, layout); !used) return fail(std::move(used.error()));
    return std::unique_ptr<Table>(std::make_unique<CsvTable>(std::move(*records), std::move(layout)));
  }
  if (auto found = find_packed_lines(**records, layout); !found) return fail(std::move(found.error()));
  CsvLayout own;
  records = open_records(open, delimiter, own);
  if (!records) return fail(std::move(records.error()));
  return std::unique_ptr<Table>(std::make_unique<CsvTable>(std::move(*records), std::move(layout)));
}

void unwrap_cell(std::string& cell) {
  static constexpr std::string_view kObjectId = "ObjectId(";
  if (cell.size() < 2) return;
  const std::string_view text = cell;
  switch (text.front()) {
    case '\'':
      if (is_figures(text.substr(1)) || client::without_guard(text).size() < text.size()) {
        cell.erase(0, 1);
      }
      return;
    case '=':
      if (text.size() >= 3 && text[1] == '"' && text.find('"', 2) == text.size() - 1) {
        cell = cell.substr(2, cell.size() - 3);
        clean_text(cell);
      }
      return;
    case 'O':
      if (text.starts_with(kObjectId) && text.back() == ')') {
        std::string_view id = text.substr(kObjectId.size(), text.size() - kObjectId.size() - 1);
        if (id.size() > 2 && id.front() == '"' && id.back() == '"') id = id.substr(1, id.size() - 2);
        if (id.size() == 24 && id.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos) cell = id;
      }
      return;
    case '{':
      if (text.starts_with("{\"$")) {
        const auto tape = JsonTape::parse(text);
        const auto value = tape ? extended_value(*tape, 0) : std::nullopt;
        if (value) cell = *value;
        clean_text(cell);
      }
      return;
    default:
      return;
  }
}

}  // namespace ordo::imports
