#include "http/goods_body.h"

#include <string>

#include "records/json_codec.h"

namespace ordo::http {
namespace {

constexpr std::size_t kMaxLines = 1000;

}  // namespace

void check_goods(const std::vector<GoodsLineBody>& lines, std::vector<Violation>& found) {
  if (lines.empty() || lines.size() > kMaxLines) found.push_back({"/lines", "must be 1 to 1000 lines"});
  for (std::size_t i = 0; i < lines.size() && found.size() < JsonReading::kMaxViolations; ++i) {
    const auto quantity = lines[i].quantity;
    if (quantity >= 1 && quantity <= kMaxStock) continue;
    found.push_back({"/lines/" + std::to_string(i) + "/quantity", "must be a whole number above zero"});
  }
}

std::vector<StockLine> stock_lines(const std::vector<GoodsLineBody>& lines) {
  std::vector<StockLine> out;
  out.reserve(lines.size());
  for (const auto& line : lines) out.push_back({line.product_id, line.quantity});
  return out;
}

}  // namespace ordo::http
