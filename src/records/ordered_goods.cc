#include "records/ordered_goods.h"

#include <algorithm>

namespace ordo {

std::vector<OrderedGoods> shipped_goods(const Order& order, std::span<const StockLine> lines) {
  std::vector<OrderedGoods> goods;
  for (const auto& wanted : lines) {
    std::int64_t left = wanted.quantity;
    for (std::size_t i = 0; i < order.lines.size() && left > 0; ++i) {
      const auto& line = order.lines[i];
      if (line.product_id != wanted.product_id) continue;
      const auto count = std::min(left, unshipped(line));
      if (count == 0) continue;
      // The pieces that were cancelled or returned are worth the first part of the line.
      goods.push_back(goods_of(line, i, line.cancelled + line.returned, count));
      left -= count;
    }
  }
  return goods;
}

}  // namespace ordo
