// /v1/orders: place, read, list. Later requests about an order are in order_change_routes.cc.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/api_context.h"
#include "api/content_permissions.h"
#include "api/json_body.h"
#include "api/list_request.h"
#include "api/orders/order_placement.h"
#include "api/orders/order_request.h"
#include "api/ownership.h"
#include "api/views.h"
#include "base/uuid.h"
#include "domain/money_text.h"
#include "domain/text_rule.h"
#include "http/problem.h"
#include "http/request_guard.cc"
#include "http/router.h"
#include "processors/intake.h"
#include "records/json_codec.h"

namespace ordo::api {
namespace {

struct OrderBody : OrderTerms, StatedFigures {
  std::optional<CustomerId> customer_id;
  std::vector<StatedLine> lines;
  std::optional<std::string> currency;
  std::optional<LocationId> location;
  std::optional<Money> expected_total;
  std::optional<Timestamp> placed_at;  // of an order that was placed elsewhere before; absent: now
};
BOOST_DESCRIBE_STRUCT(OrderBody, (OrderTerms, StatedFigures),
                      (customer_id, lines, currency, location, expected_total, placed_at))
constexpr auto notes(NotesOf<OrderBody>) {
  return std::array{
      Note{"customer_id", "required, except with a customer's token"},
      Note{"lines", "prices that are not stated are those of the catalogue", {}, R"({"minItems":1,"maxItems":1000})"},
      Note{"currency", "the order must be in this currency", R"("USD")"},
      Note{"location", "location whose stock it takes; by default the server's own"},
      Note{"expected_total",
           "the total that the customer saw; ordo refuses the order as total_mismatch if its own total differs"},
      Note{"placed_at", "for an order that was placed in another system before; now by default"}};
}

constexpr std::chrono::minutes kClockSkew{5};  // between a client's clock and ours

std::vector<RequestedLine> requested_lines(const OrderBody& body) {
  std::vector<RequestedLine> lines;
  lines.reserve(body.lines.size());
  for (const auto& line : body.lines) {
    lines.push_back(
        {is_product(line) ? std::optional(line.product_id.value_or(ProductId())) : std::nullopt, line.quantity, &line});
  }
  return lines;
}

// Whether prices that the request states count.
bool may_state_prices(const http::Request& request) {
  return http::may(request, {access::Permission::orders_price});
}

// Prices the order: from the catalogue, or as the caller states. `lines` are those of the body.
Result<PricedOrder> price_order(const OrderBody& body, const std::vector<RequestedLine>& lines,
                                std::optional<Currency> currency, const PriceList& prices, bool may_state) {
  const bool states = states_figures(body.lines, body);
  if (states && !may_state) {
    // guard: http-stated-prices-allowed
    if (auto refused = check_may_not_state(body.lines, body); !refused.empty()) {
      return fail(Error{ErrorCode::kInvalid, "price_not_allowed", "the order states prices", std::move(refused)});
    }
  }
  auto priced = price_lines(lines, currency, prices, may_state ? StatedPrices::count : StatedPrices::must_agree);
  if (!priced || !states) return priced;
  if (auto added = add_figures(body.lines, body, *priced); !added) return fail(std::move(added.error()));
  return priced;
}

// The errors in the fields of a body that could be parsed.
std::vector<Violation> check_body(const OrderBody& body, const std::vector<RequestedLine>& lines,
                                  const LocationId& location, std::optional<Currency>& currency) {
  auto violations = check_lines(lines, "/lines", "product_id");
  processors::check_order_fields(*body.customer_id, "/customer_id", location, body, TextRule::enforced, violations);
  if (body.currency) {
    const auto parsed = Currency::parse(*body.currency);
    if (parsed) {
      currency = *parsed;
    } else {
      violations.push_back({"/currency", parsed.error().message});
    }
  }
  if (states_figures(body.lines, body)) {
    for (auto& violation : check_stated(body.lines, body)) violations.push_back(std::move(violation));
  }
  if (body.placed_at && *body.placed_at > now() + kClockSkew) {
    violations.push_back({"/placed_at", "must not be in the future"});
  }
  return violations;
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

// Prices the order and places it. Usually runs on an io thread. After a search for an earlier order, or with a product
// that is not on the price list, it runs on the pool.
void price_and_place(ApiContext& context, const CallPtr& call, OrderBody body, OrderId id,
                     std::optional<std::string> request_hash) {
  const auto lines = requested_lines(body);
  const LocationId location = body.location.value_or(context.options.location);
  std::optional<Currency> currency;
  if (auto violations = check_body(body, lines, location, currency); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the order has wrong fields", std::move(violations)});
  }
  auto priced = price_order(body, lines, currency, context.ports.prices, may_state_prices(call->request));
  if (!priced) return call->refuse(priced.error());
  if (const auto agreed = check_total(body, priced->total); !agreed) return call->refuse(agreed.error());

  Placement placement;
  Order& order = placement.order;
  placement.fresh = !request_hash.has_value();
  order.id = std::move(id);
  terms_of(order) = std::move(terms_of(body));
  order.customer_id = std::move(*body.customer_id);
  order.location = location;
  figures_of(order) = std::move(figures_of(*priced));
  order.lines = order_lines(std::move(priced->lines));
  order.total = priced->total;
  order.captured.currency = order.refunded.currency = order.total.currency;
  order.updated_at = now();
  order.placed_at = body.placed_at.value_or(order.updated_at);
  order.request_hash = std::move(request_hash);
  placement.wait = preferred_wait(call->request);
  placement.render = created_pending;
  place(context, call, placement);
}

void refuse_reused_key(const CallPtr& call) {
  call->refuse(422, "idempotency_key_reused", "another request was made with this Idempotency-Key",
               "use a new key for a new order, and the same body for a retry");
}

// A retry finds the order that was placed before. The first request with a key finds nothing and places the order.
void place_once(ApiContext& context, const CallPtr& call, OrderBody body, const std::string& key) {
  const OrderId id(uuid_v5("idempotency", key));
  const std::string hash = uuid_v5("request", to_json(body));
  const auto earlier = context.accepted.find(id.str());
  // guard: http-idempotency-accepted
  if (earlier && earlier->request_hash != hash) return refuse_reused_key(call);
  context.on_pool(call, [&context, body = std::move(body), id, hash](const CallPtr& under_way) {
    // Orders are accepted even when the database is down. A copy under the same id is dropped by the orders processor.
    if (context.documents_away.worth_asking()) {
      const auto found = context.ports.documents.get(Collection::orders, id.str());
      const bool away = !found && found.error().code == ErrorCode::kUnavailable;
      context.documents_away.note(away);
      if (!found && !away) return under_way->refuse(found.error());
      if (found && *found) {
        const auto& order = std::get<Order>(**found);
        // guard: http-idempotency-same-body
        if (order.request_hash != hash) return refuse_reused_key(under_way);
        return under_way->answer(created_order(order, reader_of(under_way->request)));
      }
    }
    // Only without a document: another process may have accepted a copy, and only the document has the right number.
    const auto accepted = context.accepted.find_durable(id.str());
    if (accepted && accepted->request_hash == hash && !preferred_wait(under_way->request)) {
      return under_way->answer(created_pending(*accepted, shown_tokens(under_way->request)));
    }
    price_and_place(context, under_way, body, id, hash);
  });
}

// Sets the customer. A client that may order for every customer must name one; a customer's token orders for its own
// customer only.
bool know_customer(const CallPtr& call, OrderBody& body) {
  const auto* only = only_customer(call->request);
  if (only != nullptr && !body.customer_id) body.customer_id = CustomerId(*only);
  if (!body.customer_id) {
    call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the order has wrong fields", {{"/customer_id", "is missing"}}});
    return false;
  }
  if (may_see(call->request, body.customer_id->str())) return true;
  call->refuse(403, "forbidden", "this token can place orders for the customer " + *only + " only",
               "leave customer_id out");
  return false;
}

// A customer must not decide whether, or when, the own order is paid.
bool may_state_terms(const CallPtr& call, const OrderBody& body) {
  const bool usual = payment_terms_of(body) == PaymentTerms::gateway && !body.ship_before_payment;
  // guard: customer-payment-terms
  if (usual || only_customer(call->request) == nullptr) return true;
  call->refuse(403, "forbidden", "a token of a customer cannot state payment_terms",
               "leave payment_terms and ship_before_payment out");
  return false;
}

void post_order(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<OrderBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (!know_customer(call, *body) || !may_state_terms(call, *body)) return;
  const auto key = idempotency_key(call->request);
  if (!key) return call->refuse(key.error());
  if (*key) return place_once(context, call, std::move(*body), **key);
  const OrderId id(uuid_v7(now()));
  if (all_listed(requested_lines(*body), context.ports.prices)) {
    return price_and_place(context, call, std::move(*body), id, std::nullopt);
  }
  context.on_pool(call, [&context, body = std::move(*body), id](const CallPtr& under_way) {
    price_and_place(context, under_way, body, id, std::nullopt);
  });
}

void get_order(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto& id = call->request.path_parameters[0];
    const auto reader = reader_of(call->request);
    const auto found = context.ports.documents.get(Collection::orders, id);
    if (found && *found) {
      const auto& order = std::get<Order>(**found);
      if (!may_see(call->request, order.customer_id.str())) return refuse_unknown_order(call);
      return answer_read(call, etag_of(order.rev), order_view(order, reader));
    }
    if (const auto accepted = find_accepted(context, *call)) {
      return answer_read(call, etag_of(0), accepted_view(*accepted, reader.tokens));
    }
    if (!found) return call->refuse(found.error());
    refuse_unknown_order(call);
  });
}

void get_history(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto& id = call->request.path_parameters[0];
    const auto found = context.ports.documents.get(Collection::orders, id);
    if (found && *found) {
      const auto& order = std::get<Order>(**found);
      if (!may_see(call->request, order.customer_id.str())) return refuse_unknown_order(call);
      return answer_read(call, etag_of(order.rev), history_view(order, reader_of(call->request)));
    }
    if (find_accepted(context, *call)) return answer_read(call, etag_of(0), "{\"data\":[]}");
    if (!found) return call->refuse(found.error());
    refuse_unknown_order(call);
  });
}

