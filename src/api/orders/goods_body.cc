#include "api/orders/goods_body.h"

#include <string>

#include "records/json_codec.h"

namespace ordo::api {
namespace {

constexpr std::size_t kMaxLines = 1000;

void check_count(std::size_t lines, std::vector<Violation>& found) {
  if (lines == 0 || lines > kMaxLines) found.push_back({"/lines", "must have 1 to 1000 lines"});
}

void check_quantity(const std::string& line, std::int64_t quantity, std::vector<Violation>& found) {
  if (quantity >= 1 && quantity <= kMaxStock) return;
  found.push_back({line + "/quantity", "must be a whole number above zero"});
}

}  // namespace

void check_goods(const std::vector<GoodsLineBody>& lines, std::vector<Violation>& found) {
  check_count(lines.size(), found);
  for (std::size_t i = 0; i < lines.size() && found.size() < kMaxViolations; ++i) {
    const auto line = "/lines/" + std::to_string(i);
    if (const auto problem = id_problem(lines[i].product_id.str()); !problem.empty()) {
      found.push_back({line + "/product_id", std::string(problem)});
    }
    check_quantity(line, lines[i].quantity, found);
  }
}

void check_pieces(const std::vector<OrderPieces>& lines, std::vector<Violation>& found) {
  check_count(lines.size(), found);
  for (std::size_t i = 0; i < lines.size() && found.size() < kMaxViolations; ++i) {
    const auto line = "/lines/" + std::to_string(i);
    const auto& one = lines[i];
    if (!one.line_id && !one.product_id) {
      found.push_back({line + "/line_id", "is required, unless product_id is given"});
    }
    const auto problem = one.product_id ? id_problem(one.product_id->str()) : std::string_view();
    if (!problem.empty()) found.push_back({line + "/product_id", std::string(problem)});
    const auto first = found.size();
    check_rules(one, TextRule::enforced, found);
    for (auto at = first; at < found.size(); ++at) found[at].pointer.insert(0, line);
    check_quantity(line, one.quantity, found);
  }
}

std::vector<StockLine> stock_lines(const std::vector<GoodsLineBody>& lines) {
  std::vector<StockLine> out;
  out.reserve(lines.size());
  for (const auto& line : lines) out.push_back({line.product_id, line.quantity});
  return out;
}

}  // namespace ordo::api
