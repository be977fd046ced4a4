// Goods in the body of a request: for each line a product and a quantity. Includes the descriptions: for .cc files.
#pragma once

#include <array>
#include <vector>

#include "domain/order.h"
#include "records/schema.h"

namespace ordo::api {

struct GoodsLineBody {
  ProductId product_id;
  std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(GoodsLineBody, (), (product_id, quantity))
constexpr auto notes(NotesOf<GoodsLineBody>) {
  return std::array{Note{.member = "quantity", .text = {}, .rules = R"({"minimum":1})"}};
}

// Adds the errors of the member "lines": it must have 1 to 1000 lines, each with a valid product id and a quantity
// above zero.
void check_goods(const std::vector<GoodsLineBody>& lines, std::vector<Violation>& found);

// The same for pieces of an order: each names a line or a product.
void check_pieces(const std::vector<OrderPieces>& lines, std::vector<Violation>& found);

std::vector<StockLine> stock_lines(const std::vector<GoodsLineBody>& lines);

}  // namespace ordo::api
