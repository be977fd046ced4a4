#include "api/orders/imported_order.h"

#include "domain/cart.h"
#include "domain/money_text.h"
#include "processors/imported_orders.h"
#include "records/derived_size.h"

namespace ordo::api {
namespace {

Error wrong_order(std::vector<Violation> found) {
  return {ErrorCode::kInvalid, "invalid_fields", "the order has wrong fields", std::move(found)};
}

void check_price(const std::string& pointer, const std::optional<Money>& price, Currency currency,
                 std::vector<Violation>& found) {
  if (!price || price->currency == currency) return;
  found.push_back({pointer, "is in " + std::string(price->currency.code()) + ", but the order is in " +
                                std::string(currency.code())});
}

// The problems of what must be right before the figures can be computed.
std::vector<Violation> check_stated_import(const ImportedOrderBody& body, std::span<const StatedLine> lines,
                                           const Result<Currency>& currency) {
  auto found = check_lines(requested_lines(lines), "/lines", "product_id");
  if (!currency) found.push_back({"/currency", currency.error().message});
  for (std::size_t i = 0; i < lines.size() && found.size() < 20; ++i) {
    const auto pointer = "/lines/" + std::to_string(i);
    if (is_product(lines[i]) && !lines[i].unit_price) {
      found.push_back({pointer + "/unit_price", "is required: the catalogue has the prices of today"});
    }
    if (!currency) continue;
    check_price(pointer + "/unit_price", lines[i].unit_price, *currency, found);
    check_price(pointer + "/list_price", lines[i].list_price, *currency, found);
  }
  for (auto& violation : check_stated(lines, body)) found.push_back(std::move(violation));
  return found;
}

// The products are not looked up: they may be gone, or be called otherwise today.
Result<PricedOrder> price_import(std::span<const StatedLine> lines, const StatedFigures& figures, Currency currency) {
  PricedOrder order;
  order.total.currency = currency;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& stated = lines[i];
    const auto total = multiply(*stated.unit_price, stated.quantity);
    const auto sum = total ? add(order.total, *total) : total;
    if (!sum) {
      return fail(Error{ErrorCode::kInvalid,
                        "amount_overflow",
                        "the order cannot be priced",
                        {{"/lines/" + std::to_string(i) + "/quantity", "the total is larger than ordo can hold"}}});
    }
    order.total = *sum;
    PricedLine& line = order.lines.emplace_back();
    static_cast<LineTerms&>(line) = stated;
    line.id = place_id(i);
    line.product_id = stated.product_id;
    line.name = stated.name ? *stated.name : stated.sku.value_or(stated.product_id.value_or(ProductId()).str());
    line.quantity = stated.quantity;
    line.unit_price = stated.unit_price;
    line.total = *total;
  }
  if (auto stated = state_figures(lines, figures, order); !stated) return fail(std::move(stated.error()));
  if (auto computed = compute_figures(order); !computed) return fail(std::move(computed.error()));
  if (auto same = compare_stated(lines, figures, order); !same) return fail(std::move(same.error()));
  return order;
}

OrderImported to_record(const ImportedOrderBody& body, const LocationId& location, PricedOrder priced) {
  OrderImported past;
  past.order_id = imported_order_id(body.source, body.number);
  terms_of(past) = terms_of(body);
  static_cast<ImportedState&>(past) = state_of(body);
  figures_of(past) = std::move(figures_of(priced));
  past.customer_id = body.customer_id;
  past.location = location;
  past.lines.reserve(priced.lines.size());
  for (std::size_t i = 0; i < priced.lines.size(); ++i) {
    past.lines.push_back({std::move(priced.lines[i]), static_cast<const ImportedPieces&>(body.lines[i])});
  }
  past.total = priced.total;
  past.replace = body.replace;
  past.announce = body.announce;
  return past;
}

void check_past(const char* pointer, const std::optional<Timestamp>& time, Timestamp at,
                std::vector<Violation>& found) {
  if (time && *time > at) found.push_back({pointer, "must not be in the future"});
}

Result<void> check_total(const ImportedOrderBody& body, const Money& total) {
  // guard: import-expected-total
  if (!body.expected_total || *body.expected_total == total) return {};
  return fail(Error{ErrorCode::kInvalid,
                    "total_mismatch",
                    "the parts of the order come to another total",
                    {{"/expected_total",
                      "is " + shown_money(*body.expected_total) + ", but the order comes to " + shown_money(total)}}});
}

}  // namespace

Result<OrderImported> read_import(const ApiContext& context, const ImportedOrderBody& body, Timestamp at) {
  const std::vector<StatedLine> lines(body.lines.begin(), body.lines.end());
  const auto currency = Currency::parse(body.currency);
  if (auto found = check_stated_import(body, lines, currency); !found.empty())
    return fail(wrong_order(std::move(found)));
  auto priced = price_import(lines, body, *currency);
  if (!priced) return fail(std::move(priced.error()));
  if (auto agreed = check_total(body, priced->total); !agreed) return fail(std::move(agreed.error()));
  auto past = to_record(body, body.location.value_or(context.options.location), std::move(*priced));
  // guard: import-checked
  auto found = processors::check_imported_order(past, TextRule::enforced);
  check_past("/placed_at", past.placed_at, at, found);
  check_past("/ended_at", past.ended_at, at, found);
  if (past.payment) check_past("/payment/received_at", past.payment->received_at, at, found);
  if (!found.empty()) return fail(wrong_order(std::move(found)));
  if (context.options.limits != RecordLimits()) {
    auto fits = check_imported_sizes(past, context.options.limits, context.options.topology);
    if (!fits) return fail(std::move(fits.error()));
  }
  return past;
}

}  // namespace ordo::api
