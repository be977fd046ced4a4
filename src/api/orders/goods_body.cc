#include "api/orders/goods_body.h"

#include <string>

#include "records/json_codec.h"

namespace ordo::api {
namespace {

constexpr std::size_t kMaxLines = 1000;

}  // namespace

void check_goods(const std::vector<GoodsLineBody>& lines, std::vector<Violation>& found) {
  if (lines.empty() || lines.size() > kMaxLines) found.push_back({"/lines", "must have 1 to 1000 lines"});
  for (std::size_t i = 0; i < lines.size() && found.size() < JsonReading::kMaxViolations; ++i) {
    const auto line = "/lines/" + std::to_string(i);
    if (const auto problem = id_problem(lines[i].product_id.str()); !problem.empty()) {
      found.push_back({line + "/product_id", std::string(problem)});
    }
    const auto quantity = lines[i].quantity;
    if (quantity >= 1 && quantity <= kMaxStock) continue;
    found.push_back({line + "/quantity", "must be a whole number above zero"});
  }
}

std::vector<StockLine> stock_lines(const std::vector<GoodsLineBody>& lines) {
  std::vector<StockLine> out;
  out.reserve(lines.size());
  for (const auto& line : lines) out.push_back({line.product_id, line.quantity});
  return out;
}

}  // namespace ordo::api
