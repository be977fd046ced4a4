// All lines of an order in one cell of CSV, as some shops export them:
//   WooCommerce   id:1|name:Candle|sku:CND-1|quantity:2|total:25.00;id:2|name:...
//   BigCommerce   Product ID: 1, Product Qty: 2, Product SKU: CND-1, ...|Product ID: 2, ...
//   JSON          [{"productId": "...", "quantity": 2}, ...]
// Such a column "line_items" becomes rows with the headings "line_items[].sku" and so on. Several columns that differ
// only by a number at the end have one line each: line_item_1, line_item_2 become "line_item[].sku".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ordo::imports {

// The members of one line, in their order: name, value.
using PackedLine = std::vector<std::pair<std::string, std::string>>;

// Nothing if the cell is not one of these, or if one of its lines has no quantity or no product: then a spreadsheet may
// have cut the cell.
std::optional<std::vector<PackedLine>> unpack_lines(std::string_view cell);

// The columns of a file that hold packed lines.
struct PackedColumns {
  std::string list;  // what stands before "[]" in the headings; empty: the file has none
  std::vector<std::size_t> columns;
};

// The column `packed` of `headings`, with those that differ from it only by a number at the end.
PackedColumns packed_columns(const std::vector<std::string>& headings, std::size_t packed);
// The columns of a list by its name.
PackedColumns packed_columns(const std::vector<std::string>& headings, std::string_view list);

}  // namespace ordo::imports
