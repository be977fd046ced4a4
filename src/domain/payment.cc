#include "domain/payment.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/number.h"
#include "domain/payment_change.h"
#include "domain/refund_id.h"

namespace ordo {
namespace {

constexpr std::string_view kCallNames[] = {"purchase", "authorize", "capture", "void", "refund"};

// The kind of the call with this id; nothing if there was no such call. `made` does not have the calls of 0.1.0 and the
// oldest of very many calls. For those, the id itself is trusted.
std::optional<CallKind> kind_of(const Payment& payment, const std::string& id) {
  std::string_view rest = id;
  const std::string prefix = payment.id.str() + ":";
  const auto colon = rest.rfind(':');
  if (!rest.starts_with(prefix) || colon == std::string_view::npos || colon < prefix.size()) return std::nullopt;
  const auto number = parse_integer<std::int64_t>(rest.substr(colon + 1)).value_or(0);
  // guard: payment-unknown-call
  if (number < 1 || number > payment.calls_made) return std::nullopt;
  const std::int64_t forgotten = payment.calls_made - static_cast<std::int64_t>(payment.made.size());
  for (int i = 0; i < static_cast<int>(std::size(kCallNames)); ++i) {
    const auto kind = static_cast<CallKind>(i);
    if (number > forgotten && payment.made[static_cast<std::size_t>(number - forgotten - 1)] != kind) continue;
    if (payment_call_id(payment.id, kind, number) == id) return kind;
  }
  return std::nullopt;
}

template <class Calls>
auto find_refund(Calls& calls, std::string RefundCall::*member, const std::string& wanted) {
  const auto found =
      std::find_if(calls.begin(), calls.end(), [&](const RefundCall& call) { return call.*member == wanted; });
  return found == calls.end() ? nullptr : &*found;
}

// The facts that answer a repeated request for a payment that is already decided.
std::vector<PaymentFact> verdict(const Payment& payment) {
  std::vector<PaymentFact> facts;
  // Constructed in place, as in PaymentChange::tell().
  const auto tell = [&facts]<class Fact>(Fact fact) { facts.emplace_back(std::in_place_type<Fact>, std::move(fact)); };
  if (payment.captures) {
    for (const auto& part : *payment.captures) tell(payment_fact::Captured{part.amount, part.call_id});
  }
  switch (payment.status) {
    case PaymentState::requested:
    case PaymentState::partially_captured:
      break;
    case PaymentState::authorized:
      tell(payment_fact::Authorized{});
      break;
    case PaymentState::captured:
      if (!payment.captures) tell(payment_fact::Captured{payment.captured});
      break;
    case PaymentState::failed:
      tell(payment_fact::Failed{payment.status_reason});
      break;
    case PaymentState::voided:
      tell(payment_fact::Voided{});
      break;
  }
  return facts;
}

// For a payment that exists.
class DecidePayment {
 public:
  DecidePayment(const Payment& payment, Timestamp at, const std::optional<Actor>& by)
      : payment_(payment), change_(payment, at, by) {}

  Result<PaymentDecision> operator()(const payment_command::Authorize& request) {
    // guard: payment-authorize-differs
    if (request.amount != payment_.amount) {
      return fail(ErrorCode::kConflict, "payment_differs", "another amount was asked of this order before");
    }
    return PaymentDecision{std::nullopt, verdict(payment_)};
  }

  Result<PaymentDecision> operator()(const payment_command::Capture&) {
    if (payment_.status != PaymentState::authorized) return PaymentDecision{std::nullopt, verdict(payment_)};
    if (change_.asks_for(CallKind::capture)) return PaymentDecision{};
    change_.open_call(CallKind::capture, change_.missing());
    change_.note("capture asked for");
    return change_.done();
  }

  Result<PaymentDecision> operator()(const payment_command::Void&) {
    // The order refunds a captured payment itself. A failed or voided payment holds no money.
    // guard: payment-void-not-captured
    if (payment_.status == PaymentState::captured || payment_.status == PaymentState::failed) return PaymentDecision{};
    if (payment_.status == PaymentState::voided) return PaymentDecision{std::nullopt, verdict(payment_)};
    if (change_.asks_for(CallKind::void_authorization)) return PaymentDecision{};
    // Open calls may still be answered. Their answers are accepted as they come.
    // guard: payment-void-drops-calls
    change_.drop_incoming_calls();
    change_.open_call(CallKind::void_authorization, change_.missing());
    change_.note("void asked for");
    return change_.done();
  }

