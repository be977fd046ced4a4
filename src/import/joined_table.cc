#include "import/joined_table.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <unordered_set>
#include <utility>

#include "base/fnv1a.h"
#include "cells/values.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kHeadChunk = 256 * 1024;

void append_length(std::size_t length, std::string& out) {
  for (; length >= 0x80; length >>= 7) out.push_back(static_cast<char>(0x80 | (length & 0x7f)));
  out.push_back(static_cast<char>(length));
}

std::size_t take_length(std::string_view& rest) {
  std::size_t length = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    length |= static_cast<std::size_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return length;
  }
}

// The headings that both files have, in the order of the first one.
std::vector<std::string> common(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const std::unordered_set<std::string_view> known(b.begin(), b.end());
  std::vector<std::string> found;
  std::copy_if(a.begin(), a.end(), std::back_inserter(found), [&](const auto& name) { return known.contains(name); });
  return found;
}

std::size_t place_in(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

// The rows of the heads by order, each as lengths and texts of its cells.
class JoinedTable::Heads {
 public:
  Heads(std::size_t columns, std::size_t key) : columns_(columns), key_(key) {}

  // kInvalid "too_many_heads".
  Result<void> add(const Row& row);
  void seal();
  // Puts the cells of the order's head into the first cells of the row. False if there is none.
  bool find(std::string_view order, std::vector<std::string>& cells);
  // A head that find() has not found. False if there is none left.
  bool next_unused(std::vector<std::string>& cells, std::size_t& line);

 private:
  struct Entry {
    std::uint64_t hash;
    std::uint32_t chunk;
    std::uint32_t offset;
  };
  std::string_view text_at(const Entry& entry) const {
    return std::string_view(chunks_[entry.chunk]).substr(entry.offset);
  }
  void read(const Entry& entry, std::vector<std::string>& cells, std::size_t& line) const;

  const std::size_t columns_;
  const std::size_t key_;
  std::deque<std::string> chunks_;
  std::size_t bytes_ = 0;
  std::vector<Entry> entries_;
  std::vector<bool> used_;
  std::size_t unused_from_ = 0;
};

Result<void> JoinedTable::Heads::add(const Row& row) {
  const auto order = key_ < row.cells.size() ? bare_id(row.cells[key_]) : std::string();
  if (order.empty()) return {};  // a blank row, or a sum below the others
  std::string text;
  append_length(row.line, text);
  for (std::size_t i = 0; i < columns_; ++i) {
    const std::string_view cell = i < row.cells.size() ? std::string_view(row.cells[i]) : std::string_view();
    append_length(cell.size(), text);
    text += cell;
  }
  bytes_ += text.size() + sizeof(Entry);
  if (bytes_ > kMaxHeadBytes) {
    return fail(ErrorCode::kInvalid, "too_many_heads",
                "the heads of the orders need more than 128 MiB; split them, and import each part with all lines");
  }
  if (chunks_.empty() || chunks_.back().size() + text.size() > kHeadChunk) chunks_.emplace_back();
  entries_.push_back({fnv1a(order), static_cast<std::uint32_t>(chunks_.size() - 1),
                      static_cast<std::uint32_t>(chunks_.back().size())});
  chunks_.back() += text;
  return {};
}

void JoinedTable::Heads::seal() {
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.hash < b.hash; });
  used_.resize(entries_.size());
}

void JoinedTable::Heads::read(const Entry& entry, std::vector<std::string>& cells, std::size_t& line) const {
  std::string_view rest = text_at(entry);
  line = take_length(rest);
  for (std::size_t i = 0; i < columns_; ++i) {
    const auto length = take_length(rest);
    cells[i].assign(rest.substr(0, length));
    rest.remove_prefix(length);
  }
}

bool JoinedTable::Heads::find(std::string_view order, std::vector<std::string>& cells) {
  const auto hash = fnv1a(order);
  auto at = std::lower_bound(entries_.begin(), entries_.end(), hash,
                             [](const Entry& entry, std::uint64_t value) { return entry.hash < value; });
  std::size_t line = 0;
  for (; at != entries_.end() && at->hash == hash; ++at) {
    read(*at, cells, line);
    if (bare_id(cells[key_]) != order) continue;
    used_[static_cast<std::size_t>(at - entries_.begin())] = true;
    return true;
  }
  for (std::size_t i = 0; i < columns_; ++i) cells[i].clear();
  return false;
}

