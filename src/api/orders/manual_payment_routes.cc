// /v1/orders/{id}/payments, /v1/orders/{id}/refunds/{refund_id}/paid: money that people receive and pay out.
#include <optional>
#include <string>
#include <vector>

#include "api/document_change.h"
#include "api/json_body.h"
#include "api/orders/order_request.h"
#include "api/orders/part_request.h"
#include "http/router.h"
#include "records/json_codec.h"
#include "records/messages.h"

namespace ordo::api {
namespace {

struct PaymentBody : StatedPayment {
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(PaymentBody, (StatedPayment), (id))
constexpr auto notes(NotesOf<PaymentBody>) {
  return std::array{Note{"amount", "a part of the price, or all of it"},
                    Note{"received_at", "when the money came; when absent, only the time of the record is known"},
                    Note{"id", "a repeated id has no further effect; ordo makes one when absent"}};
}

Error wrong_fields(const char* what, std::vector<Violation> found) {
  return {ErrorCode::kInvalid, "invalid_fields", std::string(what) + " has wrong fields", std::move(found)};
}

void post_payment(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<PaymentBody>(call->request);
  if (!body) return call->refuse(body.error());
  const StatedPayment& stated = *body;
  std::vector<Violation> found;
  check_rules(stated, TextRule::enforced, found);
  if (const auto problem = id_problem(body->id.value_or("x")); !problem.empty()) {
    found.push_back({"/id", std::string(problem)});
  }
  if (!found.empty()) return call->refuse(wrong_fields("the payment", std::move(found)));
  const auto id = id_of_part(*call, "payment", body->id);
  if (!id) return call->refuse(id.error());
  OrderRequest asked;
  asked.command = order_command::RecordPayment{*id, stated, now()};
  asked.type = kTypeOf<PaymentRecorded>;
  asked.value = encode(PaymentRecorded{stated, OrderId(call->request.path_parameters[0]), *id});
  asked.settled = [id = *id, stated](const Call& asking, const Order& order) -> std::optional<http::Response> {
    const auto* payment = order.payments ? find_part(*order.payments, id) : nullptr;
    if (payment == nullptr) return std::nullopt;
    const bool same =
        payment->amount == stated.amount && payment->method == stated.method && payment->reference == stated.reference;
    if (!same) return reused_id(asking, "payment_id_reused", "payment");
    return json_response(201, to_json(*payment));
  };
  asked.pending = [id = *id](const Order*) { return pending_change(id); };
  ask_order(context, call, std::move(asked));
}

void post_payout(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  Payout body;
  if (!call->request.body.empty()) {
    auto read = read_body<Payout>(call->request);
    if (!read) return call->refuse(read.error());
    body = std::move(*read);
  }
  std::vector<Violation> found;
  check_rules(body, TextRule::enforced, found);
  if (!found.empty()) return call->refuse(wrong_fields("the payout", std::move(found)));
  const std::string id = call->request.path_parameters[1];
  OrderRequest asked;
  asked.command = order_command::NoteRefundPaid{id, body};
  asked.type = kTypeOf<RefundPaid>;
  asked.value = encode(RefundPaid{body, OrderId(call->request.path_parameters[0]), id});
  asked.settled = [id](const Call&, const Order& order) -> std::optional<http::Response> {
    const auto* refund = find_part(order.refunds, id);
    const bool paid = refund != nullptr && refund->by_hand && refund->status == RefundStatus::succeeded;
    return paid ? std::optional(json_response(200, to_json(*refund))) : std::nullopt;
  };
  asked.pending = [id](const Order*) { return pending_change(id); };
  ask_order(context, call, std::move(asked));
}

}  // namespace

void add_manual_payment_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  router.add(
      http::Method::kPost, "/v1/orders/{id}/payments", bind(post_payment),
      {.tag = "Orders",
       .operation = "recordPayment",
       .summary = "Record a payment of a manual order",
       .text = "For an order with payment_terms manual: records money that came, all of it or a part. The order "
               "is confirmed once its price is there. Money that comes after the end of the order becomes a "
               "refund that is due.",
       .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<PaymentBody>,
                R"({"amount":{"amount":500,"currency":"USD"},"method":"cash","reference":"receipt 17"})"},
       .answers = {{201, "The payment.", schema_of<RecordedPayment>}, {202, "Not decided yet.", pending_change_schema}},
       .problems = {{404, "unknown_order"},
                    {409, "payment_not_expected, too_many_parts"},
                    {422, "invalid_fields, currency_mismatch, bad_amount, amount_overflow, payment_id_reused"}}});
  router.add(
      http::Method::kPost, "/v1/orders/{id}/refunds/{refund_id}/paid", bind(post_payout),
      {.tag = "Orders",
       .operation = "recordRefundPaid",
       .summary = "Record that a refund was paid by hand",
       .text = "For an order with payment_terms manual: no gateway makes its refunds. Each stays requested, "
               "with by_hand, until it is recorded as paid. A repeat has no further effect.",
       .parameters = {http::prefer_wait_parameter()},
       .body = {schema_of<Payout>, R"({"reference":"transfer 99"})", false},
       .answers = {{200, "The refund.", schema_of<Refund>}, {202, "Not decided yet.", pending_change_schema}},
       .problems = {{404, "unknown_order, unknown_refund"}, {409, "refund_not_by_hand"}, {422, "invalid_fields"}}});
}

}  // namespace ordo::api
