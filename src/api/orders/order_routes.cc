// /v1/orders: place, read, list. Later requests about an order are in order_change_routes.cc.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/api_context.h"
#include "api/content_permissions.h"
#include "api/json_body.h"
#include "api/orders/order_body.h"
#include "api/orders/order_placement.h"
#include "api/orders/order_request.h"
#include "api/ownership.h"
#include "api/views.h"
#include "base/uuid.h"
#include "domain/money_text.h"
#include "domain/text_rule.h"
#include "http/problem.h"
#include "http/request_guard.h"
#include "http/router.h"
#include "processors/intake.h"
#include "records/json_codec.h"

namespace ordo::api {
namespace {

// Prices the order and places it. Usually runs on an io thread. After a search for an earlier order, or with a product
// that is not on the price list, it runs on the pool.
void price_and_place(ApiContext& context, const CallPtr& call, OrderBody body, OrderId id,
                     std::optional<std::string> request_hash) {
  const LocationId location = body.location.value_or(context.options.location);
  std::optional<Currency> currency;
  if (auto violations = check_body(body, location, currency); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the order has wrong fields", std::move(violations)});
  }
  const auto at = now();
  auto priced = price_body(context, call->request, body, currency, at, PricedFor::order);
  if (!priced) return call->refuse(priced.error());

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
  order.updated_at = at;
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
  if (!may_read(context, *body)) {
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
           "sums that it states are checked. All "
           "else follows the shop's rules: tax rates, the chosen shipping method, promotions.",
       .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<OrderBody>, R"({"customer_id":"ann","lines":[{"product_id":"mug-red","quantity":2}]})"},
       .answers = {{201,
                    "The order: pending, or its state at the end of the wait.",
                    order_schema,
                    http::kJson,
                    {"Location", "ETag"}}},
       .problems = {{422,
                     "invalid_fields, unknown_product, total_mismatch, price_not_allowed, discount_exceeds_line, "
                     "tax_exceeds_line, "
                     "shipping_method_required, unknown_shipping_method, shipping_not_available, unknown_code, "
                     "promotion_ended, promotion_not_started, promotion_used_up, promotion_not_applicable, "
                     "unknown_quote, quote_expired, quote_mismatch, "
                     "currency_mismatch, amount_overflow, too_many_taxes, idempotency_key_reused"}}});
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
