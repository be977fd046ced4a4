#include "domain/pricing.h"

#include <algorithm>

#include "domain/money_text.h"

namespace ordo {
namespace {

constexpr std::size_t kMaxViolations = 20;

void check_amount(const Money& money, const Currency& currency, const std::string& pointer,
                  std::vector<Violation>& found) {
  if (money.currency != currency) {
    found.push_back({pointer + "currency", "must be " + std::string(currency.code()) + ", as that of the order"});
  }
  if (money.amount < 0 || money.amount > kMaxAmount) {
    found.push_back({pointer + "amount", "must be a whole number from 0 to " + std::to_string(kMaxAmount)});
  }
}

}  // namespace

std::vector<Violation> check_lines(std::span<const RequestedLine> lines, const std::string& pointer,
                                   const std::string& product_field) {
  std::vector<Violation> found;
  if (lines.empty()) found.push_back({pointer, "an order needs at least one line"});
  // guard: pricing-lines-bound
  if (lines.size() > kMaxOrderLines) {
    found.push_back(
        {pointer, "an order can have at most 1000 lines, but this one has " + std::to_string(lines.size())});
    return found;
  }
  for (std::size_t i = 0; i < lines.size() && found.size() < kMaxViolations; ++i) {
    const std::string line = pointer + "/" + std::to_string(i) + "/";
    if (const auto problem = id_problem(lines[i].product_id.str()); !problem.empty()) {
      found.push_back({line + product_field, std::string(problem)});
    }
    // guard: pricing-quantity
    if (lines[i].quantity < 1 || lines[i].quantity > kMaxLineQuantity) {
      found.push_back(
          {line + "quantity", "must be a whole number from 1 to 1000000, but is " + std::to_string(lines[i].quantity)});
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
    error.violations.push_back({"/lines/" + std::to_string(line) + field, std::move(detail)});
  };
  // Each product that is not on the list may cost a read. So an order with many such products is not checked to its
  // end.
  for (std::size_t i = 0; i < lines.size() && error.violations.size() < kMaxViolations; ++i) {
    auto found = prices.find(lines[i].product_id);
    if (!found) return fail(std::move(found.error()));
    auto& product = *found;
    if (!product) {
      note("unknown_product", i, "/product_id", "there is no product " + lines[i].product_id.str());
      continue;
    }
    if (!currency) currency = product->price.currency;
    // guard: pricing-one-currency
    if (product->price.currency != *currency) {
      note("currency_mismatch", i, "/product_id",
           "is priced in " + std::string(product->price.currency.code()) + ", but the order is in " +
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

std::vector<Violation> check_priced(std::span<const PricedLine> lines, const Money& total) {
  std::vector<RequestedLine> requested;
  requested.reserve(lines.size());
  for (const auto& line : lines) requested.push_back({line.product_id, line.quantity});
  auto found = check_lines(requested, "/lines", "product_id");
  if (!found.empty()) return found;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < lines.size() && found.size() < kMaxViolations; ++i) {
    const auto& line = lines[i];
    const std::string pointer = "/lines/" + std::to_string(i) + "/total/";
    check_amount(line.total, total.currency, pointer, found);
    sum += std::clamp<std::int64_t>(line.total.amount, 0, kMaxAmount);  // at most 1,000 of them: no overflow
    if (!line.unit_price) continue;
    const auto product = multiply(*line.unit_price, line.quantity);
    if (product && *product == line.total) continue;
    found.push_back({pointer + "amount", "is " + shown_money(line.total) + ", but " + std::to_string(line.quantity) +
                                             " at " + shown_money(*line.unit_price) + " cost another sum"});
  }
  check_amount(total, total.currency, "/total/", found);
  // guard: pricing-total-is-the-sum
  if (found.empty() && sum != total.amount) {
    found.push_back({"/total/amount",
                     "is " + shown_money(total) + ", but the lines come to " + shown_money({sum, total.currency})});
  }
  return found;
}

bool all_listed(std::span<const RequestedLine> lines, const PriceList& prices) {
  return std::all_of(lines.begin(), lines.end(),
                     [&](const RequestedLine& line) { return prices.listed(line.product_id).has_value(); });
}

}  // namespace ordo
