// /v1/payments: what the gateway is asked and what it said, and the way in for its callbacks.
#include <optional>
#include <string>

#include "http/api_context.h"
#include "http/callback_signature.h"
#include "http/json_body.h"
#include "http/list_request.h"
#include "http/router.h"
#include "http/views.h"
#include "records/messages.h"

namespace ordo::http {
namespace {

constexpr std::size_t kMaxGatewayText = 512;

// What a gateway can say of its own accord.
enum class CallbackOutcome { authorized, captured, voided, refunded, declined };
BOOST_DESCRIBE_ENUM(CallbackOutcome, authorized, captured, voided, refunded, declined)

GatewayOutcome to_outcome(CallbackOutcome outcome) {
  GatewayOutcome same = GatewayOutcome::unavailable;
  enum_from_name(enum_name(outcome), same);
  return same;
}

struct AnswerBody {
  std::string call_id;
  CallbackOutcome outcome = CallbackOutcome::declined;
  std::optional<std::string> reason;
  std::optional<std::string> reference;
};
BOOST_DESCRIBE_STRUCT(AnswerBody, (), (call_id, outcome, reason, reference))
constexpr auto notes(NotesOf<AnswerBody>) {
  return std::array{
      Note{"call_id", "the idempotency key under which ordo asked", {}, R"({"minLength":1,"maxLength":256})"},
      Note{"reason", "of a refusal", {}, R"({"maxLength":512})"},
      Note{"reference", "the gateway's own number", {}, R"({"maxLength":512})"}};
}

std::vector<Violation> check_body(const AnswerBody& body) {
  constexpr std::size_t kMaxCallId = 256;
  std::vector<Violation> found;
  if (body.call_id.empty() || body.call_id.size() > kMaxCallId) {
    found.push_back({"/call_id", "must be 1 to 256 bytes"});
  }
  if (body.reason && body.reason->size() > kMaxGatewayText) found.push_back({"/reason", "must be at most 512 bytes"});
  if (body.reference && body.reference->size() > kMaxGatewayText)
    found.push_back({"/reference", "must be at most 512 bytes"});
  return found;
}

void refuse_unknown_payment(const CallPtr& call) {
  call->refuse(404, "unknown_payment", "nothing was ever asked for the order " + call->request.path_parameters[0]);
}

struct AnswerTaken {
  std::string call_id;
  std::string status;
};
BOOST_DESCRIBE_STRUCT(AnswerTaken, (), (call_id, status))
constexpr auto notes(NotesOf<AnswerTaken>) {
  return std::array{Note{"", "The answer is durable."}, Note{"status", "taken", R"("taken")"}};
}

// An answer that repeats another is written all the same: the payment knows what it has heard.
void take_answer(ApiContext& context, const CallPtr& call, const AnswerBody& body) {
  const OrderId order(call->request.path_parameters[0]);
  const auto found = context.ports.documents.get(Collection::payments, order.str());
  if (!found) return call->refuse(found.error());
  if (!*found) return refuse_unknown_payment(call);
  const auto outcome = to_outcome(body.outcome);
  const payment_command::Answer answer{body.call_id, outcome, body.reason.value_or(std::string()),
                                       body.reference.value_or(std::string())};
  if (const auto allowed = decide(&std::get<Payment>(**found), answer, now()); !allowed) {
    return call->refuse(allowed.error());
  }
  Outgoing outgoing;
  outgoing.topic = Topic::payments;
  outgoing.key = outgoing.subject = order.str();
  outgoing.type = type::kGatewayAnswered;
  outgoing.value = encode(GatewayAnswered{order, body.call_id, outcome, body.reason, body.reference});
  context.append(*call, std::move(outgoing), [call, call_id = body.call_id](const Result<LogPosition>& position) {
    if (!position) return call->refuse(position.error());
    call->answer(json_response(202, to_json(AnswerTaken{call_id, "taken"})));
  });
}

void post_answer(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  if (context.options.gateway_secrets.empty()) {
    return call->refuse(403, "no_gateway_secret", "callbacks are taken only when they are signed",
                        "give the server and the gateway the same gateway_secret");
  }
  if (!is_signed(call, context.options.gateway_secrets)) return;
  auto body = read_body<AnswerBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (auto violations = check_body(*body); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the answer has wrong fields", std::move(violations)});
  }
  context.on_pool(
      call, [&context, body = std::move(*body)](const CallPtr& under_way) { take_answer(context, under_way, body); });
}

void get_payment(ApiContext& context, Request request, Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto found = context.ports.documents.get(Collection::payments, call->request.path_parameters[0]);
    if (!found) return call->refuse(found.error());
    if (!*found) return refuse_unknown_payment(call);
    const auto& payment = std::get<Payment>(**found);
    answer_read(call, etag_of(payment.rev), payment_view(payment));
  });
}

void list_payments(ApiContext& context, Request request, Respond respond) {
  answer_list(context, make_call(std::move(request), std::move(respond)), Collection::payments,
              [](const Document& document) { return payment_view(std::get<Payment>(document)); });
}

}  // namespace

void add_payment_routes(Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const ProblemDescription unknown{404, "unknown_payment"};
  router.add(Method::kGet, "/v1/payments", bind(list_payments),
             {.tag = "Payments",
              .summary = "List payments",
              .text = "Newest first.",
              .parameters = list_parameters(Collection::payments),
              .answers = {{200, "A page.", page_schema<payment_schema>, kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}}});
  router.add(Method::kGet, "/v1/payments/{order_id}", bind(get_payment),
             {.tag = "Payments",
              .summary = "Read the payment of an order",
              .text = "What the gateway is being asked stands in calls, what it said in history.",
              .parameters = {if_none_match_parameter()},
              .answers = {{200, "The payment.", payment_schema, kJson, {"ETag"}}, {304, "Nothing has changed."}},
              .problems = {unknown}});
  router.add(
      Method::kPost, "/v1/payments/{order_id}/answers", bind(post_answer),
      {.tag = "Payments",
       .summary = "Tell what a payment has come to",
       .text = "The payment gateway's callback, signed with the setting gateway_secret. Twice is as good as once.",
       .parameters = signature_parameters(true),
       .body = {schema_of<AnswerBody>, R"({"call_id":"0197d8a5:1","outcome":"captured","reference":"ch_3Nx"})"},
       .answers = {{202, "Taken: durable, to be decided.", schema_of<AnswerTaken>}},
       .problems = {{401, "missing_signature, bad_signature, stale_signature"},
                    {403, "no_gateway_secret"},
                    unknown,
                    {409, "unknown_call"},
                    {422, "invalid_fields"}}});
}

}  // namespace ordo::http
