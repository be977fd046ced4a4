#include "api/orders/order_body.h"

#include "api/orders/quote.h"
#include "api/ownership.h"
#include "base/uuid.h"
#include "domain/money_text.h"
#include "domain/text_rule.h"
#include "http/request_guard.h"
#include "processors/intake.h"

namespace ordo::api {
namespace {

constexpr std::chrono::minutes kClockSkew{5};  // between a client's clock and ours

Error wrong_fields(std::vector<Violation> violations) {
  return {ErrorCode::kInvalid, "invalid_fields", "the order has wrong fields", std::move(violations)};
}

Result<void> check_total(const OrderBody& body, Money total) {
  // guard: http-expected-total
  if (!body.expected_total || *body.expected_total == total) return {};
  return fail(Error{ErrorCode::kInvalid,
                    "total_mismatch",
                    "the prices have changed",
                    {{"/expected_total", "the order comes to " + shown_money(total) + " (" +
                                             std::to_string(total.amount) + " minor units)"}}});
}

std::span<const std::string> codes_of(const OrderBody& body) {
  return body.codes ? std::span<const std::string>(*body.codes) : std::span<const std::string>();
}

// What the shop knows of the buyer. A customer without a document has ordered nothing.
Result<Buyer> read_buyer(ApiContext& context, const CustomerId& id, Timestamp at) {
  const auto found = context.ports.documents.get(Collection::customers, id.str());
  if (!found) return fail(found.error());
  if (!*found) return Buyer();
  const auto& customer = std::get<Customer>(**found);
  return Buyer{segment_of(customer, context.options.segments, at), customer.orders.placed};
}

// What a quote decides, a body that names one must not state.
std::vector<Violation> stated_beside_quote(const OrderBody& body) {
  std::vector<Violation> found;
  const auto note = [&found](std::string pointer) {
    found.push_back({std::move(pointer), "must be absent: the quote decides it"});
  };
  for_each_member(static_cast<const StatedFigures&>(body), [&note](std::string_view name, const auto& member) {
    if (member) note("/" + std::string(name));
  });
  for_each_member(static_cast<const CartChoices&>(body), [&note](std::string_view name, const auto& member) {
    if (member) note("/" + std::string(name));
  });
  for (std::size_t i = 0; i < body.lines.size() && found.size() < 20; ++i) {
    if (body.lines[i].unit_price || body.lines[i].tax) note("/lines/" + std::to_string(i));
  }
  return found;
}

Result<PricedOrder> price_by_rules(ApiContext& context, const http::Request& request, const OrderBody& body,
                                   std::optional<Currency> currency, Timestamp at, PricedFor use) {
  const auto rules = context.ports.rules.current();
  Buyer buyer;
  if (asks_for_buyer(*rules, codes_of(body))) {
    const auto read = read_buyer(context, *body.customer_id, at);
    if (!read) return fail(read.error());
    buyer = *read;
  }
  const Cart cart{body.lines, body, body, currency, body, may_price(request), buyer, at, use == PricedFor::quote};
  return price_cart(cart, context.ports.prices, *rules);
}

}  // namespace

bool may_price(const http::Request& request) {
  return http::may(request, {access::Permission::orders_price});
}

bool know_customer(const CallPtr& call, OrderBody& body) {
  const auto* only = only_customer(call->request);
  if (only != nullptr && !body.customer_id) body.customer_id = CustomerId(*only);
  if (!body.customer_id) {
    call->refuse(wrong_fields({{"/customer_id", "is missing"}}));
    return false;
  }
  if (may_see(call->request, body.customer_id->str())) return true;
  call->refuse(403, "forbidden", "this token can place orders for the customer " + *only + " only",
               "leave customer_id out");
  return false;
}

std::vector<Violation> check_body(const OrderBody& body, const LocationId& location,
                                  std::optional<Currency>& currency) {
  auto violations = check_lines(requested_lines(body.lines), "/lines", "product_id");
  processors::check_order_fields(*body.customer_id, "/customer_id", location, body, TextRule::enforced, violations);
  check_rules(static_cast<const CartChoices&>(body), TextRule::enforced, violations);
  if (body.currency) {
    const auto parsed = Currency::parse(*body.currency);
    if (parsed) {
      currency = *parsed;
    } else {
      violations.push_back({"/currency", parsed.error().message});
    }
  }
  // Beside a quote, a custom line has its name only.
  if (!body.quote && states_figures(body.lines, body)) {
    for (auto& violation : check_stated(body.lines, body)) violations.push_back(std::move(violation));
  }
  if (body.placed_at && *body.placed_at > now() + kClockSkew) {
    violations.push_back({"/placed_at", "must not be in the future"});
  }
  if (body.quote) {
    for (auto& violation : stated_beside_quote(body)) violations.push_back(std::move(violation));
  }
  return violations;
}

bool may_read(const ApiContext& context, const OrderBody& body) {
  return !all_listed(requested_lines(body.lines), context.ports.prices) ||
         asks_for_buyer(*context.ports.rules.current(), codes_of(body));
}

std::string cart_name(const OrderBody& body) {
  std::string text = body.customer_id->str();
  const auto add = [&text](std::string_view part) {
    text.push_back('\n');
    text += part;
  };
  for (const auto& line : body.lines) {
    add(enum_name(line.kind.value_or(LineKind::product)));
    add(line.product_id ? line.product_id->str() : line.name.value_or(""));
    add(std::to_string(line.quantity));
  }
  add(body.currency.value_or(""));
  if (body.shipping_address) {
    add(body.shipping_address->country);
    add(body.shipping_address->region.value_or(""));
  }
  return uuid_v5("cart", text);
}

Result<PricedOrder> price_body(ApiContext& context, const http::Request& request, const OrderBody& body,
                               std::optional<Currency> currency, Timestamp at, PricedFor use) {
  auto priced = body.quote ? open_quote(*body.quote, cart_name(body), at, context.options.quote_secret)
                           : price_by_rules(context, request, body, currency, at, use);
  if (!priced) return priced;
  if (const auto agreed = check_total(body, priced->total); !agreed) return fail(agreed.error());
  return priced;
}

}  // namespace ordo::api
