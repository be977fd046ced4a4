// /v1/payments: the requests to the gateway, its answers, and its callbacks.
#include <optional>
#include <string>

#include "api/api_context.h"
#include "api/json_body.h"
#include "api/list_request.h"
#include "api/signature_parameters.h"
#include "api/views.h"
#include "domain/text_rule.h"
#include "http/router.h"
#include "processors/payments.h"
#include "records/messages.h"

namespace ordo::api {
namespace {

constexpr std::size_t kMaxGatewayText = 512;

// The outcomes that a gateway can report.
enum class CallbackOutcome { authorized, captured, voided, refunded, declined };
BOOST_DESCRIBE_ENUM(CallbackOutcome, authorized, captured, voided, refunded, declined)

GatewayOutcome to_outcome(CallbackOutcome outcome) {
  GatewayOutcome same = GatewayOutcome::unavailable;
  enum_from_name(enum_name(outcome), same);
  return same;
}

struct AnswerBody {
  std::optional<std::string> call_id;
  std::optional<std::string> refund_id;
  std::optional<Money> amount;
  CallbackOutcome outcome = CallbackOutcome::declined;
  std::optional<std::string> reason;
  std::optional<std::string> reference;
};
BOOST_DESCRIBE_STRUCT(AnswerBody, (), (call_id, refund_id, amount, outcome, reason, reference))
constexpr auto notes(NotesOf<AnswerBody>) {
  return std::array{
      Note{"call_id", "the idempotency key of ordo's request", {}, R"({"minLength":1,"maxLength":256})"},
      Note{"refund_id",
           "instead of call_id, with amount: a refund that the gateway made, or reversed, without a request",
           {},
           R"({"minLength":1,"maxLength":128})"},
      Note{"amount", "with refund_id, of the refund; with call_id, what was captured, if it is not the call's amount"},
      Note{"reason", "reason of a refusal", {}, R"({"maxLength":512})"},
      Note{"reference", "the gateway's own reference", {}, R"({"maxLength":512})"}};
}

std::vector<Violation> check_answer(const AnswerBody& body) {
  constexpr std::size_t kMaxCallId = 256;
  std::vector<Violation> found;
  if (body.call_id && (body.call_id->empty() || body.call_id->size() > kMaxCallId)) {
    found.push_back({"/call_id", "must be 1 to 256 bytes"});
  }
  if (body.refund_id) {
    if (const auto problem = id_problem(*body.refund_id); !problem.empty()) {
      found.push_back({"/refund_id", std::string(problem)});
    }
  }
  if (body.call_id.has_value() == body.refund_id.has_value()) {
    found.push_back({"/call_id", "is required, unless refund_id and amount are given; not both"});
  } else if (body.refund_id && !body.amount) {
    found.push_back({"/amount", "is required with refund_id"});
  } else if (body.call_id && body.amount && body.outcome != CallbackOutcome::captured) {
    found.push_back({"/amount", "is allowed only with refund_id, or with the outcome captured"});
  }
  if (body.reason && body.reason->size() > kMaxGatewayText) found.push_back({"/reason", "must be at most 512 bytes"});
  if (body.reference && body.reference->size() > kMaxGatewayText)
    found.push_back({"/reference", "must be at most 512 bytes"});
  if (body.reason && !text_problem(*body.reason).empty()) {
    found.push_back({"/reason", std::string(text_problem(*body.reason))});
  }
  if (body.reference && !line_problem(*body.reference).empty()) {
    found.push_back({"/reference", std::string(line_problem(*body.reference))});
  }
  return found;
}

void refuse_unknown_payment(const CallPtr& call) {
  call->refuse(404, "unknown_payment",
               "there was never a payment request for the order " + call->request.path_parameters[0]);
}

struct AnswerTaken {
  std::optional<std::string> call_id;
  std::optional<std::string> refund_id;
  std::string status;
};
BOOST_DESCRIBE_STRUCT(AnswerTaken, (), (call_id, refund_id, status))
constexpr auto notes(NotesOf<AnswerTaken>) {
  return std::array{Note{"", "The answer is durable."}, Note{"status", "taken", R"("taken")"}};
}

// A repeated answer is written too: the payment detects the repeat.
void take_answer(ApiContext& context, const CallPtr& call, const AnswerBody& body) {
  const OrderId order(call->request.path_parameters[0]);
  const auto found = context.ports.documents.get(Collection::payments, order.str());
  if (!found) return call->refuse(found.error());
  if (!*found) return refuse_unknown_payment(call);
  const GatewayAnswered answered{order,
                                 body.call_id.value_or(std::string()),
                                 to_outcome(body.outcome),
                                 body.reason,
                                 body.reference,
                                 body.refund_id,
                                 body.amount};
  if (const auto allowed = decide(&std::get<Payment>(**found), processors::command_of(answered), now()); !allowed) {
    return call->refuse(allowed.error());
  }
  Outgoing outgoing;
  outgoing.topic = Topic::payments;
  outgoing.key = outgoing.subject = order.str();
  outgoing.type = kTypeOf<GatewayAnswered>;
  outgoing.value = encode(answered);
  const AnswerTaken taken{body.call_id, body.refund_id, "taken"};
  context.append(*call, std::move(outgoing), [call, taken](const Result<LogPosition>& position) {
    if (!position) return call->refuse(position.error());
    call->answer(json_response(202, to_json(taken)));
  });
}

void post_answer(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  if (!call->request.is_signed) {  // the guard refuses a bad signature; a request without one is refused here
    return call->refuse(403, "no_gateway_secret", "callbacks must be signed",
                        "give the server and the gateway the same gateway_secret");
  }
  auto body = read_body<AnswerBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (auto violations = check_answer(*body); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the answer has wrong fields", std::move(violations)});
  }
  context.on_pool(
      call, [&context, body = std::move(*body)](const CallPtr& under_way) { take_answer(context, under_way, body); });
}

void get_payment(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto found = context.ports.documents.get(Collection::payments, call->request.path_parameters[0]);
    if (!found) return call->refuse(found.error());
    if (!*found) return refuse_unknown_payment(call);
    const auto& payment = std::get<Payment>(**found);
    answer_read(call, etag_of(payment.rev), payment_view(payment));
  });
}

