#include "domain/payment.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace ordo {
namespace {

constexpr std::string_view kCallNames[] = {"purchase", "authorize", "capture", "void", "refund"};

std::string_view name_of(CallKind kind) {
  return kCallNames[static_cast<int>(kind)];
}

// A payment while something happens to it.
class Change {
 public:
  Change(Payment payment, Timestamp at) : payment_(std::move(payment)), at_(at) {}

  Payment& payment() { return payment_; }
  // Made in place: a moved variant is what g++ 12 takes for uninitialized.
  template <class Fact>
  void tell(Fact fact) {
    facts_.emplace_back(std::in_place_type<Fact>, std::move(fact));
  }

  void note(std::string what, const std::string& reference = {}) {
    auto& history = payment_.history;
    if (history.size() >= Payment::kMaxHistory) history.erase(history.begin() + 1);
    history.push_back({at_, std::move(what), reference});
  }

  void open_call(CallKind kind, Money amount, const std::string& refund_id = {}) {
    GatewayCall call;
    call.id = payment_.id.str() + ":" + std::string(name_of(kind)) + ":" + std::to_string(++payment_.calls_made);
    call.kind = kind;
    call.amount = amount;
    call.refund_id = refund_id;
    payment_.calls.push_back(std::move(call));
  }

  void close_call(const std::string& id) {
    std::erase_if(payment_.calls, [&](const GatewayCall& call) { return call.id == id; });
  }

  // Calls that would bring money; a void or a decline makes them pointless.
  void drop_incoming_calls() {
    std::erase_if(payment_.calls, [](const GatewayCall& call) {
      return call.kind == CallKind::purchase || call.kind == CallKind::authorize || call.kind == CallKind::capture;
    });
  }

  bool asks_for(CallKind kind) const {
    return std::any_of(payment_.calls.begin(), payment_.calls.end(),
                       [kind](const GatewayCall& call) { return call.kind == kind; });
  }

  Timestamp at() const { return at_; }

  PaymentDecision done() {
    payment_.updated_at = at_;
    payment_.open_call.reset();
    if (!payment_.calls.empty()) payment_.open_call = payment_.calls.front().kind;
    return {std::move(payment_), std::move(facts_)};
  }

 private:
  Payment payment_;
  const Timestamp at_;
  std::vector<PaymentFact> facts_;
};

// What a payment that is already decided says to whoever asks again.
std::vector<PaymentFact> verdict(const Payment& payment) {
  switch (payment.status) {
    case PaymentState::requested:
      return {};
    case PaymentState::authorized:
      return {payment_fact::Authorized{}};
    case PaymentState::captured:
      return {payment_fact::Captured{payment.captured}};
    case PaymentState::failed:
      return {payment_fact::Failed{payment.status_reason}};
    case PaymentState::voided:
      return {payment_fact::Voided{}};
  }
  return {};
}

// For a payment that exists.
class DecidePayment {
 public:
  DecidePayment(const Payment& payment, Timestamp at) : payment_(payment), change_(payment, at) {}

  Result<PaymentDecision> operator()(const payment_command::Authorize& request) {
    if (request.amount != payment_.amount) {
      return fail(ErrorCode::kConflict, "payment_differs", "another amount was asked of this order before");
    }
    return PaymentDecision{std::nullopt, verdict(payment_)};
  }

  Result<PaymentDecision> operator()(const payment_command::Capture&) {
    if (payment_.status != PaymentState::authorized) return PaymentDecision{std::nullopt, verdict(payment_)};
    if (change_.asks_for(CallKind::capture)) return PaymentDecision{};
    change_.open_call(CallKind::capture, payment_.amount);
    change_.note("capture asked for");
    return change_.done();
  }

  Result<PaymentDecision> operator()(const payment_command::Void&) {
    // What was captured is the order's to refund; what failed or was voided holds nothing.
    if (payment_.status == PaymentState::captured || payment_.status == PaymentState::failed) return PaymentDecision{};
    if (payment_.status == PaymentState::voided) return PaymentDecision{std::nullopt, verdict(payment_)};
    if (change_.asks_for(CallKind::void_authorization)) return PaymentDecision{};
    // Calls under way may still be answered; what they answer is taken as it comes.
    change_.drop_incoming_calls();
    change_.open_call(CallKind::void_authorization, payment_.amount);
    change_.note("void asked for");
    return change_.done();
  }

  Result<PaymentDecision> operator()(const payment_command::Refund& request) {
    const auto& known = payment_.refunds;
    if (std::find(known.begin(), known.end(), request.id) != known.end()) return PaymentDecision{};
    if (payment_.status != PaymentState::captured) {
      return fail(ErrorCode::kConflict, "not_captured", "nothing was captured that could be given back");
    }
    if (request.amount.amount <= 0 || request.amount.currency != payment_.captured.currency) {
      return fail(ErrorCode::kInvalid, "bad_amount", "a refund is above zero and in the currency of the payment");
    }
    Money open = payment_.refunded;
    for (const auto& call : payment_.calls) {
      if (call.kind == CallKind::refund) open.amount += call.amount.amount;
    }
    if (request.amount.amount > payment_.captured.amount - open.amount) {
      return fail(ErrorCode::kConflict, "refund_exceeds_payment", "more than what was captured would be given back");
    }
    if (payment_.calls.size() >= Payment::kMaxCalls || known.size() >= Payment::kMaxCalls) {
      return fail(ErrorCode::kConflict, "too_many_calls", "too many refunds of one payment");
    }
    change_.payment().refunds.push_back(request.id);
    change_.open_call(CallKind::refund, request.amount, request.id);
    change_.note("refund " + request.id + " asked for");
    return change_.done();
  }

