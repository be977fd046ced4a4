#include "domain/pricing.h"

namespace ordo {
namespace {

constexpr std::size_t kMaxViolations = 20;

}  // namespace

std::vector<Violation> check_lines(std::span<const RequestedLine> lines, const std::string& pointer,
                                   const std::string& product_field) {
  std::vector<Violation> found;
  if (lines.empty()) found.push_back({pointer, "an order needs at least one line"});
  if (lines.size() > kMaxOrderLines) {
    found.push_back({pointer, "an order has at most 1000 lines, this one has " + std::to_string(lines.size())});
    return found;
  }
  for (std::size_t i = 0; i < lines.size() && found.size() < kMaxViolations; ++i) {
    const std::string line = pointer + "/" + std::to_string(i) + "/";
    if (const auto problem = id_problem(lines[i].product_id.str()); !problem.empty()) {
      found.push_back({line + product_field, std::string(problem)});
    }
    if (lines[i].quantity < 1 || lines[i].quantity > kMaxLineQuantity) {
      found.push_back(
          {line + "quantity", "must be a whole number from 1 to 1000000, is " + std::to_string(lines[i].quantity)});
    }
  }
  return found;
}

Result<PricedOrder> price_lines(std::span<const RequestedLine> lines, std::optional<Currency> currency,
                                const PriceList& prices) {
  PricedOrder order;
  order.lines.reserve(lines.size());
  Error error;
  const auto note = [&](const char* reason, std::size_t line, const char* field, std::string detail) {
    if (error.reason.empty()) error.reason = reason;
    if (error.violations.size() < kMaxViolations) {
      error.violations.push_back({"/lines/" + std::to_string(line) + field, std::move(detail)});
    }
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto product = prices.find(lines[i].product_id);
    if (!product) {
      note("unknown_product", i, "/product_id", "there is no product " + lines[i].product_id.str());
      continue;
    }
    if (!currency) currency = product->price.currency;
    if (product->price.currency != *currency) {
      note("currency_mismatch", i, "/product_id",
           "priced in " + std::string(product->price.currency.code()) + ", the order is in " +
               std::string(currency->code()));
      continue;
    }
    const auto total = multiply(product->price, lines[i].quantity);
    const auto sum = total ? add(Money{order.total.amount, *currency}, *total) : total;
    if (!sum) {
      note("amount_overflow", i, "/quantity", "the total is larger than ordo can hold");
      continue;
    }
    order.total = *sum;
    order.lines.push_back({lines[i].product_id, std::move(product->name), lines[i].quantity, product->price, *total});
  }
  if (!error.violations.empty()) {
    error.code = ErrorCode::kInvalid;
    error.message = "the order cannot be priced";
    return fail(std::move(error));
  }
  return order;
}

}  // namespace ordo
