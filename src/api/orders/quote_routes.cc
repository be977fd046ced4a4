// /v1/quotes: what a cart costs, without placing it.
#include "api/orders/order_body.h"
#include "api/orders/quote.h"
#include "http/problem.h"
#include "http/router.h"
#include "records/schema.h"

namespace ordo::api {
namespace {

void price_and_answer(ApiContext& context, const CallPtr& call, const OrderBody& body) {
  std::optional<Currency> currency;
  if (auto violations = check_body(body, body.location.value_or(context.options.location), currency);
      !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the cart has wrong fields", std::move(violations)});
  }
  const auto at = now();
  auto priced = price_body(context, call->request, body, currency, at, PricedFor::quote);
  if (!priced) return call->refuse(priced.error());
  const auto rules = context.ports.rules.current();
  // guard: quote-has-shipping
  const bool complete = may_price(call->request) || !lacks_shipping_method(*priced, *rules);
  const auto view =
      quote_view(std::move(*priced), body, *rules, at, complete ? &context.options.quote_secret : nullptr);
  call->answer(json_response(200, to_json(view)));
}

void post_quote(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<OrderBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (!know_customer(call, *body)) return;
  if (!may_read(context, *body)) return price_and_answer(context, call, *body);
  context.on_pool(call, [&context, body = std::move(*body)](const CallPtr& under_way) {
    price_and_answer(context, under_way, body);
  });
}

}  // namespace

void add_quote_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  router.add(
      http::Method::kPost, "/v1/quotes", bind(post_quote),
      {.tag = "Orders",
       .operation = "quoteOrder",
       .summary = "Price a cart",
       .text =
           "Takes the body of an order and places nothing. Answers the figures that the order would have, the "
           "ways to ship it, and a quote. An order that names the quote within 15 minutes gets exactly these "
           "figures. Without a shipping method the total has no shipping, and a caller that may not state prices gets "
           "no quote for goods that are shipped by one of the shop's methods.",
       .body = {schema_of<OrderBody>, R"({"customer_id":"ann","lines":[{"product_id":"mug-red","quantity":2}]})"},
       .answers = {{200, "The figures.", schema_of<QuoteView>}},
       .problems = {
           {422,
            "invalid_fields, unknown_product, price_not_allowed, unknown_code, promotion_ended, "
            "promotion_not_started, promotion_used_up, promotion_not_applicable, "
            "unknown_shipping_method, shipping_not_available, total_mismatch, currency_mismatch, amount_overflow, "
            "discount_exceeds_line, tax_exceeds_line, too_many_taxes, unknown_quote, quote_expired, quote_mismatch"}}});
}

}  // namespace ordo::api
