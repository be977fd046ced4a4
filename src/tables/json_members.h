// The members of JSON documents as cells: paths, lists of lines, and the values of MongoDB's extended JSON.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "records/json.h"

namespace ordo::imports {

// The object that matters: inside of {"order": {...}}, of {"node": {...}, "cursor": ...} or of a search hit's
// "_source".
std::size_t inner_document(const JsonTape& tape, std::size_t at);

// The list of a document whose elements are lines of an order, or variants of a product.
struct LineList {
  std::size_t at = 0;  // the array; 0: the document has none
  std::string path;    // "line_items"
};
// The best list of objects that does not stand in another list. First those called line_items, order_lines,
// order_items, lines, items, products or variants, in whatever spelling, before others whose elements have a product
// and a quantity; then the nearest to the outside; then one with elements; then the name, in this order.
LineList find_line_list(const JsonTape& tape, std::size_t document);

// True for the members of a line of an order: a quantity, and a product or its name.
bool is_like_line(std::span<const std::string_view> members);

using GiveCell = std::function<void(std::string_view path, std::string_view value)>;

// Gives each value below `at`, whose own path is `path`; null is an empty value. `without`: an array to leave out, or
// 0. Of a list, at most kMaxPlaces elements; then kOtherMembers with the path of the list.
void give_cells(const JsonTape& tape, std::size_t at, std::string& path, std::size_t without, const GiveCell& give);

// The value of extended JSON at `at`, such as {"$oid": "..."}: times as RFC 3339. Nothing for anything else.
std::optional<std::string> extended_value(const JsonTape& tape, std::size_t at);

}  // namespace ordo::imports