  Result<PaymentDecision> operator()(const payment_command::Refund& request) {
    const auto known = std::find(payment_.refunds.begin(), payment_.refunds.end(), request.id);
    if (known != payment_.refunds.end()) return PaymentDecision{};
    // guard: payment-refund-once
    if (const auto* call = find_refund(payment_.refund_calls, &RefundCall::refund_id, request.id)) {
      return PaymentDecision{std::nullopt, verdict_of(*call)};
    }
    if (const auto problem = problem_of(request); !problem.empty()) {
      return PaymentDecision{std::nullopt, {payment_fact::RefundFailed{request.id, std::string(problem)}}};
    }
    change_.open_call(CallKind::refund, request.amount, request.id);
    change_.add_refund({change_.payment().calls.back().id, request.id, request.amount, std::nullopt});
    change_.note("refund " + request.id + " asked for");
    return change_.done();
  }

  Result<PaymentDecision> operator()(const payment_command::Answer& answer) {
    const auto kind = kind_of(payment_, answer.call_id);
    if (!kind) {
      return fail(ErrorCode::kConflict, "unknown_call", "this payment never made a call " + answer.call_id);
    }
    // guard: payment-refund-of-refund-call
    if (!can_answer(*kind, answer.outcome)) {
      return fail(ErrorCode::kConflict, "unknown_call",
                  answer.call_id + " is a " + std::string(name_of(*kind)) + ": that is no answer to it");
    }
    // guard: payment-amount-of-capture
    if (answer.amount && *kind == CallKind::void_authorization) {
      return fail(ErrorCode::kInvalid, "bad_amount", "an answer has an amount only if its call captures money");
    }
    const auto open = std::find_if(payment_.calls.begin(), payment_.calls.end(),
                                   [&](const GatewayCall& call) { return call.id == answer.call_id; });
    const GatewayCall* call = open == payment_.calls.end() ? nullptr : &*open;
    switch (answer.outcome) {
      case GatewayOutcome::authorized:
        return authorized(answer);
      case GatewayOutcome::captured:
        return captured(answer);
      case GatewayOutcome::voided:
        return voided(answer);
      case GatewayOutcome::refunded:
        return call == nullptr ? late_refund(answer) : refunded(*call, answer);
      case GatewayOutcome::declined:
        if (call == nullptr && *kind == CallKind::refund) return late_refund(answer);
        [[fallthrough]];
      case GatewayOutcome::gave_up:
        return call == nullptr ? PaymentDecision{} : refused(*call, answer);
      case GatewayOutcome::unavailable:
        return call == nullptr ? PaymentDecision{} : unavailable(*call, answer);
    }
    return PaymentDecision{};
  }

  Result<PaymentDecision> operator()(const payment_command::DeskRefund& desk) {
    if (desk.outcome != GatewayOutcome::refunded && desk.outcome != GatewayOutcome::declined) {
      return fail(ErrorCode::kConflict, "unknown_call", "a refund is refunded or declined");
    }
    const std::string id = std::string(kRefundAtDesk) + desk.refund_id;
    const auto* known = find_refund(payment_.refund_calls, &RefundCall::refund_id, id);
    if (known == nullptr) known = find_refund(payment_.refund_calls, &RefundCall::refund_id, desk.refund_id);
    if (known != nullptr) {
      if (known->amount != desk.amount) {
        return fail(ErrorCode::kConflict, "unknown_call", "the refund " + desk.refund_id + " is of another amount");
      }
      if (!known->call_id.empty()) {
        return (*this)(payment_command::Answer{known->call_id, desk.outcome, desk.reason, desk.reference});
      }
      return moved(id, desk.outcome, desk.reason, desk.reference);
    }
    if (desk.outcome == GatewayOutcome::declined) {
      return fail(ErrorCode::kConflict, "unknown_call", "this payment knows no refund " + desk.refund_id);
    }
    if (desk.amount.amount <= 0 || desk.amount.currency != payment_.captured.currency) {
      return fail(ErrorCode::kInvalid, "bad_amount", "a refund is above zero and in the currency of the payment");
    }
    const auto left = left_to_refund();
    if (desk.amount.amount > left) {
      return fail(ErrorCode::kConflict, "refund_exceeds_payment", "more than what was captured would be given back");
    }
    if (payment_.refund_calls.size() >= Payment::kMaxRefundCalls && desk.amount.amount != left) {
      return fail(ErrorCode::kConflict, "too_many_parts",
                  "a payment has at most 384 refunds; one of all that is left can still be made");
    }
    change_.add_refund({{}, id, desk.amount, std::nullopt});
    return moved(id, desk.outcome, desk.reason, desk.reference);
  }

