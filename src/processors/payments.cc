#include "processors/payments.h"

#include "processors/emit.h"
#include "processors/message_key.h"

namespace ordo::processors {
namespace {

struct ToPaymentCommand {
  std::optional<PaymentCommand> operator()(const AuthorizeRequested& message) const {
    return payment_command::Authorize{message.order_id, message.customer_id, message.amount, message.method,
                                      message.capture};
  }
  std::optional<PaymentCommand> operator()(const CaptureRequested&) const { return payment_command::Capture{}; }
  std::optional<PaymentCommand> operator()(const VoidRequested&) const { return payment_command::Void{}; }
  std::optional<PaymentCommand> operator()(const PaymentRefundRequested& message) const {
    return payment_command::Refund{message.refund_id, message.amount};
  }
  std::optional<PaymentCommand> operator()(const PaymentRedactRequested&) const { return payment_command::Redact{}; }
  std::optional<PaymentCommand> operator()(const GatewayAnswered& message) const { return command_of(message); }
  template <class M>
  requires(!kIsOn<M, Topic::payments>) std::optional<PaymentCommand>
  operator()(const M&) const { return std::nullopt; }
};

struct PublishPaymentFact {
  Fold& fold;
  const OrderId& order;

  void operator()(const payment_fact::Authorized&) const { publish(PaymentAuthorized{order}); }
  void operator()(const payment_fact::Captured& captured) const {
    publish(PaymentCaptured{order, captured.amount, captured.part_id});
  }
  void operator()(const payment_fact::Failed& failed) const { publish(PaymentFailed{order, failed.reason}); }
  void operator()(const payment_fact::Voided&) const { publish(PaymentVoided{order}); }
  void operator()(const payment_fact::Refunded& refunded) const {
    publish(PaymentRefunded{order, refunded.refund_id, refunded.amount});
  }
  void operator()(const payment_fact::RefundFailed& failed) const {
    publish(PaymentRefundFailed{order, failed.refund_id, failed.reason});
  }

  template <class M>
  void publish(const M& message) const {
    emit_to_order(fold, order, message);
  }
};

}  // namespace

PaymentCommand command_of(const GatewayAnswered& answered) {
  const auto reason = answered.reason.value_or("");
  const auto reference = answered.reference.value_or("");
  if (answered.call_id.empty() && answered.refund_id && answered.amount) {
    return payment_command::DeskRefund{*answered.refund_id, *answered.amount, answered.outcome, reason, reference};
  }
  std::optional<Money> amount;
  if (answered.outcome == GatewayOutcome::captured) amount = answered.amount;
  return payment_command::Answer{answered.call_id, answered.outcome, reason, reference, amount};
}

std::optional<std::string_view> Payments::home_key(const Message& message) const {
  return order_id_of(message);
}

void Payments::fold_into(const Payment* current, const Incoming& in, Fold& fold) {
  const auto command = std::visit(ToPaymentCommand{}, in.message);
  if (!command) return;
  const OrderId order(*home_key(in.message));
  // guard: payments-id
  if (current == nullptr && refuse_bad_id(fold, "/order_id", order.str())) return;
  auto decision = decide(current, *command, in.at, in.record.envelope.by);
  if (!decision) return fold.refuse(decision.error());
  for (const auto& fact : decision->facts) std::visit(PublishPaymentFact{fold, order}, fact);
  if (decision->payment) fold.put(std::move(*decision->payment));
}

}  // namespace ordo::processors
