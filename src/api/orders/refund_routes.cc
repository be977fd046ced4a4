// /v1/orders/{id}/refunds, /returns: money and goods that go back.
#include <optional>
#include <string>
#include <vector>

#include "api/document_change.h"
#include "api/json_body.h"
#include "api/orders/goods_body.h"
#include "api/orders/order_request.h"
#include "api/orders/part_request.h"
#include "http/problem.h"
#include "http/router.h"
#include "records/json_codec.h"
#include "records/messages.h"

namespace ordo::api {
namespace {

struct RefundBody {
  std::optional<Money> amount;
  std::string reason;
  std::optional<std::string> id;
  std::optional<std::vector<OrderPieces>> lines;
  std::optional<bool> shipping;
};
BOOST_DESCRIBE_STRUCT(RefundBody, (), (amount, reason, id, lines, shipping))
constexpr auto notes(NotesOf<RefundBody>) {
  return std::array{
      Note{"amount", "without amount, lines and shipping: everything that can still be refunded"}, kReasonNote, kIdNote,
      Note{"lines", "refunds the price of these pieces, without a return; not with amount", {}, kLinesRule},
      Note{"shipping", "true: refunds the rest of the price of shipping; not with amount"}};
}

struct ReturnBody {
  std::vector<OrderPieces> lines;
  bool restock = false;
  bool refund = false;
  std::string reason;
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(ReturnBody, (), (lines, restock, refund, reason, id))
constexpr auto notes(NotesOf<ReturnBody>) {
  return std::array{
      Note{"lines", "lines that were shipped", {}, kLinesRule}, Note{"restock", "true: the goods go back into stock"},
      Note{"refund", "true: ordo refunds their price, at most what can still be refunded"}, kReasonNote, kIdNote};
}

// --- refunds ---------------------------------------------------------------------------------------------------------

std::vector<Violation> check_refund(const RefundBody& body) {
  auto found = check_part(body.reason, Reason::needed, body.id);
  if (body.id && is_own_refund_id(*body.id)) {
    found.push_back({"/id", "is reserved for refunds that ordo makes itself"});
  }
  if (body.amount && (body.lines || body.shipping.value_or(false))) {
    found.push_back({"/amount", "must be absent with lines or shipping: their price decides"});
  }
  if (body.lines) check_pieces(*body.lines, found);
  return found;
}

// Whether the refund is the one that the body asks for.
bool is_same(const RefundBody& body, const Refund& refund) {
  if (body.reason != refund.reason || (body.amount && *body.amount != refund.amount)) return false;
  if (body.lines.has_value() != refund.lines.has_value()) return false;
  if (body.lines && !are_pieces_of(*body.lines, *refund.lines)) return false;
  return body.shipping.value_or(false) == refund.shipping.has_value();
}

void post_refund(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<RefundBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (auto violations = check_refund(*body); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the refund has wrong fields", std::move(violations)});
  }
  const auto id = id_of_part(*call, "refund", body->id);
  if (!id) return call->refuse(id.error());
  OrderRequest asked;
  asked.command =
      order_command::RequestRefund{*id, body->amount, body->reason, body->lines.value_or(std::vector<OrderPieces>()),
                                   body->shipping.value_or(false)};
  asked.type = kTypeOf<RefundRequested>;
  asked.value = encode(RefundRequested{OrderId(call->request.path_parameters[0]), *id, body->amount, body->reason,
                                       body->lines, body->shipping});
  asked.settled = [id = *id, body = *body](const Call& asking, const Order& order) -> std::optional<http::Response> {
    const auto* refund = find_part(order.refunds, id);
    if (refund == nullptr) return std::nullopt;
    if (!is_same(body, *refund)) return reused_id(asking, "refund_id_reused", "refund");
    return json_response(201, to_json(*refund));
  };
  asked.pending = [id = *id](const Order*) { return pending_change(id); };
  ask_order(context, call, std::move(asked));
}

// --- returns ---------------------------------------------------------------------------------------------------------

std::vector<Violation> check_return(const ReturnBody& body) {
  auto found = check_part(body.reason, Reason::needed, body.id);
  check_pieces(body.lines, found);
  return found;
}

void post_return(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<ReturnBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (auto violations = check_return(*body); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the return has wrong fields", std::move(violations)});
  }
  const auto id = id_of_part(*call, "return", body->id);
  if (!id) return call->refuse(id.error());
  const auto& lines = body->lines;
  OrderRequest asked;
  asked.command = order_command::Return{*id, lines, body->restock, body->refund, body->reason};
  asked.type = kTypeOf<ReturnRequested>;
  asked.value = encode(ReturnRequested{OrderId(call->request.path_parameters[0]), *id, lines, body->restock,
                                       body->refund, body->reason});
  asked.settled = [id = *id, lines, restock = body->restock, reason = body->reason](
                      const Call& asking, const Order& order) -> std::optional<http::Response> {
    const auto* found = find_part(order.returns, id);
    if (found == nullptr) return std::nullopt;
    const bool same = found->lines == as_recorded(order, lines) && found->restock == restock && found->reason == reason;
    if (!same) return reused_id(asking, "return_id_reused", "return");
    return json_response(201, to_json(*found));
  };
  asked.pending = [id = *id](const Order*) { return pending_change(id); };
  ask_order(context, call, std::move(asked));
}

template <class Part>
void list_parts(ApiContext& context, http::Request request, http::Respond respond, std::vector<Part> Order::*parts) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context, parts](const CallPtr& call) {
    const auto& id = call->request.path_parameters[0];
    const auto found = context.ports.documents.get(Collection::orders, id);
    const Order* order = found && *found ? std::get_if<Order>(&**found) : nullptr;
    if (order == nullptr) {
      if (context.accepted.find_durable(id)) return answer_read(call, etag_of(0), "{\"data\":[]}");
      return found ? refuse_unknown_order(call) : call->refuse(found.error());
    }
    answer_read(call, etag_of(order->rev), "{\"data\":" + to_json(order->*parts) + "}");
  });
}

