#include "tables/json_members.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/encoding.h"
#include "base/number.h"
#include "base/time.h"
#include "records/json_pick.h"
#include "tables/table.h"

namespace ordo::imports {
namespace {

using NodeKind = JsonNode::Kind;

// Lower case, letters and digits only: lineItems and line_items are the same.
std::string member_word(std::string_view name) {
  std::string word;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      word.push_back(static_cast<char>(c - 'A' + 'a'));
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      word.push_back(c);
    }
  }
  return word;
}

bool is_word_of(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <class Visit>
void for_each_json_member(const JsonTape& tape, std::size_t object, const Visit& visit) {
  for (std::size_t key = object + 1; key < tape[object].end; key = tape[key + 1].end) visit(tape[key].text, key + 1);
}

// --- extended JSON ---------------------------------------------------------------------------------------------------

std::string time_of_ms(std::int64_t ms) {
  static constexpr std::int64_t kYear0 = -62'167'219'200'000;
  static constexpr std::int64_t kYear9999 = 253'402'300'799'999;
  return ms >= kYear0 && ms <= kYear9999 ? to_rfc3339(from_unix_ms(ms)) : std::to_string(ms);
}

// {"$date": "2024-03-05T..."}, milliseconds as a number, or as {"$numberLong": "..."}.
std::string date_value(const JsonTape& tape, std::size_t at) {
  const auto inner = extended_value(tape, at);
  std::string text = inner ? *inner : std::string(tape[at].text);
  if (tape[at].kind == NodeKind::string) return text;
  const auto ms = parse_integer<std::int64_t>(text);
  return ms ? time_of_ms(*ms) : text;
}

// Sixteen bytes of the subtypes 3 and 4 are a UUID; other bytes stay base64.
std::string binary_value(const JsonTape& tape, std::size_t at) {
  const auto base64 = text_of(tape, at, "base64");
  const auto bytes = from_base64(base64);
  const auto subtype = text_of(tape, at, "subType");
  if (!bytes || bytes->size() != 16 || (subtype != "04" && subtype != "03")) return std::string(base64);
  std::string uuid = to_hex(*bytes);
  for (const std::size_t place : {20, 16, 12, 8}) uuid.insert(place, 1, '-');
  return uuid;
}

// --- lists of lines --------------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 8> kListNames = {"lineitems", "orderlines", "orderitems", "lines",
                                                        "items",     "products",   "variants",   "stocklevels"};

// The array of elements: `at` itself, or inside of {"edges": [...]} and {"nodes": [...]}. 0: none.
std::size_t list_at(const JsonTape& tape, std::size_t at) {
  if (tape[at].kind == NodeKind::array) return at;
  for (const auto* name : {"edges", "nodes"}) {
    const auto inner = member(tape, at, name);
    if (inner && tape[*inner].kind == NodeKind::array) return *inner;
  }
  return 0;
}

bool holds_lines(const JsonTape& tape, std::size_t list) {
  if (tape[list].count == 0 || tape[list + 1].kind != NodeKind::object) return false;
  std::vector<std::string_view> names;
  for_each_json_member(tape, list + 1, [&](std::string_view name, std::size_t) { names.push_back(name); });
  return is_like_line(names);
}

class LineListSearch {
 public:
  explicit LineListSearch(const JsonTape& tape) : tape_(tape) {}

  void search(std::size_t object, std::size_t depth) {
    for_each_json_member(tape_, object, [&](std::string_view name, std::size_t value) {
      const std::size_t before = path_.size();
      if (!path_.empty()) path_.push_back('.');
      path_ += name;
      if (const std::size_t list = list_at(tape_, value); list != 0) {
        consider(list, name, depth);
      } else if (tape_[value].kind == NodeKind::object) {
        search(value, depth + 1);
      }
      path_.resize(before);
    });
  }

  LineList take() { return std::move(best_); }

 private:
  void consider(std::size_t list, std::string_view name, std::size_t depth) {
    const bool empty = tape_[list].count == 0;
    if (!empty && tape_[list + 1].kind != NodeKind::object) return;
    const auto known = std::find(kListNames.begin(), kListNames.end(), member_word(name));
    if (known == kListNames.end() && !holds_lines(tape_, list)) return;
    const Rank rank = {known == kListNames.end() ? 1U : 0U, depth, empty ? 1U : 0U,
                       static_cast<std::size_t>(known - kListNames.begin())};
    if (best_.at != 0 && rank >= rank_) return;
    rank_ = rank;
    best_ = {list, path_};
  }

  using Rank = std::array<std::size_t, 4>;  // the smallest is the best
  const JsonTape& tape_;
  std::string path_;
  LineList best_;
  Rank rank_{};
};

