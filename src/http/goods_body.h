// Goods in the body of a request: so many of a product, line by line. Pulls the descriptions in: for .cc files.
#pragma once

#include <array>
#include <vector>

#include "domain/order.h"
#include "records/schema.h"

namespace ordo::http {

struct GoodsLineBody {
  ProductId product_id;
  std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(GoodsLineBody, (), (product_id, quantity))
constexpr auto notes(NotesOf<GoodsLineBody>) {
  return std::array{Note{.member = "quantity", .text = {}, .rules = R"({"minimum":1})"}};
}

// Adds what is wrong with the member "lines": 1 to 1000 of them, each with a quantity above zero.
void check_goods(const std::vector<GoodsLineBody>& lines, std::vector<Violation>& found);

std::vector<StockLine> stock_lines(const std::vector<GoodsLineBody>& lines);

}  // namespace ordo::http