void list_refunds(ApiContext& context, http::Request request, http::Respond respond) {
  list_parts(context, std::move(request), std::move(respond), &Order::refunds);
}

void list_returns(ApiContext& context, http::Request request, http::Respond respond) {
  list_parts(context, std::move(request), std::move(respond), &Order::returns);
}

// --- descriptions ----------------------------------------------------------------------------------------------------

template <class Part>
std::string parts_schema(SchemaSet& set) {
  ObjectSchema parts;
  parts.add("data", schema_of<std::vector<Part>>(set));
  return parts.text();
}

}  // namespace

void add_refund_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const http::ProblemDescription unknown{404, "unknown_order"};
  router.add(
      http::Method::kPost, "/v1/orders/{id}/refunds", bind(post_refund),
      {.tag = "Orders",
       .operation = "refundOrder",
       .summary = "Refund an order",
       .text = "Refunds the whole payment or a part of it: an amount, the price of lines, shipping, or everything. The "
               "price of lines includes their part of discounts and tax. Nothing of a line is refunded twice. The "
               "answer shows the requested refund; the gateway makes it afterwards. A refund of an order with "
               "payment_terms manual has by_hand: people pay it and record that.",
       .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<RefundBody>, R"({"amount":{"amount":500,"currency":"USD"},"reason":"scratched"})"},
       .answers = {{201, "The refund.", schema_of<Refund>}, {202, "Not decided yet.", pending_change_schema}},
       .problems = {unknown,
                    {409, "illegal_transition, refund_exceeds_payment, lines_exceed_order, too_many_parts"},
                    {422, "invalid_fields, currency_mismatch, bad_amount, unknown_line, refund_id_reused"}}});
  router.add(http::Method::kGet, "/v1/orders/{id}/refunds", bind(list_refunds),
             {.tag = "Orders",
              .operation = "listRefunds",
              .summary = "List the refunds of an order",
              .text = "Includes the refunds that cancels and returns caused.",
              .parameters = {http::if_none_match_parameter()},
              .answers = {{200, "All of them, oldest first.", parts_schema<Refund>, http::kJson, {"ETag"}},
                          {304, "Nothing has changed."}},
              .problems = {unknown}});
  router.add(
      http::Method::kPost, "/v1/orders/{id}/returns", bind(post_return),
      {.tag = "Orders",
       .operation = "returnGoods",
       .summary = "Return goods",
       .text = "Records the return of shipped goods. They can go back into stock, and their price can be refunded.",
       .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<ReturnBody>,
                R"({"lines":[{"product_id":"mug-red","quantity":1}],"restock":true,"refund":true,)"
                R"("reason":"too red"})"},
       .answers = {{201, "The return.", schema_of<OrderReturn>}, {202, "Not decided yet.", pending_change_schema}},
       .problems = {unknown,
                    {409, "illegal_transition, lines_exceed_order, too_many_parts"},
                    {422, "invalid_fields, bad_quantity, unknown_line, return_id_reused"}}});
  router.add(http::Method::kGet, "/v1/orders/{id}/returns", bind(list_returns),
             {.tag = "Orders",
              .operation = "listReturns",
              .summary = "List the returns of an order",
              .parameters = {http::if_none_match_parameter()},
              .answers = {{200, "All of them, oldest first.", parts_schema<OrderReturn>, http::kJson, {"ETag"}},
                          {304, "Nothing has changed."}},
              .problems = {unknown}});
}

}  // namespace ordo::api
