#include "outbound/http_gateway.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/number.h"
#include "base/text.h"
#include "outbound/url.h"
#include "records/describe.h"
#include "records/json_codec.h"
#include "records/json_view.h"

namespace ordo::outbound {

// The body of a question to the gateway.
struct GatewayQuestionBody {
  std::string call_id;
  CallKind kind = CallKind::purchase;
  OrderId order_id;
  Money amount;
  std::string method;
  std::optional<std::string> refund_id;
  std::int64_t attempt = 1;
};
BOOST_DESCRIBE_STRUCT(GatewayQuestionBody, (), (call_id, kind, order_id, amount, method, refund_id, attempt))

namespace {

constexpr std::size_t kMaxTextBytes = 200;  // of a reason or a reference, which are stored with the payment

std::string body_of(const effects::GatewayQuestion& question) {
  GatewayQuestionBody body;
  body.call_id = question.id;
  body.kind = question.kind;
  body.order_id = question.order_id;
  body.amount = question.amount;
  body.method = question.method;
  if (!question.refund_id.empty()) body.refund_id = question.refund_id;
  body.attempt = question.attempt;
  return to_json(body);
}

// An order's id may contain full stops, a signed message's id may not. No id contains a percent sign.
std::string without_full_stops(std::string_view id) {
  std::string out;
  for (const char c : id) c == '.' ? out.append("%2E") : out.append(1, c);
  return out;
}

effects::GatewayReply unavailable(std::string reason) {
  return {GatewayOutcome::unavailable, std::move(reason), {}};
}

// A string member of an arbitrary body; empty when it is absent.
std::string member(const std::string& body, std::string_view name) {
  const auto tape = JsonTape::parse(body);
  if (!tape) return {};
  const JsonView value = JsonView(*tape)[name];
  return value.is(JsonNode::Kind::string) ? utf8_cut(value.text(), kMaxTextBytes) : std::string();
}

// The amount that was captured. Absent when the body has none; an impossible one when it cannot be read.
std::optional<Money> amount_in(const std::string& body) {
  const auto tape = JsonTape::parse(body);
  if (!tape) return std::nullopt;
  const JsonView value = JsonView(*tape)["amount"];
  if (!value.is(JsonNode::Kind::object)) return std::nullopt;
  return Money{parse_integer<std::int64_t>(value["amount"].text()).value_or(0),
               Currency::parse(value["currency"].text()).value_or(Currency())};
}

effects::GatewayReply answer_in(const std::string& body) {
  static constexpr std::array kFinal = {GatewayOutcome::authorized, GatewayOutcome::captured, GatewayOutcome::voided,
                                        GatewayOutcome::refunded, GatewayOutcome::declined};
  effects::GatewayReply reply;
  if (!enum_from_name(member(body, "outcome"), reply.outcome)) return unavailable("gateway_answer_not_understood");
  reply.reason = member(body, "reason");
  reply.reference = member(body, "reference");
  reply.amount = amount_in(body);
  if (reply.outcome == GatewayOutcome::declined && reply.reason.empty()) reply.reason = "declined";
  // ordo, not the gateway, decides whether to ask again.
  if (std::find(kFinal.begin(), kFinal.end(), reply.outcome) == kFinal.end()) {
    reply.outcome = GatewayOutcome::unavailable;
  }
  return reply;
}

bool may_pass(int status) {
  return status == 408 || status == 409 || status == 425 || status == 429;
}

// Nothing when the gateway will send a callback.
std::optional<effects::GatewayReply> reply_of(const HttpReply& reply) {
  if (reply.status == 200) return answer_in(reply.body);
  if (reply.status == 202) return std::nullopt;
  const auto status = std::to_string(reply.status);
  if (reply.status < 400 || reply.status >= 500 || may_pass(reply.status)) {
    return unavailable("gateway_status_" + status);
  }
  auto reason = member(reply.body, "reason");
  return effects::GatewayReply{
      GatewayOutcome::declined, reason.empty() ? "gateway_refused_" + status : std::move(reason), {}};
}

}  // namespace

Result<std::unique_ptr<HttpGateway>> HttpGateway::open(HttpGatewayOptions options) {
  if (auto url = parse_url(options.url, {.allow_userinfo = true}); !url) return fail(std::move(url.error()));
  auto secret = access::parse_secret(options.secret);
  if (!secret) return fail(std::move(secret.error()));
  auto caller = HttpCaller::start(std::move(options.caller));
  if (!caller) return fail(std::move(caller.error()));
  return std::unique_ptr<HttpGateway>(
      new HttpGateway(std::move(options.url), std::move(*secret), options.timeout, std::move(*caller)));
}

HttpGateway::HttpGateway(std::string url, access::SigningSecret secret, std::chrono::milliseconds timeout,
                         std::unique_ptr<HttpCaller> caller)
    : url_(std::move(url)), secret_(std::move(secret)), timeout_(timeout), caller_(std::move(caller)) {}

void HttpGateway::ask(const effects::GatewayQuestion& question, effects::GatewayAnswerFn answer) {
  HttpCall call;
  call.url = url_;
  call.timeout = timeout_;
  call.body = body_of(question);
  auto headers = access::sign({secret_}, without_full_stops(question.id), now(), call.body);
  call.headers = {{"Content-Type", "application/json"},
                  {"Idempotency-Key", question.id},
                  {std::string(access::kIdHeader), std::move(headers.id)},
                  {std::string(access::kTimestampHeader), std::move(headers.timestamp)},
                  {std::string(access::kSignatureHeader), std::move(headers.signature)}};
  caller_->call(std::move(call), [answer = std::move(answer)](Result<HttpReply> result) {
    if (!result) {
      // When the process stops, the results of active calls are unknown. They are asked again after the next start.
      if (result.error().reason != "stopping") answer(unavailable("gateway_" + result.error().reason), {});
      return;
    }
    if (auto reply = reply_of(*result)) answer(std::move(*reply), {});
  });
}

void HttpGateway::stop() {
  caller_->stop();
}

}  // namespace ordo::outbound
