#include "effects/simulated_gateway.h"

#include "base/murmur2.h"

namespace ordo::effects {
namespace {

GatewayReply approval(const GatewayQuestion& question) {
  GatewayReply reply;
  reply.reference = "sim-" + std::to_string(murmur2(question.id));
  switch (question.kind) {
    case CallKind::purchase:
    case CallKind::capture:
      reply.outcome = GatewayOutcome::captured;
      break;
    case CallKind::authorize:
      reply.outcome = GatewayOutcome::authorized;
      break;
    case CallKind::void_authorization:
      reply.outcome = GatewayOutcome::voided;
      break;
    case CallKind::refund:
      reply.outcome = GatewayOutcome::refunded;
      break;
  }
  return reply;
}

GatewayReply no_answer() {
  return {GatewayOutcome::unavailable, "no answer", {}};
}

}  // namespace

void SimulatedGateway::ask(const GatewayQuestion& question, GatewayAnswerFn answer) {
  const auto& rule = question.method;
  const auto latency = options_.latency;
  const bool brings_money = question.kind == CallKind::purchase || question.kind == CallKind::authorize;
  if (rule == "sim_timeout" && question.kind != CallKind::void_authorization) return answer(no_answer(), latency);
  if (rule == "sim_refund_fails" && question.kind == CallKind::refund) {
    return answer({GatewayOutcome::declined, "the account is closed", {}}, latency);
  }
  if (!brings_money) return answer(approval(question), latency);
  if (rule == "sim_decline") return answer({GatewayOutcome::declined, "card_declined", {}}, latency);
  if (rule == "sim_flaky" && question.attempt <= 2) return answer(no_answer(), latency);
  if (rule == "sim_silent" && question.attempt == 1) return;
  if (rule == "sim_late") return answer(approval(question), options_.late);
  if (rule == "sim_two_step") {
    auto reply = approval(question);
    reply.outcome = GatewayOutcome::authorized;
    return answer(std::move(reply), latency);
  }
  if (rule == "sim_twice") answer(approval(question), latency);
  answer(approval(question), latency);
}

}  // namespace ordo::effects