// Of {"node": ..., "cursor": ...} and of a search hit, whose own members begin with "_". `at` if it is neither.
std::size_t wrapped_document(const JsonTape& tape, std::size_t at) {
  const auto node = member(tape, at, "node");
  if (node && tape[at].count == 2 && member(tape, at, "cursor")) return *node;
  const auto source = member(tape, at, "_source");
  bool all_of_hit = true;
  for_each_json_member(tape, at, [&](std::string_view name, std::size_t) {
    all_of_hit = all_of_hit && (name.starts_with('_') || name == "sort" || name == "fields" || name == "highlight");
  });
  return source && all_of_hit ? *source : at;
}

void give_list(const JsonTape& tape, std::size_t at, std::string& path, std::size_t without, const GiveCell& give) {
  const std::size_t before = path.size();
  std::size_t place = 0;
  for (std::size_t element = at + 1; element < tape[at].end; element = tape[element].end, ++place) {
    if (place == kMaxPlaces) {
      give(kOtherMembers, path);
      return;
    }
    path += "." + std::to_string(place);
    give_cells(tape, element, path, without, give);
    path.resize(before);
  }
}

}  // namespace

std::size_t inner_document(const JsonTape& tape, std::size_t at) {
  while (tape[at].kind == NodeKind::object && tape[at].count > 0 && !extended_value(tape, at)) {
    const std::size_t inner = tape[at].count == 1 ? at + 2 : wrapped_document(tape, at);
    if (inner == at || tape[inner].kind != NodeKind::object || extended_value(tape, inner)) break;
    at = inner;
  }
  return at;
}

LineList find_line_list(const JsonTape& tape, std::size_t document) {
  LineListSearch search(tape);
  search.search(document, 0);
  return search.take();
}

bool is_like_line(std::span<const std::string_view> members) {
  static constexpr std::array<std::string_view, 9> kProductWords = {"sku",  "product", "item", "name",   "title",
                                                                    "asin", "article", "ean",  "variant"};
  bool quantity = false;
  bool product = false;
  for (const auto name : members) {
    const std::string word = member_word(name);
    if (word.ends_with("quantity") || word.ends_with("qty") || word == "menge") {
      quantity = true;
    } else {
      product = product || std::any_of(kProductWords.begin(), kProductWords.end(),
                                       [&](std::string_view part) { return word.find(part) != std::string::npos; });
    }
  }
  return quantity && product;
}

void give_cells(const JsonTape& tape, std::size_t at, std::string& path, std::size_t without, const GiveCell& give) {
  if (at == without && without != 0) return;
  const JsonNode& node = tape[at];
  switch (node.kind) {
    case NodeKind::null:
      return give(path, {});
    case NodeKind::boolean:
      return give(path, node.boolean ? "true" : "false");
    case NodeKind::number:
    case NodeKind::string:
      return give(path, node.text);
    case NodeKind::array:
      return give_list(tape, at, path, without, give);
    case NodeKind::object:
      break;
  }
  if (const auto value = extended_value(tape, at)) return give(path, *value);
  const std::size_t before = path.size();
  for_each_json_member(tape, at, [&](std::string_view name, std::size_t value) {
    if (!path.empty()) path.push_back('.');
    path += name;
    give_cells(tape, value, path, without, give);
    path.resize(before);
  });
}

std::optional<std::string> extended_value(const JsonTape& tape, std::size_t at) {
  const JsonNode& node = tape[at];
  if (node.kind != NodeKind::object || node.count == 0 || !tape[at + 1].text.starts_with('$')) return std::nullopt;
  if (const auto id = member(tape, at, "$id"); id && member(tape, at, "$ref")) {  // a reference to another document
    const auto value = extended_value(tape, *id);
    return value ? *value : std::string(tape[*id].text);
  }
  if (node.count != 1) return std::nullopt;
  const std::string_view name = tape[at + 1].text;
  const std::size_t value = at + 2;
  if (name == "$date") return date_value(tape, value);
  if (name == "$binary") return binary_value(tape, value);
  if (name == "$undefined") return std::string();
  if (name == "$timestamp") {
    const auto seconds = whole_of(tape, value, "t");
    return seconds && *seconds >= 0 && *seconds <= UINT32_MAX ? time_of_ms(*seconds * 1000) : std::string();
  }
  static constexpr std::array<std::string_view, 7> kPlain = {
      "$oid", "$numberDecimal", "$numberDouble", "$numberInt", "$numberLong", "$symbol", "$uuid"};
  const bool is_text = tape[value].kind == NodeKind::string || tape[value].kind == NodeKind::number;
  return is_word_of(name, kPlain) && is_text ? std::optional(std::string(tape[value].text)) : std::nullopt;
}

}  // namespace ordo::imports
