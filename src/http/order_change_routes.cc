// /v1/orders/{id}/cancel, /refunds, /returns: what people ask of an order.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "http/document_change.h"
#include "http/goods_body.h"
#include "http/json_body.h"
#include "http/order_request.h"
#include "http/problem.h"
#include "http/router.h"
#include "http/views.h"
#include "records/json_codec.h"
#include "records/messages.h"

namespace ordo::http {
namespace {

constexpr std::string_view kRefundOfReturn = "return:";  // begins the ids of refunds that returns cause

struct CancelBody {
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(CancelBody, (), (reason))
constexpr auto notes(NotesOf<CancelBody>) {
  return std::array{Note{"reason", "shown as the order's status_reason", {}, R"({"maxLength":512})"}};
}

struct RefundBody {
  std::optional<Money> amount;
  std::string reason;
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(RefundBody, (), (amount, reason, id))
constexpr Note kReasonNote{"reason", {}, {}, R"({"minLength":1,"maxLength":512})"};
constexpr auto notes(NotesOf<RefundBody>) {
  return std::array{Note{"amount", "all that is left to give back when absent"}, kReasonNote,
                    Note{"id", "a refund with an id happens once, however often it is sent; made for you when absent"}};
}

struct ReturnBody {
  std::vector<GoodsLineBody> lines;
  bool restock = false;
  bool refund = false;
  std::string reason;
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(ReturnBody, (), (lines, restock, refund, reason, id))
constexpr auto notes(NotesOf<ReturnBody>) {
  return std::array{Note{"lines", "of what was shipped", {}, R"({"minItems":1,"maxItems":1000})"},
                    Note{"restock", "the goods can be sold again"},
                    Note{"refund", "their price is given back, as far as it is still there to give"}, kReasonNote,
                    Note{"id", "a return with an id happens once, however often it is sent; made for you when absent"}};
}

Response order_response(int status, const Order& order) {
  Response response = json_response(status, order_view(order));
  response.add_header("ETag", etag_of(order.rev));
  return response;
}

// --- cancel ----------------------------------------------------------------------------------------------------------

struct CancelPending {
  std::string status;
};
BOOST_DESCRIBE_STRUCT(CancelPending, (), (status))

void cancel_order(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  CancelBody body;
  if (!call->request.body.empty()) {
    auto read = read_body<CancelBody>(call->request);
    if (!read) return call->refuse(read.error());
    body = std::move(*read);
  }
  const std::string reason = body.reason.value_or(std::string());
  if (reason.size() > kMaxReason) {
    return call->refuse(Error{
        ErrorCode::kInvalid, "invalid_fields", "the reason is too long", {{"/reason", "must be at most 512 bytes"}}});
  }
  OrderRequest asked;
  asked.command = order_command::Cancel{reason};
  asked.type = type::kCancelRequested;
  asked.value = encode(CancelRequested{OrderId(call->request.path_parameters[0]), reason});
  asked.settled = [](const Call&, const Order& order) -> std::optional<Response> {
    if (order.status != OrderStatus::cancelled) return std::nullopt;
    return order_response(200, order);
  };
  asked.pending = [](const Order* order) {
    return order != nullptr ? order_response(202, *order)
                            : json_response(202, to_json(CancelPending{"cancel_requested"}));
  };
  ask_order(context, call, std::move(asked));
}

// --- refunds and returns ---------------------------------------------------------------------------------------------

// The id that the client gave, one that hangs on the Idempotency-Key and the order, or a fresh one. kInvalid for a bad
// key.
Result<std::string> id_of_part(const Call& call, std::string_view kind, const std::optional<std::string>& given) {
  const auto key = idempotency_key(call.request);
  if (!key) return fail(key.error());
  if (given) return *given;
  return *key ? uuid_v5(kind, call.request.path_parameters[0] + "\n" + **key) : uuid_v7(now());
}

Response reused_id(const Call& call, std::string_view code, std::string_view what) {
  return problem(422, code, "the order has another " + std::string(what) + " under this id", call.request.trace_id,
                 "use a new id or Idempotency-Key for a new one, and the same body for a retry");
}

std::vector<Violation> check_part(const std::string& reason, const std::optional<std::string>& id) {
  std::vector<Violation> found;
  if (reason.empty() || reason.size() > kMaxReason) found.push_back({"/reason", "must be 1 to 512 bytes"});
  if (!id) return found;
  if (const auto problem = id_problem(*id); !problem.empty()) found.push_back({"/id", std::string(problem)});
  return found;
}

template <class Part>
const Part* find_part(const std::vector<Part>& parts, const std::string& id) {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.id == id; });
  return found == parts.end() ? nullptr : &*found;
}

void post_refund(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<RefundBody>(call->request);
  if (!body) return call->refuse(body.error());
  auto violations = check_part(body->reason, body->id);
  if (body->id && (*body->id == kAutomaticRefund || body->id->starts_with(kRefundOfReturn))) {
    violations.push_back({"/id", "is one that ordo gives itself"});
  }
  if (!violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the refund has wrong fields", std::move(violations)});
  }
  const auto id = id_of_part(*call, "refund", body->id);
  if (!id) return call->refuse(id.error());
  OrderRequest asked;
  asked.command = order_command::RequestRefund{*id, body->amount, body->reason};
  asked.type = type::kRefundRequested;
  asked.value = encode(RefundRequested{OrderId(call->request.path_parameters[0]), *id, body->amount, body->reason});
  asked.settled = [id = *id, amount = body->amount, reason = body->reason](
                      const Call& asking, const Order& order) -> std::optional<Response> {
    const auto* refund = find_part(order.refunds, id);
    if (refund == nullptr) return std::nullopt;
    const bool same = (!amount || *amount == refund->amount) && reason == refund->reason;
    if (!same) return reused_id(asking, "refund_id_reused", "refund");
    return json_response(201, to_json(*refund));
  };
  asked.pending = [id = *id](const Order*) { return pending_change(id); };
  ask_order(context, call, std::move(asked));
}

std::vector<Violation> check_return(const ReturnBody& body) {
  auto found = check_part(body.reason, body.id);
  check_goods(body.lines, found);
  return found;
}

void post_return(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<ReturnBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (auto violations = check_return(*body); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the return has wrong fields", std::move(violations)});
  }
  const auto id = id_of_part(*call, "return", body->id);
  if (!id) return call->refuse(id.error());
  const auto lines = stock_lines(body->lines);
  OrderRequest asked;
  asked.command = order_command::Return{*id, lines, body->restock, body->refund, body->reason};
  asked.type = type::kReturnRequested;
  asked.value = encode(ReturnRequested{OrderId(call->request.path_parameters[0]), *id, lines, body->restock,
                                       body->refund, body->reason});
  asked.settled = [id = *id, lines = sum_lines(lines), restock = body->restock, reason = body->reason](
                      const Call& asking, const Order& order) -> std::optional<Response> {
    const auto* found = find_part(order.returns, id);
    if (found == nullptr) return std::nullopt;
    const bool same = found->lines == lines && found->restock == restock && found->reason == reason;
    if (!same) return reused_id(asking, "return_id_reused", "return");
    return json_response(201, to_json(*found));
  };
  asked.pending = [id = *id](const Order*) { return pending_change(id); };
  ask_order(context, call, std::move(asked));
}

template <class Part>
void list_parts(ApiContext& context, Request request, Respond respond, std::vector<Part> Order::*parts) {
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

void list_refunds(ApiContext& context, Request request, Respond respond) {
  list_parts(context, std::move(request), std::move(respond), &Order::refunds);
}

void list_returns(ApiContext& context, Request request, Respond respond) {
  list_parts(context, std::move(request), std::move(respond), &Order::returns);
}

// --- descriptions ----------------------------------------------------------------------------------------------------

std::string cancel_pending_schema(SchemaSet& set) {
  return "{\"anyOf\":[" + order_schema(set) + "," + schema_of<CancelPending>(set) + "]}";
}

template <class Part>
std::string parts_schema(SchemaSet& set) {
  ObjectSchema parts;
  parts.add("data", schema_of<std::vector<Part>>(set));
  return parts.text();
}

void add_part_routes(Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const ProblemDescription unknown{404, "unknown_order"};
  router.add(Method::kPost, "/v1/orders/{id}/refunds", bind(post_refund),
             {.tag = "Orders",
              .summary = "Give money back",
              .text = "The whole or a part of what was paid. The answer has the refund as asked for; the gateway makes "
                      "it after that.",
              .parameters = {idempotency_key_parameter(), prefer_wait_parameter()},
              .body = {schema_of<RefundBody>, R"({"amount":{"amount":500,"currency":"USD"},"reason":"scratched"})"},
              .answers = {{201, "The refund.", schema_of<Refund>}, {202, "Not decided yet.", pending_change_schema}},
              .problems = {unknown,
                           {409, "illegal_transition, refund_exceeds_payment, too_many_parts"},
                           {422, "invalid_fields, currency_mismatch, bad_amount, refund_id_reused"}}});
  router.add(Method::kGet, "/v1/orders/{id}/refunds", bind(list_refunds),
             {.tag = "Orders",
              .summary = "List the refunds of an order",
              .text = "Those that cancels and returns caused too.",
              .parameters = {if_none_match_parameter()},
              .answers = {{200, "All of them, oldest first.", parts_schema<Refund>, kJson, {"ETag"}},
                          {304, "Nothing has changed."}},
              .problems = {unknown}});
  router.add(
      Method::kPost, "/v1/orders/{id}/returns", bind(post_return),
      {.tag = "Orders",
       .summary = "Take goods back",
       .text = "Of what has left. They can go back into stock, and their price to the customer.",
       .parameters = {idempotency_key_parameter(), prefer_wait_parameter()},
       .body = {schema_of<ReturnBody>,
                R"({"lines":[{"product_id":"mug-red","quantity":1}],"restock":true,"refund":true,)"
                R"("reason":"too red"})"},
       .answers = {{201, "The return.", schema_of<OrderReturn>}, {202, "Not decided yet.", pending_change_schema}},
       .problems = {unknown,
                    {409, "illegal_transition, lines_exceed_order, too_many_parts"},
                    {422, "invalid_fields, bad_quantity, return_id_reused"}}});
  router.add(Method::kGet, "/v1/orders/{id}/returns", bind(list_returns),
             {.tag = "Orders",
              .summary = "List the returns of an order",
              .parameters = {if_none_match_parameter()},
              .answers = {{200, "All of them, oldest first.", parts_schema<OrderReturn>, kJson, {"ETag"}},
                          {304, "Nothing has changed."}},
              .problems = {unknown}});
}

}  // namespace

void add_order_change_routes(Router& router, ApiContext& context) {
  router.add(
      Method::kPost, "/v1/orders/{id}/cancel",
      [&context](Request request, Respond respond) { cancel_order(context, std::move(request), std::move(respond)); },
      {.tag = "Orders",
       .summary = "Cancel an order",
       .text = "What was reserved is released, what was paid is given back. Once its goods are asked for, "
               "whether it can be stopped shows a moment later; when a part has left, it cannot.",
       .parameters = {prefer_wait_parameter()},
       .body = {schema_of<CancelBody>, R"({"reason":"changed my mind"})", false},
       .answers = {{200, "The order, cancelled.", order_schema, kJson, {"ETag"}},
                   {202, "Not decided yet: the order as it is, or nothing but the status.", cancel_pending_schema}},
       .problems = {{404, "unknown_order"}, {409, "illegal_transition"}, {422, "invalid_fields"}}});
  add_part_routes(router, context);
}

}  // namespace ordo::http