  Result<PaymentDecision> operator()(const payment_command::Redact&) {
    if (payment_.redacted_at) return PaymentDecision{};
    change_.payment().redacted_at = change_.at();
    change_.payment().status_reason.clear();
    // Texts from the gateway may be about people. The facts stay.
    for (auto& entry : change_.payment().history) {
      if (const auto colon = entry.what.find(": "); colon != std::string::npos) entry.what.resize(colon);
      // guard: payment-by-redacted
      forget_customer(entry.by);
    }
    return change_.done();
  }

 private:
  Result<PaymentDecision> authorized(const payment_command::Answer& answer) {
    change_.close_call(answer.call_id);
    if (payment_.status == PaymentState::captured || payment_.status == PaymentState::authorized ||
        payment_.status == PaymentState::partially_captured) {
      return settled();
    }
    change_.payment().status = PaymentState::authorized;
    change_.note("authorized", answer.reference);
    change_.tell(payment_fact::Authorized{});
    return change_.done();
  }

  Result<PaymentDecision> captured(const payment_command::Answer& answer) {
    change_.close_call(answer.call_id);
    // guard: payment-capture-once
    if (payment_.status == PaymentState::captured || is_known_part(answer.call_id)) return settled();
    const Money amount = answer.amount.value_or(change_.missing());
    const auto sum = add(payment_.captured, amount);
    // guard: payment-capture-amount
    if (amount.amount <= 0 || !sum) {
      return fail(ErrorCode::kInvalid, "bad_amount", "a capture is above zero and in the currency of the payment");
    }
    change_.payment().captured = *sum;
    if (sum->amount < payment_.amount.amount) return captured_part(answer, amount);
    // No other call can bring this money now, and nothing is left to void.
    change_.drop_incoming_calls();
    std::erase_if(change_.payment().calls,
                  [](const GatewayCall& call) { return call.kind == CallKind::void_authorization; });
    change_.payment().status = PaymentState::captured;
    change_.payment().status_reason.clear();
    change_.note("captured", answer.reference);
    // Without other parts, a repeated answer is known by the status.
    if (!payment_.captures) {
      change_.tell(payment_fact::Captured{amount});
    } else {
      add_part(answer.call_id, amount);
    }
    return change_.done();
  }

  // A part was captured. The rest is asked for, unless the payment has failed or is voided.
  Result<PaymentDecision> captured_part(const payment_command::Answer& answer, const Money& amount) {
    change_.note("captured a part", answer.reference);
    add_part(answer.call_id, amount);
    const bool goes_on = payment_.status != PaymentState::failed && payment_.status != PaymentState::voided &&
                         !change_.asks_for(CallKind::void_authorization);
    if (!goes_on) return change_.done();
    change_.drop_incoming_calls();
    Payment& payment = change_.payment();
    // guard: payment-bounded-parts
    if (payment.captures->size() < Payment::kMaxCaptures) {
      payment.status = PaymentState::partially_captured;
      change_.open_call(CallKind::capture, change_.missing());
      return change_.done();
    }
    payment.status = PaymentState::failed;
    payment.status_reason = "too_many_parts";
    change_.tell(payment_fact::Failed{payment.status_reason});
    change_.open_call(CallKind::void_authorization, change_.missing());
    return change_.done();
  }

  bool is_known_part(const std::string& call_id) const {
    return payment_.captures && std::any_of(payment_.captures->begin(), payment_.captures->end(),
                                            [&](const PartCapture& part) { return part.call_id == call_id; });
  }