bool JoinedTable::Heads::next_unused(std::vector<std::string>& cells, std::size_t& line) {
  while (unused_from_ < used_.size() && used_[unused_from_]) ++unused_from_;
  if (unused_from_ == used_.size()) return false;
  read(entries_[unused_from_++], cells, line);
  return true;
}

JoinedTable::JoinedTable() = default;
JoinedTable::~JoinedTable() = default;

Result<std::unique_ptr<JoinedTable>> JoinedTable::open(const std::string& heads_path, const std::string& lines_path,
                                                       const TableOptions& options, const ColumnChoices& choices) {
  auto heads = open_table(heads_path, options);
  if (!heads) return fail(std::move(heads.error()));
  auto lines = open_table(lines_path, options);
  if (!lines) return fail(std::move(lines.error()));
  return join(std::move(*heads), std::move(*lines), choices);
}

Result<std::unique_ptr<JoinedTable>> JoinedTable::join(std::unique_ptr<Table> heads, std::unique_ptr<Table> lines,
                                                       const ColumnChoices& choices) {
  std::unique_ptr<JoinedTable> joined(new JoinedTable);
  joined->lines_ = std::move(lines);
  if (auto begun = joined->begin(std::move(heads), choices); !begun) return fail(std::move(begun.error()));
  return joined;
}

Result<void> JoinedTable::begin(std::unique_ptr<Table> heads, const ColumnChoices& choices) {
  const auto& of_heads = heads->headings();
  const auto& of_lines = lines_->headings();
  // A column that both files have is the order's number more likely than one with a better name in only one of them.
  const auto shared = common(of_heads, of_lines);
  if (const auto key = find_order_column(choices, shared); key) {
    heads_key_ = place_in(of_heads, shared[*key]);
    lines_key_ = place_in(of_lines, shared[*key]);
  } else {
    const auto in_heads = find_order_column(choices, of_heads);
    if (!in_heads) return fail(in_heads.error());
    const auto in_lines = find_order_column(choices, of_lines);
    if (!in_lines) return fail(in_lines.error());
    heads_key_ = *in_heads;
    lines_key_ = *in_lines;
  }
  headings_ = of_heads;
  for (std::size_t i = 0; i < of_lines.size(); ++i) {
    if (i == lines_key_) continue;
    const bool there = std::find(of_heads.begin(), of_heads.end(), of_lines[i]) != of_heads.end();
    headings_.push_back(of_lines[i] + (there ? "#2" : ""));
  }
  heads_ = std::make_unique<Heads>(of_heads.size(), heads_key_);
  Row row;
  while (true) {
    const auto more = heads->next(row);
    if (!more) return fail(more.error());
    if (!*more) break;
    if (auto added = heads_->add(row); !added) return added;
  }
  heads_->seal();
  return {};
}

const std::vector<std::string>& JoinedTable::headings() const {
  return headings_;
}

const std::string& JoinedTable::order_heading() const {
  return headings_[heads_key_];
}

// Puts the cells of the head before those of the line.
void JoinedTable::join_row(Row& row) {
  const auto order = lines_key_ < row.cells.size() ? row.cells[lines_key_] : std::string();
  std::vector<std::string> cells(headings_.size());
  std::size_t at = headings_.size() - (lines_->headings().size() - 1);
  const std::size_t heads = at;
  for (std::size_t i = 0; i < lines_->headings().size(); ++i) {
    if (i != lines_key_) cells[at++] = i < row.cells.size() ? std::move(row.cells[i]) : std::string();
  }
  const bool found = !order.empty() && heads_->find(bare_id(order), cells);
  if (!found && heads > 0) cells[heads_key_] = order;
  if (!found && !order.empty() && !row.problem) {
    row.problem = RowProblem{headings_[heads_key_], "no_head", "the file of heads has no such order", shown(order)};
  }
  row.cells = std::move(cells);
}

Result<bool> JoinedTable::next(Row& row) {
  if (!lines_ended_) {
    auto more = lines_->next(row);
    if (!more) return more;
    if (*more) {
      join_row(row);
      return true;
    }
    lines_ended_ = true;
  }
  row = Row();
  row.cells.resize(headings_.size());
  if (!heads_->next_unused(row.cells, row.line)) return false;
  row.problem = RowProblem{headings_[heads_key_], "no_lines", "the file of lines has no line of this order",
                           shown(row.cells[heads_key_])};
  return true;
}

}  // namespace ordo::imports