void list_orders(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  ListAnswer how;
  how.view = [reader = reader_of(call->request)](const Document& document) {
    return order_view(std::get<Order>(document), reader);
  };
  if (const auto* only = only_customer(call->request)) {
    // The query filters by the customer, and each order is checked again: a failing filter must not show another
    // customer's orders.
    how.adjust = [only](Query& query) {
      std::erase_if(query.where, [](const auto& filter) { return filter.first == "customer_id"; });
      query.where.emplace_back("customer_id", *only);
    };
    how.shown = [call](const Document& document) {
      return may_see(call->request, std::get<Order>(document).customer_id.str());
    };
  }
  answer_list(context, call, Collection::orders, std::move(how));
}

}  // namespace

void add_order_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  router.add(
      http::Method::kPost, "/v1/orders", bind(post_order),
      {.tag = "Orders",
       .operation = "placeOrder",
       .summary = "Place an order",
       .text =
           "Answers once the order is durable. Stock, payment and dispatch follow without further requests. With "
           "Prefer: "
           "wait=N the answer waits up to N seconds until the order is confirmed or has ended. Prices come from "
           "the catalogue. A caller with the permission orders:price may state prices, discounts, shipping and tax; "
           "sums that it states are checked.",
       .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<OrderBody>, R"({"customer_id":"ann","lines":[{"product_id":"mug-red","quantity":2}]})"},
       .answers = {{201,
                    "The order: pending, or its state at the end of the wait.",
                    order_schema,
                    http::kJson,
                    {"Location", "ETag"}}},
       .problems = {{422,
                     "invalid_fields, unknown_product, total_mismatch, price_not_allowed, discount_exceeds_line, "
                     "currency_mismatch, amount_overflow, too_many_taxes, idempotency_key_reused"}}});
  router.add(http::Method::kGet, "/v1/orders", bind(list_orders),
             {.tag = "Orders",
              .operation = "listOrders",
              .summary = "List orders",
              .text = "Newest first.",
              .parameters = list_parameters(Collection::orders),
              .answers = {{200, "A page.", http::page_schema<order_schema>, http::kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}}});
  router.add(http::Method::kGet, "/v1/orders/{id}", bind(get_order),
             {.tag = "Orders",
              .operation = "getOrder",
              .summary = "Read an order",
              .text = "The process that accepted the order can show it at once, before it is processed.",
              .parameters = {http::if_none_match_parameter()},
              .answers = {{200, "The order.", order_schema, http::kJson, {"ETag"}}, {304, "Nothing has changed."}},
              .problems = {{404, "unknown_order"}}});
  router.add(http::Method::kGet, "/v1/orders/{id}/history", bind(get_history),
             {.tag = "Orders",
              .operation = "getOrderHistory",
              .summary = "Read the history of an order",
              .parameters = {http::if_none_match_parameter()},
              .answers = {{200, "The entries, oldest first.", history_schema, http::kJson, {"ETag"}},
                          {304, "Nothing has changed."}},
              .problems = {{404, "unknown_order"}}});
}

}  // namespace ordo::api