  void add_part(const std::string& call_id, const Money& amount) {
    auto& parts = change_.payment().captures;
    if (!parts) parts.emplace();
    parts->push_back({call_id, amount});
    change_.tell(payment_fact::Captured{amount, call_id});
  }

  Result<PaymentDecision> voided(const payment_command::Answer& answer) {
    change_.close_call(answer.call_id);
    // guard: payment-voided-not-after-capture
    if (payment_.status == PaymentState::captured || payment_.status == PaymentState::voided) return settled();
    // A payment that had failed stays failed; the void only confirms it.
    change_.drop_incoming_calls();
    change_.note("voided", answer.reference);
    if (payment_.status == PaymentState::failed) return change_.done();
    change_.payment().status = PaymentState::voided;
    change_.tell(payment_fact::Voided{});
    return change_.done();
  }

  Result<PaymentDecision> refunded(const GatewayCall& call, const payment_command::Answer& answer) {
    if (auto* known = find_refund(change_.payment().refund_calls, &RefundCall::call_id, call.id)) {
      known->outcome = RefundOutcome::refunded;
    }  // else a call of 0.1.0
    change_.payment().refunded.amount += call.amount.amount;
    change_.tell(payment_fact::Refunded{call.refund_id, call.amount});
    change_.note("refunded " + call.refund_id, answer.reference);
    change_.close_call(answer.call_id);
    return change_.done();
  }

  // An answer to a refund call that was answered before.
  Result<PaymentDecision> late_refund(const payment_command::Answer& answer) {
    const auto* known = find_refund(payment_.refund_calls, &RefundCall::call_id, answer.call_id);
    // The amount of a call of 0.1.0 is no longer known.
    if (known == nullptr) return PaymentDecision{};
    return moved(known->refund_id, answer.outcome, answer.reason, answer.reference);
  }

  // The money of a known refund was paid out, or came back.
  Result<PaymentDecision> moved(const std::string& refund_id, GatewayOutcome outcome, const std::string& reason,
                                const std::string& reference) {
    auto* call = find_refund(change_.payment().refund_calls, &RefundCall::refund_id, refund_id);
    ORDO_CHECK(call != nullptr, payment_.id, " has no refund ", refund_id);
    if (outcome == GatewayOutcome::refunded && (!call->outcome || call->outcome == RefundOutcome::declined)) {
      call->outcome = call->outcome ? RefundOutcome::refunded_late : RefundOutcome::refunded;
      change_.payment().refunded.amount += call->amount.amount;
      change_.tell(payment_fact::Refunded{refund_id, call->amount});
      change_.note("refunded " + refund_id, reference);
      return change_.done();
    }
    // guard: payment-corrected-once
    if (outcome == GatewayOutcome::declined && call->outcome == RefundOutcome::refunded) {
      const std::string why = "reversed" + (reason.empty() ? "" : ": " + reason);
      call->outcome = RefundOutcome::reversed;
      change_.payment().refunded.amount -= call->amount.amount;
      change_.tell(payment_fact::RefundFailed{refund_id, why});
      change_.note("refund " + refund_id + " " + why, reference);
      return change_.done();
    }
    return PaymentDecision{};
  }

  std::int64_t left_to_refund() const {
    std::int64_t left = payment_.captured.amount - payment_.refunded.amount;
    // guard: payment-refund-within
    for (const auto& call : payment_.calls) left -= call.kind == CallKind::refund ? call.amount.amount : 0;
    return left;
  }

  // Why the refund cannot be made, or an empty view.
  std::string_view problem_of(const payment_command::Refund& request) const {
    // guard: payment-refund-captured
    if (payment_.captured.amount <= 0) return "not_captured";
    if (request.amount.amount <= 0 || request.amount.currency != payment_.captured.currency) return "bad_amount";
    return request.amount.amount > left_to_refund() ? "refund_exceeds_payment" : std::string_view();
  }

  static std::vector<PaymentFact> verdict_of(const RefundCall& call) {
    if (!call.outcome) return {};
    const bool made = *call.outcome == RefundOutcome::refunded || *call.outcome == RefundOutcome::refunded_late;
    if (made) return {payment_fact::Refunded{call.refund_id, call.amount}};
    return {payment_fact::RefundFailed{call.refund_id, "declined"}};
  }

