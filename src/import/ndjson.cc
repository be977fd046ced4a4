#include "import/ndjson.h"

#include <optional>
#include <utility>

#include "base/number.h"
#include "domain/money.h"
#include "records/json.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kMaxLine = 4 * 1024 * 1024;

using Members = std::vector<std::pair<std::string, std::string>>;  // name, and value as text

bool is_lines(std::string_view name) {
  return name == "lines" || name == "products" || name == "items" || name == "line_items";
}

// Adds {"amount": 1999, "currency": "USD"} as "19.99" and its currency. False for any other object.
bool add_money(const JsonTape& tape, std::size_t at, std::string_view name, Members& out) {
  std::string_view amount;
  std::string_view code;
  for (std::size_t key = at + 1; key < tape[at].end; key = tape[key + 1].end) {
    if (tape[key].text == "amount" && tape[key + 1].kind == JsonNode::Kind::number) amount = tape[key + 1].text;
    if (tape[key].text == "currency" && tape[key + 1].kind == JsonNode::Kind::string) code = tape[key + 1].text;
  }
  const auto currency = Currency::parse(code);
  const auto minor = parse_integer<std::int64_t>(amount);
  if (!minor || !currency) return false;
  out.emplace_back(name, format_decimal({*minor, *currency}));
  out.emplace_back("currency", code);
  return true;
}

// Adds the scalars of the object at `at`. Returns the index of its array of lines; 0 without one.
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
  NdjsonRows(std::unique_ptr<std::istream> in, RowOptions options) : in_(std::move(in)), options_(std::move(options)) {}

  Result<bool> next(ImportRow& row) override {
    while (at_ == end_) {
      auto more = read_line();
      if (!more || !*more) return more;
      if (auto whole = open_line()) {
        row = std::move(*whole);
        return true;
      }
    }
    row = next_element();
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
    too_long_ = false;
    bool any = false;
    for (int c = in_->get(); c != std::istream::traits_type::eof(); c = in_->get()) {
      any = true;
      if (c == '\n') break;
      if (text_.size() < kMaxLine) {
        text_.push_back(static_cast<char>(c));
      } else {
        too_long_ = true;
      }
    }
    if (in_->bad()) return fail(ErrorCode::kIo, "unreadable", "cannot read the rest of the file");
    if (!any) return false;
    ++line_;
    if (line_ == 1 && text_.starts_with("\xef\xbb\xbf")) text_.erase(0, 3);
    return true;
  }

  // Returns the line's row when it has only one, or a problem. Returns nullopt when the line has no row, or one for
  // each element from at_ to end_.
  std::optional<ImportRow> open_line() {
    if (too_long_) return refused("row_too_long", "a line must have at most 4 MiB");
    if (!normalise(options_, text_)) return refused("bad_encoding", "is not UTF-8; try --encoding latin1");
    if (text_.empty()) return std::nullopt;
    auto tape = JsonTape::parse(text_);
    if (!tape) return refused("malformed_json", tape.error().message);
    if ((*tape)[0].kind != JsonNode::Kind::object)
      return refused("malformed_json", "each line must be one JSON object");
    shared_.clear();
    const std::size_t lines = add_members(*tape, 0, shared_);
    if (lines == 0) return row_of(shared_);
    if ((*tape)[lines].count == 0) return refused("no_lines", "an order needs at least one line");
    at_ = lines + 1;
    end_ = (*tape)[lines].end;
    json_ = std::move(*tape);
    return std::nullopt;
  }

  ImportRow next_element() {
    const JsonTape& json = *json_;
    const auto element = std::exchange(at_, json[at_].end);
    if (json[element].kind != JsonNode::Kind::object) {
      return refused("malformed_json", "each line of an order must be a JSON object");
    }
    // The element's own members come first, so that they override those of the order.
    Members members;
    add_members(json, element, members);
    members.insert(members.end(), shared_.begin(), shared_.end());
    return row_of(members);
  }

  ImportRow row_of(const Members& members) {
    std::vector<std::string> names;
    names.reserve(members.size());
    for (const auto& member : members) names.push_back(member.first);
    if (names != names_) {  // in most files, every line has the same members
      auto columns = find_columns(options_.kind, present(names), names);
      if (!columns) return refused(columns.error().reason, columns.error().message);
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
      normalise({}, row[column]);  // JSON is UTF-8, so this only trims spaces
    }
    return row;
  }

  // Objects omit members without a value. So --map applies only to existing members.
  ColumnMap present(const std::vector<std::string>& names) const {
    ColumnMap map;
    for (const auto& entry : options_.columns) {
      for (const auto& name : names) {
        if (name == entry.second) map.insert(entry);
      }
    }
    return map;
  }

  ImportRow refused(std::string reason, std::string detail) const {
    ImportRow row;
    row.line = line_;
    row.problem = RowProblem{"", std::move(reason), std::move(detail), shown(text_)};
    return row;
  }

  std::unique_ptr<std::istream> in_;
  RowOptions options_;
  std::string text_;  // one line of the file
  bool too_long_ = false;
  std::size_t line_ = 0;
  // A line with an array of lines. The elements from at_ to end_ are still to be returned, one row each.
  std::optional<JsonTape> json_;  // parsed text_
  Members shared_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::vector<std::string> names_;  // the members that columns_ belongs to
  ColumnMap columns_;
};

}  // namespace

std::unique_ptr<RowReader> read_ndjson_rows(std::unique_ptr<std::istream> in, const RowOptions& options) {
  return std::make_unique<NdjsonRows>(std::move(in), options);
}

}  // namespace ordo::imports