void list_payments(ApiContext& context, http::Request request, http::Respond respond) {
  answer_list(context, make_call(std::move(request), std::move(respond)), Collection::payments,
              {[](const Document& document) { return payment_view(std::get<Payment>(document)); }});
}

}  // namespace

void add_payment_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const http::ProblemDescription unknown{404, "unknown_payment"};
  router.add(http::Method::kGet, "/v1/payments", bind(list_payments),
             {.tag = "Payments",
              .operation = "listPayments",
              .summary = "List payments",
              .text = "Newest first.",
              .parameters = list_parameters(Collection::payments),
              .answers = {{200, "A page.", http::page_schema<payment_schema>, http::kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}}});
  router.add(http::Method::kGet, "/v1/payments/{order_id}", bind(get_payment),
             {.tag = "Payments",
              .operation = "getPayment",
              .summary = "Read the payment of an order",
              .text = "calls has the open requests to the gateway, history has its answers.",
              .parameters = {http::if_none_match_parameter()},
              .answers = {{200, "The payment.", payment_schema, http::kJson, {"ETag"}}, {304, "Nothing has changed."}},
              .problems = {unknown}});
  router.add(http::Method::kPost, "/v1/payments/{order_id}/answers", bind(post_answer),
             {.tag = "Payments",
              .operation = "answerPaymentCall",
              .summary = "Report the outcome of a payment call",
              .text = "The payment gateway's callback, signed with the setting gateway_secret. A repeat is harmless.",
              .parameters = signature_parameters(true),
              .body = {schema_of<AnswerBody>, R"({"call_id":"0197d8a5:1","outcome":"captured","reference":"ch_3Nx"})"},
              .answers = {{202, "Accepted: durable, not decided yet.", schema_of<AnswerTaken>}},
              .problems = {{401, "missing_signature, bad_signature, stale_signature"},
                           {403, "no_gateway_secret"},
                           unknown,
                           {409, "unknown_call, refund_exceeds_payment, message_reused"},
                           {422, "invalid_fields, bad_amount"}}});
}

}  // namespace ordo::api
