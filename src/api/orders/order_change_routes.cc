// /v1/orders/{id}/cancel, /shipments, /notes: requests about an order.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "api/content_permissions.h"
#include "api/document_change.h"
#include "api/json_body.h"
#include "api/orders/goods_body.h"
#include "api/orders/order_actions.h"
#include "api/orders/order_request.h"
#include "api/orders/part_request.h"
#include "api/ownership.h"
#include "domain/shipment.h"
#include "http/problem.h"
#include "http/router.h"
#include "records/json_codec.h"
#include "records/messages.h"

namespace ordo::api {
namespace {

struct CancelBody {
  std::optional<std::string> reason;
  std::optional<std::vector<OrderPieces>> lines;
  std::optional<std::string> id;
  std::optional<CancelReason> reason_code;
};
BOOST_DESCRIBE_STRUCT(CancelBody, (), (reason, lines, id, reason_code))
constexpr auto notes(NotesOf<CancelBody>) {
  return std::array{
      Note{"reason", "shown as the order's status_reason", {}, R"({"maxLength":512})"},
      Note{"reason_code", "shown as its status_reason_code; a customer's token always cancels with customer"},
      Note{"lines",
           "only these lines, of a confirmed order; when absent, everything that has not been shipped",
           {},
           kLinesRule},
      Note{"id", "for a cancel of lines; a repeated id has no further effect; ordo makes one when absent"}};
}

struct ResendBody {
  std::optional<std::vector<GoodsLineBody>> lines;
  std::optional<std::string> reason;
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(ResendBody, (), (lines, reason, id))
constexpr auto notes(NotesOf<ResendBody>) {
  return std::array{Note{"lines", "lost lines; all of them when absent", {}, kLinesRule},
                    Note{"reason", "shown with the order", {}, R"({"maxLength":512})"}, kIdNote};
}

struct NoteBody {
  std::string text;
  std::optional<bool> public_;
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(NoteBody, (), (text, public_, id))
constexpr auto rules(RulesOf<NoteBody>) {
  return std::array{kNoteText};
}
constexpr auto notes(NotesOf<NoteBody>) {
  return std::array{Note{"public", "true: the customer may read it; false by default"}, kIdNote};
}

bool is_shipped_or_cancelled(const Order& order) {
  return unshipped_lines(order).empty();
}

// --- cancel ----------------------------------------------------------------------------------------------------------

struct CancelPending {
  std::string status;
};
BOOST_DESCRIBE_STRUCT(CancelPending, (), (status))

// The order, if it shows the outcome of the cancel; 409 if logistics has refused the cancel as too late.
std::optional<http::Response> settled_cancel(const Call& call, const Order& order,
                                             const order_command::Cancel& command) {
  const auto& parts = order.cancellations;
  const bool whole = order.status == OrderStatus::cancelled;
  const bool part = std::any_of(parts.begin(), parts.end(), [&](const Cancellation& one) {
    if (!command.lines.empty()) return one.id == command.id;
    return one.reason == command.reason && is_shipped_or_cancelled(order);
  });
  if (whole || part) return order_response(200, order, reader_of(call.request));
  const auto refused = std::find_if(order.refusals.begin(), order.refusals.end(), [&](const RefusedRequest& refusal) {
    return !command.lines.empty() && refusal.request == "cancel" && refusal.id == command.id;
  });
  if (refused == order.refusals.end()) return std::nullopt;
  return http::problem(409, refused->reason, refused->detail, call.request.trace_id);
}

std::vector<Violation> check_resend(const ResendBody& body) {
  auto found = check_part(body.reason.value_or(std::string()), Reason::welcome, body.id);
  if (body.lines) check_goods(*body.lines, found);
  return found;
}

// What a customer cancels counts as the customer's own choice.
void set_code_of_customer(CancelBody& body, std::vector<Violation>& found) {
  // guard: cancel-code-of-customers
  if (body.reason_code && body.reason_code != CancelReason::customer) {
    found.push_back({"/reason_code", "must be customer, or absent, with a customer's token"});
  }
  body.reason_code = CancelReason::customer;
}

std::vector<Violation> check_cancel(const CancelBody& body) {
  auto found = check_part(body.reason.value_or(std::string()), Reason::welcome, body.id);
  if (body.lines) check_pieces(*body.lines, found);
  if (body.id && !body.lines) found.push_back({"/id", "is allowed with lines only: a whole order is cancelled once"});
  return found;
}

// Sends lost goods again. The stock decision follows a moment later.
void post_shipment(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<ResendBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (auto violations = check_resend(*body); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the shipment has wrong fields", std::move(violations)});
  }
  const auto id = id_of_part(*call, "resend", body->id);
  if (!id) return call->refuse(id.error());
  ResendRequested message{OrderId(call->request.path_parameters[0]), *id, std::nullopt,
                          body->reason.value_or(std::string())};
  if (body->lines) message.lines = stock_lines(*body->lines);
  OrderRequest asked;
  asked.command = order_command::RequestResend{*id, message.lines.value_or(std::vector<StockLine>()), message.reason};
  asked.type = kTypeOf<ResendRequested>;
  asked.value = encode(message);
  asked.settled = [id = *id](const Call& asking, const Order& order) -> std::optional<http::Response> {
    const auto* resend = find_part(order.resends, id);
    if (resend == nullptr || resend->status == ResendStatus::requested) return std::nullopt;
    if (resend->status == ResendStatus::accepted) return json_response(201, to_json(*resend));
    return http::problem(409, "resend_refused", resend->detail, asking.request.trace_id,
                         "refund the money, or use a new id once the goods are in stock again");
  };
  asked.pending = [id = *id](const Order*) { return pending_change(id); };
  ask_order(context, call, std::move(asked));
}

void post_note(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<NoteBody>(call->request);
  if (!body) return call->refuse(body.error());
  std::vector<Violation> violations;
  check_rules(*body, TextRule::enforced, violations);
  if (const auto problem = id_problem(body->id.value_or("x")); !problem.empty()) {
    violations.push_back({"/id", std::string(problem)});
  }
  if (!violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the note has wrong fields", std::move(violations)});
  }
  const auto id = id_of_part(*call, "note", body->id);
  if (!id) return call->refuse(id.error());
  const bool shown = body->public_.value_or(false);
  OrderRequest asked;
  asked.command = order_command::AddNote{*id, body->text, shown};
  asked.type = kTypeOf<NoteAdded>;
  asked.value = encode(NoteAdded{OrderId(call->request.path_parameters[0]), *id, body->text, body->public_});
  asked.settled = [id = *id, text = body->text, shown](const Call& asking,
                                                       const Order& order) -> std::optional<http::Response> {
    const auto* note = order.notes ? find_part(*order.notes, id) : nullptr;
    if (note == nullptr) return std::nullopt;
    // The text of a redacted order's note is gone.
    const bool same = (note->text == text || order.redacted_at) && note->public_ == shown;
    if (!same) return reused_id(asking, "note_id_reused", "note");
    return json_response(201, to_json(*note));
  };
  asked.pending = [id = *id](const Order*) { return pending_change(id); };
  ask_order(context, call, std::move(asked));
}

// --- descriptions ----------------------------------------------------------------------------------------------------

std::string cancel_pending_schema(SchemaSet& set) {
  return "{\"anyOf\":[" + order_schema(set) + "," + schema_of<CancelPending>(set) + "]}";
}

void add_part_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const http::ProblemDescription unknown{404, "unknown_order"};
  router.add(
      http::Method::kPost, "/v1/orders/{id}/shipments", bind(post_shipment),
      {.tag = "Orders",
       .operation = "sendAgain",
       .summary = "Send lost goods again",
       .text = "A lost parcel ends its order. The shop decides: it makes a refund, or sends the "
               "goods again in a new shipment, if they are in stock. The order is confirmed again "
               "until they are delivered.",
       .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<ResendBody>, R"({"lines":[{"product_id":"mug-red","quantity":1}]})"},
       .answers = {{201, "Accepted: the shipment was requested.", schema_of<Resend>},
                   {202, "Not decided yet.", pending_change_schema}},
       .problems = {
           unknown,
           {409, "nothing_lost, lines_exceed_order, not_paid, resend_refused, illegal_transition, too_many_parts"},
           {422, "invalid_fields, bad_quantity"}}});
  router.add(
      http::Method::kPost, "/v1/orders/{id}/notes", bind(post_note),
      {.tag = "Orders",
       .operation = "addNote",
       .summary = "Add a note to an order",
       .text = "For the shop's staff. The order shows its notes. A customer sees only public ones, and not who "
               "wrote them. An order has at most 100 notes.",
       .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<NoteBody>, R"({"text":"Ann called: please ring twice","public":false})"},
       .answers = {{201, "The note.", schema_of<OrderNote>}, {202, "Not decided yet.", pending_change_schema}},
       .problems = {unknown, {409, "too_many_notes, illegal_transition"}, {422, "invalid_fields, note_id_reused"}}});
}

}  // namespace

