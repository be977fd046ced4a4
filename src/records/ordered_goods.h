// The goods of an order, as services outside ordo need them: to ship them, to declare them to customs, to charge them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "records/describe.h"
#include "records/notes.h"

namespace ordo {

// Pieces of one line.
struct OrderedGoods {
  std::string line_id;
  std::optional<ProductId> product_id;  // absent: a custom line or a fee
  std::optional<std::string> sku;
  std::string name;
  std::int64_t quantity = 0;
  std::optional<std::int64_t> weight_g;
  std::optional<Money> unit_price;
  Money total;

  friend bool operator==(const OrderedGoods&, const OrderedGoods&) = default;
};
BOOST_DESCRIBE_STRUCT(OrderedGoods, (), (line_id, product_id, sku, name, quantity, weight_g, unit_price, total))
constexpr auto notes(NotesOf<OrderedGoods>) {
  return std::array{Note{"product_id", "absent: a custom line or a fee"}, Note{"quantity", "pieces of the line"},
                    Note{"weight_g", "of a piece, in grams"}, Note{"unit_price", "of a piece, before discounts"},
                    Note{"total", "of these pieces: less discounts, with tax"}};
}

// `count` pieces of the line at `index`, from the piece `first` on. Line: OrderLine or PricedLine.
template <class Line>
OrderedGoods goods_of(const Line& line, std::size_t index, std::int64_t first, std::int64_t count) {
  OrderedGoods goods;
  goods.line_id = line.id.value_or(place_id(index));
  goods.product_id = line.product_id;
  goods.sku = line.sku;
  goods.name = line.name;
  goods.quantity = count;
  goods.weight_g = line.weight_g;
  goods.unit_price = line.unit_price;
  goods.total = line.total;
  if (count < line.quantity) goods.total.amount = worth_of(line.total.amount, line.quantity, first, count);
  return goods;
}

// All lines as a whole.
template <class Line>
std::vector<OrderedGoods> goods_of(std::span<const Line> lines) {
  std::vector<OrderedGoods> goods;
  goods.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) goods.push_back(goods_of(lines[i], i, 0, lines[i].quantity));
  return goods;
}

// The goods of a shipment by the order's lines. `lines`: one per product, of pieces that are still to be shipped, for
// the first time or again.
std::vector<OrderedGoods> shipped_goods(const Order& order, std::span<const StockLine> lines);

}  // namespace ordo