  // A final refusal, or the last attempt without an answer.
  Result<PaymentDecision> refused(const GatewayCall& call, const payment_command::Answer& answer) {
    const bool gave_up = answer.outcome == GatewayOutcome::gave_up;
    const std::string reason = answer.reason.empty() ? (gave_up ? "gateway_unavailable" : "declined") : answer.reason;
    const CallKind kind = call.kind;
    change_.note(std::string(name_of(kind)) + (gave_up ? " given up: " : " declined: ") + reason, answer.reference);
    if (kind == CallKind::refund) {
      change_.tell(payment_fact::RefundFailed{call.refund_id, reason});
      auto* known = find_refund(change_.payment().refund_calls, &RefundCall::call_id, call.id);
      if (known != nullptr) known->outcome = RefundOutcome::declined;
    }
    change_.close_call(answer.call_id);
    if (kind == CallKind::refund || kind == CallKind::void_authorization) return change_.done();
    change_.drop_incoming_calls();
    change_.payment().status = PaymentState::failed;
    change_.payment().status_reason = reason;
    change_.tell(payment_fact::Failed{reason});
    // Without an answer, the gateway may have done it anyway. So the authorization is voided.
    // guard: payment-given-up-voids
    if ((gave_up || kind == CallKind::capture) && !change_.asks_for(CallKind::void_authorization)) {
      change_.open_call(CallKind::void_authorization, change_.missing());
    }
    return change_.done();
  }

  Result<PaymentDecision> unavailable(const GatewayCall& call, const payment_command::Answer& answer) {
    for (auto& open : change_.payment().calls) {
      if (open.id != call.id) continue;
      ++open.attempts;
      open.last_attempt_at = change_.at();
      open.last_error = answer.reason;
    }
    return change_.done();
  }

  // The outcome was known before. At most, the answer closes an open call.
  Result<PaymentDecision> settled() {
    if (change_.payment().calls.size() == payment_.calls.size()) return PaymentDecision{};
    return change_.done();
  }

  const Payment& payment_;
  PaymentChange change_;
};

PaymentDecision begin(const payment_command::Authorize& request, Timestamp at, const std::optional<Actor>& by) {
  Payment payment;
  payment.id = request.order_id;
  payment.customer_id = request.customer_id;
  payment.amount = request.amount;
  payment.method = request.method;
  payment.captured.currency = payment.refunded.currency = request.amount.currency;
  payment.created_at = at;
  PaymentChange change(std::move(payment), at, by);
  change.open_call(request.capture ? CallKind::purchase : CallKind::authorize, request.amount);
  change.note("asked for");
  return change.done();
}

}  // namespace

std::string_view name_of(CallKind kind) {
  return kCallNames[static_cast<int>(kind)];
}

bool can_answer(CallKind kind, GatewayOutcome outcome) {
  switch (outcome) {
    case GatewayOutcome::authorized:
      return kind == CallKind::purchase || kind == CallKind::authorize;
    case GatewayOutcome::captured:
    case GatewayOutcome::voided:
      return kind != CallKind::refund;
    case GatewayOutcome::refunded:
      return kind == CallKind::refund;
    case GatewayOutcome::declined:
    case GatewayOutcome::unavailable:
    case GatewayOutcome::gave_up:
      return true;
  }
  return false;
}

Result<PaymentDecision> decide(const Payment* current, const PaymentCommand& command, Timestamp at,
                               const std::optional<Actor>& by) {
  if (current != nullptr) return std::visit(DecidePayment(*current, at, by), command);
  if (const auto* refund = std::get_if<payment_command::Refund>(&command)) {
    return PaymentDecision{std::nullopt, {payment_fact::RefundFailed{refund->id, "not_captured"}}};
  }
  if (std::holds_alternative<payment_command::Redact>(command)) return PaymentDecision{};  // an order without a payment
  const auto* request = std::get_if<payment_command::Authorize>(&command);
  if (request == nullptr) return fail(ErrorCode::kNotFound, "unknown_payment", "nothing was ever asked for this order");
  if (request->amount.amount <= 0) return fail(ErrorCode::kInvalid, "bad_amount", "a payment is above zero");
  return begin(*request, at, by);
}

}  // namespace ordo