void cancel_order(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  CancelBody body;
  if (!call->request.body.empty()) {
    auto read = read_body<CancelBody>(call->request);
    if (!read) return call->refuse(read.error());
    body = std::move(*read);
  }
  auto violations = check_cancel(body);
  if (only_customer(call->request) != nullptr) set_code_of_customer(body, violations);
  if (!violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the cancel has wrong fields", std::move(violations)});
  }
  const std::string reason = body.reason.value_or(std::string());
  CancelRequested message{OrderId(call->request.path_parameters[0]), reason};
  order_command::Cancel command{reason};
  message.reason_code = command.code = body.reason_code;
  if (body.lines) {
    const auto id = id_of_part(*call, "cancel", body.id);
    if (!id) return call->refuse(id.error());
    if (shipment_number(message.order_id, *id)) {
      return call->refuse(
          {ErrorCode::kInvalid, "invalid_fields", "the cancel has wrong fields", {{"/id", "is the id of a shipment"}}});
    }
    command.id = *id;
    command.lines = *body.lines;
    message.cancel_id = *id;
    message.lines = std::move(body.lines);
  }
  OrderRequest asked;
  asked.command = command;
  asked.type = kTypeOf<CancelRequested>;
  asked.value = encode(message);
  asked.settled = [command](const Call& asking, const Order& order) { return settled_cancel(asking, order, command); };
  asked.pending = [reader = reader_of(call->request)](const Order* order) {
    return order != nullptr ? order_response(202, *order, reader)
                            : json_response(202, to_json(CancelPending{"cancel_requested"}));
  };
  ask_order(context, call, std::move(asked));
}

