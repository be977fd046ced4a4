#include "tables/json_table.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "tables/heading_list.h"
#include "tables/json_documents.h"
#include "tables/json_members.h"

namespace ordo::imports {
namespace {

// One document at a time: its own cells, then those of each of its lines.
class OpenDocument {
 public:
  // Takes the next document. Nothing if it could be read, else its problem. `text` stays in place: the tape points into
  // it.
  std::optional<RowProblem> read(const JsonDocument& document) {
    lines_ = LineList{};
    element_ = 0;
    if (!document.reason.empty()) return RowProblem{"", document.reason, document.detail, shown(document.text)};
    auto tape = JsonTape::parse(document.text);
    if (!tape) return RowProblem{"", "malformed_json", tape.error().message, shown(document.text)};
    tape_ = std::move(*tape);
    root_ = inner_document(*tape_, 0);
    if ((*tape_)[root_].kind != JsonNode::Kind::object) {
      return RowProblem{"", "malformed_json", "each document must be a JSON object", shown(document.text)};
    }
    lines_ = find_line_list(*tape_, root_);
    if (lines_.at != 0 && (*tape_)[lines_.at].count > 0) element_ = lines_.at + 1;
    return std::nullopt;
  }

  void give_shared(const GiveCell& give) const {
    std::string path;
    give_cells(*tape_, root_, path, lines_.at, give);
  }

  bool has_line() const { return element_ != 0; }

  // Goes to the next line.
  void take_line(const GiveCell& give) {
    const JsonTape& tape = *tape_;
    std::string path = lines_.path + "[]";
    give_cells(tape, inner_document(tape, element_), path, 0, give);
    element_ = tape[element_].end;
    if (element_ == tape[lines_.at].end) element_ = 0;
  }

 private:
  std::optional<JsonTape> tape_;
  std::size_t root_ = 0;
  LineList lines_;
  std::size_t element_ = 0;  // the next line; 0: none is left
};

class JsonTable final : public Table {
 public:
  JsonTable(std::unique_ptr<std::istream> in, JsonShape shape, HeadingList headings)
      : documents_(std::move(in), std::move(shape)), headings_(std::move(headings)) {}

  const std::vector<std::string>& headings() const override { return headings_.names(); }

  Result<bool> next(Row& row) override {
    row.problem.reset();
    row.begins_record = !open_.has_line();
    if (row.begins_record) {
      auto more = documents_.next(document_);
      if (!more || !*more) return more;
      shared_.assign(headings_.names().size(), {});
      row.problem = open_.read(document_);
      if (!row.problem) {
        open_.give_shared([&](auto path, auto value) { headings_.put(path, value, shared_); });
      }
    }
    row.line = document_.line;
    row.cells = shared_;
    if (open_.has_line()) open_.take_line([&](auto path, auto value) { headings_.put(path, value, row.cells); });
    return true;
  }

 private:
  JsonDocuments documents_;
  HeadingList headings_;
  JsonDocument document_;
  OpenDocument open_;                // document_, read
  std::vector<std::string> shared_;  // the cells of document_ outside of its lines
};

std::unique_ptr<std::istream> open_json_again(const OpenText& open, Error& error) {
  auto in = open();
  if (!in) error = {ErrorCode::kIo, "unreadable", "cannot open the file again", {}};
  return in;
}

// The first pass.
Result<HeadingList> find_headings(const OpenText& open, const JsonShape& shape) {
  Error error;
  auto in = open_json_again(open, error);
  if (!in) return fail(std::move(error));
  JsonDocuments documents(std::move(in), shape);
  HeadingList headings;
  JsonDocument document;
  std::string problem;
  const auto add = [&](std::string_view path, std::string_view) { headings.add_path(path); };
  while (true) {
    const auto more = documents.next(document);
    if (!more) return fail(more.error());
    if (!*more) break;
    OpenDocument read;
    if (const auto found = read.read(document)) {
      if (problem.empty()) problem = "line " + std::to_string(document.line) + ": " + found->detail;
      continue;
    }
    read.give_shared(add);
    while (read.has_line()) read.take_line(add);
  }
  if (headings.names().empty()) {
    if (problem.empty()) return fail(ErrorCode::kInvalid, "empty_file", "the file has no documents with members");
    return fail(ErrorCode::kInvalid, "malformed_json", "no document of the file can be read; " + problem);
  }
  return headings;
}

}  // namespace

Result<std::unique_ptr<Table>> open_json_table(const OpenText& open, const std::vector<std::string>* headings) {
  const auto shape = find_json_shape(open);
  if (!shape) return fail(shape.error());
  auto found = headings != nullptr ? Result<HeadingList>(HeadingList(*headings)) : find_headings(open, *shape);
  if (!found) return fail(std::move(found.error()));
  Error error;
  auto in = open_json_again(open, error);
  if (!in) return fail(std::move(error));
  return std::unique_ptr<Table>(std::make_unique<JsonTable>(std::move(in), *shape, std::move(*found)));
}

}  // namespace ordo::imports