  Result<PaymentDecision> operator()(const payment_command::Answer& answer) {
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
        return call == nullptr ? PaymentDecision{} : refunded(*call, answer);
      case GatewayOutcome::declined:
      case GatewayOutcome::gave_up:
        return call == nullptr ? PaymentDecision{} : refused(*call, answer);
      case GatewayOutcome::unavailable:
        return call == nullptr ? PaymentDecision{} : unavailable(*call, answer);
    }
    return PaymentDecision{};
  }

 private:
  Result<PaymentDecision> authorized(const payment_command::Answer& answer) {
    change_.close_call(answer.call_id);
    if (payment_.status == PaymentState::captured || payment_.status == PaymentState::authorized) return settled();
    change_.payment().status = PaymentState::authorized;
    change_.note("authorized", answer.reference);
    change_.tell(payment_fact::Authorized{});
    return change_.done();
  }

  Result<PaymentDecision> captured(const payment_command::Answer& answer) {
    change_.close_call(answer.call_id);
    if (payment_.status == PaymentState::captured) return settled();
    // Nothing else can bring this money now, and nothing is left to void.
    change_.drop_incoming_calls();
    std::erase_if(change_.payment().calls,
                  [](const GatewayCall& call) { return call.kind == CallKind::void_authorization; });
    change_.payment().status = PaymentState::captured;
    change_.payment().status_reason.clear();
    change_.payment().captured = payment_.amount;
    change_.note("captured", answer.reference);
    change_.tell(payment_fact::Captured{payment_.amount});
    return change_.done();
  }

  Result<PaymentDecision> voided(const payment_command::Answer& answer) {
    change_.close_call(answer.call_id);
    if (payment_.status == PaymentState::captured || payment_.status == PaymentState::voided) return settled();
    // A payment that had failed stays failed: the void only made sure of it.
    change_.drop_incoming_calls();
    change_.note("voided", answer.reference);
    if (payment_.status == PaymentState::failed) return change_.done();
    change_.payment().status = PaymentState::voided;
    change_.tell(payment_fact::Voided{});
    return change_.done();
  }

  Result<PaymentDecision> refunded(const GatewayCall& call, const payment_command::Answer& answer) {
    if (call.kind != CallKind::refund) return mismatch(answer);
    change_.tell(payment_fact::Refunded{call.refund_id, call.amount});
    change_.payment().refunded.amount += call.amount.amount;
    change_.note("refunded " + call.refund_id, answer.reference);
    change_.close_call(answer.call_id);
    return change_.done();
  }

  // A final no, or the last attempt without an answer.
  Result<PaymentDecision> refused(const GatewayCall& call, const payment_command::Answer& answer) {
    const bool gave_up = answer.outcome == GatewayOutcome::gave_up;
    const std::string reason = answer.reason.empty() ? (gave_up ? "gateway_unavailable" : "declined") : answer.reason;
    const CallKind kind = call.kind;
    change_.note(std::string(name_of(kind)) + (gave_up ? " given up: " : " declined: ") + reason, answer.reference);
    if (kind == CallKind::refund) change_.tell(payment_fact::RefundFailed{call.refund_id, reason});
    change_.close_call(answer.call_id);
    if (kind == CallKind::refund || kind == CallKind::void_authorization) return change_.done();
    change_.drop_incoming_calls();
    change_.payment().status = PaymentState::failed;
    change_.payment().status_reason = reason;
    change_.tell(payment_fact::Failed{reason});
    // Without an answer the gateway may have done what was asked: it is told to undo it.
    if ((gave_up || kind == CallKind::capture) && !change_.asks_for(CallKind::void_authorization)) {
      change_.open_call(CallKind::void_authorization, payment_.amount);
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

  Result<PaymentDecision> mismatch(const payment_command::Answer& answer) {
    return fail(ErrorCode::kConflict, "unknown_call", answer.call_id + " did not ask for this");
  }

  // What had been said before: at most an open call is closed by it.
  Result<PaymentDecision> settled() {
    if (change_.payment().calls.size() == payment_.calls.size()) return PaymentDecision{};
    return change_.done();
  }

  const Payment& payment_;
  Change change_;
};

PaymentDecision begin(const payment_command::Authorize& request, Timestamp at) {
  Payment payment;
  payment.id = request.order_id;
  payment.customer_id = request.customer_id;
  payment.amount = request.amount;
  payment.method = request.method;
  payment.captured.currency = payment.refunded.currency = request.amount.currency;
  payment.created_at = at;
  Change change(std::move(payment), at);
  change.open_call(request.capture ? CallKind::purchase : CallKind::authorize, request.amount);
  change.note("asked for");
  return change.done();
}

}  // namespace

Result<PaymentDecision> decide(const Payment* current, const PaymentCommand& command, Timestamp at) {
  if (current != nullptr) return std::visit(DecidePayment(*current, at), command);
  const auto* request = std::get_if<payment_command::Authorize>(&command);
  if (request == nullptr) return fail(ErrorCode::kNotFound, "unknown_payment", "nothing was ever asked for this order");
  if (request->amount.amount <= 0) return fail(ErrorCode::kInvalid, "bad_amount", "a payment is above zero");
  return begin(*request, at);
}

}  // namespace ordo