void add_order_change_routes(http::Router& router, ApiContext& context) {
  router.add(
      http::Method::kPost, "/v1/orders/{id}/cancel", bind_to(context)(cancel_order),
      {.tag = "Orders",
       .operation = "cancelOrder",
       .summary = "Cancel an order",
       .text = "Releases reserved stock and refunds the payment. Once the shipment was requested, logistics "
               "decides a moment later whether it can be stopped. If a part was shipped, the rest is cancelled: the "
               "order is fulfilled with that part, and the price of the rest is refunded. With lines, only these are "
               "cancelled, and their price is refunded. Custom lines and fees can be cancelled until the order has "
               "ended. A cancel of everything refunds shipping too.",
       .parameters = {http::prefer_wait_parameter()},
       .body = {schema_of<CancelBody>, R"({"reason":"changed my mind"})", false},
       .answers = {{200,
                    "The order after the cancel of everything, or of the part that had not been shipped.",
                    order_schema,
                    http::kJson,
                    {"ETag"}},
                   {202, "Not decided yet: the order as it is, or only its status.", cancel_pending_schema}},
       .problems = {{404, "unknown_order"},
                    {409, "illegal_transition, lines_exceed_order, lines_in_several_shipments, too_many_parts"},
                    {422, "invalid_fields, bad_quantity, unknown_line"}}});
  add_part_routes(router, context);
  add_refund_routes(router, context);
  add_order_terms_routes(router, context);
  add_tag_routes(router, context);
  add_bulk_routes(router, context);
}

}  // namespace ordo::api
