#include "cli/ndjson.h"

#include <charconv>
#include <deque>
#include <utility>

#include "domain/money.h"
#include "records/json.h"

namespace ordo::cli {
namespace {

constexpr std::size_t kMaxLine = 4 * 1024 * 1024;

using Members = std::vector<std::pair<std::string, std::string>>;  // name, value as text

bool is_lines(std::string_view name) {
  return name == "lines" || name == "products" || name == "items" || name == "line_items";
}

// {"amount": 1999, "currency": "USD"} as "19.99" and its currency; false for any other object.
bool add_money(const JsonTape& tape, std::size_t at, std::string_view name, Members& out) {
  std::string_view amount;
  std::string_view code;
  for (std::size_t key = at + 1; key < tape[at].end; key = tape[key + 1].end) {
    if (tape[key].text == "amount" && tape[key + 1].kind == JsonNode::Kind::number) amount = tape[key + 1].text;
    if (tape[key].text == "currency" && tape[key + 1].kind == JsonNode::Kind::string) code = tape[key + 1].text;
  }
  const auto currency = Currency::parse(code);
  std::int64_t minor = 0;
  const auto read = std::from_chars(amount.data(), amount.data() + amount.size(), minor);
  if (amount.empty() || !currency || read.ec != std::errc() || read.ptr != amount.data() + amount.size()) return false;
  out.emplace_back(name, format_decimal({minor, *currency}));
  out.emplace_back("currency", code);
  return true;
}

// The scalars of the object at `at`. Returns the index of its array of lines, 0 when it has none.
std::size_t add_members(const JsonTape& tape, std::size_t at, Members& out) {
  std::size_t lines = 0;
  for (std::size_t key = at + 1; key < tape[at].end; key = tape[key + 1].end) {
    const JsonNode& value = tape[key + 1];
    const std::string_view name = tape[key].text;
    switch (value.kind) {
      case JsonNode::Kind::string:
      case JsonNode::Kind::number:
        out.emplace_back(name, value.text);
        break;
      case JsonNode::Kind::boolean:
        out.emplace_back(name, value.boolean ? "true" : "false");
        break;
      case JsonNode::Kind::object:
        add_money(tape, key + 1, name, out);
        break;
      case JsonNode::Kind::array:
        if (is_lines(name)) lines = key + 1;
        break;
      case JsonNode::Kind::null:
        break;
    }
  }
  return lines;
}

class NdjsonRows final : public RowReader {
 public:
  NdjsonRows(std::unique_ptr<std::ifstream> file, RowOptions options)
      : file_(std::move(file)), options_(std::move(options)) {}

  Result<bool> next(ImportRow& row) override {
    while (ready_.empty()) {
      auto more = read_line();
      if (!more) return fail(std::move(more.error()));
      if (!*more) return false;
    }
    row = std::move(ready_.front());
    ready_.pop_front();
    return true;
  }

  std::string name_of(Column column) const override {
    const auto found = columns_.find(column);
    return found != columns_.end() ? found->second : std::string(to_string(column));
  }

 private:
  // False at the end of the file.
  Result<bool> read_line() {
    text_.clear();
    bool any = false;
    bool long_line = false;
    for (int c = file_->get(); c != std::ifstream::traits_type::eof(); c = file_->get()) {
      any = true;
      if (c == '\n') break;
      if (text_.size() < kMaxLine) {
        text_.push_back(static_cast<char>(c));
      } else {
        long_line = true;
      }
    }
    if (file_->bad()) return fail(ErrorCode::kIo, "unreadable", "the file cannot be read further");
    if (!any) return false;
    ++line_;
    if (line_ == 1 && text_.starts_with("\xef\xbb\xbf")) text_.erase(0, 3);
    if (long_line) {
      refuse("row_too_long", "a line has at most 4 MiB");
    } else if (!normalise(options_, text_)) {
      refuse("bad_encoding", "is not UTF-8; try --encoding latin1");
    } else if (!text_.empty()) {
      add_rows();
    }
    return true;
  }

  void add_rows() {
    const auto tape = JsonTape::parse(text_);
    if (!tape) return refuse("malformed_json", tape.error().message);
    const JsonTape& json = *tape;
    if (json[0].kind != JsonNode::Kind::object) return refuse("malformed_json", "each line is one JSON object");
    Members shared;
    const std::size_t lines = add_members(json, 0, shared);
    if (lines == 0) return add_row(shared);
    if (json[lines].count == 0) return refuse("no_lines", "an order needs at least one line");
    for (std::size_t at = lines + 1; at < json[lines].end; at = json[at].end) {
      if (json[at].kind != JsonNode::Kind::object) {
        refuse("malformed_json", "each line of an order is a JSON object");
        continue;
      }
      // The element's own members come first, so that they win over those of the order around it.
      Members members;
      add_members(json, at, members);
      members.insert(members.end(), shared.begin(), shared.end());
      add_row(members);
    }
  }

  void add_row(const Members& members) {
    std::vector<std::string> names;
    names.reserve(members.size());
    for (const auto& member : members) names.push_back(member.first);
    if (names != names_) {  // most files have the same members in every line
      auto columns = find_columns(options_.kind, present(names), names);
      if (!columns) return refuse(columns.error().reason, columns.error().message);
      columns_ = std::move(*columns);
      names_ = std::move(names);
    }
    ImportRow row;
    row.line = line_;
    for (const auto& [column, name] : columns_) {
      for (const auto& member : members) {
        if (member.first != name) continue;
        row[column] = member.second;
        break;
      }
      if (!normalise({}, row[column]) && !row.problem) {
        row.problem = RowProblem{name, "bad_encoding", "is not UTF-8", ""};
      }
    }
    ready_.push_back(std::move(row));
  }

  // Objects leave out what they have no value for: --map is for those members that are there.
  ColumnMap present(const std::vector<std::string>& names) const {
    ColumnMap map;
    for (const auto& entry : options_.columns) {
      for (const auto& name : names) {
        if (name == entry.second) map.insert(entry);
      }
    }
    return map;
  }

  void refuse(std::string reason, std::string detail) {
    ImportRow row;
    row.line = line_;
    row.problem = RowProblem{"", std::move(reason), std::move(detail), shown(text_)};
    ready_.push_back(std::move(row));
  }

  std::unique_ptr<std::ifstream> file_;
  RowOptions options_;
  std::string text_;
  std::size_t line_ = 0;
  std::deque<ImportRow> ready_;     // the rows of one line of the file: at most kMaxLine bytes of JSON
  std::vector<std::string> names_;  // of the members that columns_ was found for
  ColumnMap columns_;
};

}  // namespace

Result<std::unique_ptr<RowReader>> open_ndjson_rows(std::unique_ptr<std::ifstream> file, const RowOptions& options) {
  return std::unique_ptr<RowReader>(std::make_unique<NdjsonRows>(std::move(file), options));
}

}  // namespace ordo::cli
