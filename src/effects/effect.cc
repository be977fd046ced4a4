#include "effects/effect.h"

#include <algorithm>

#include "base/check.h"
#include "base/murmur2.h"
#include "records/messages.h"

namespace ordo::effects {
namespace {

struct EffectOf {
  const EffectRules& rules;

  std::optional<Effect> operator()(const Order& order) const {
    // An order of the past waits for no payment and no dispatch. It ended elsewhere, if at all.
    // guard: effect-imported-waits-for-nothing
    if (order.imported) return retention_of(order, order.ended_at.value_or(order.placed_at));
    if (order.status == OrderStatus::reserved && order.reserved_at) {
      // guard: effect-manual-payment-timeout
      const auto timeout = is_paid_by_gateway(order) ? rules.payment_timeout : rules.manual_payment_timeout;
      return Effect{*order.reserved_at + timeout, order.id, effect::TimeOutPayment{}, timeout};
    }
    if (order.status == OrderStatus::confirmed && order.confirmed_at && !order.dispatch_requested_at) {
      const std::chrono::seconds hold(order.dispatch_hold_s);
      return Effect{*order.confirmed_at + hold, order.id, effect::ReleaseHold{}, hold};
    }
    if (!is_terminal(order.status)) return std::nullopt;
    // An order of version 0.1.0 has no end time. Only refunds and returns can follow its end.
    return retention_of(order, order.ended_at.value_or(order.updated_at));
  }

  std::optional<Effect> retention_of(const Order& order, Timestamp from) const {
    if (rules.retention.count() == 0 || order.redacted_at) return std::nullopt;
    return Effect{from + rules.retention, order.id, effect::Redact{}, rules.retention};
  }

  // Calls run one at a time, in order: a void never overtakes the purchase that it reverses.
  std::optional<Effect> operator()(const Payment& payment) const {
    if (payment.calls.empty()) return std::nullopt;
    // guard: effect-calls-in-order
    const GatewayCall& call = payment.calls.front();
    Timestamp from = payment.updated_at;
    std::chrono::milliseconds wait{0};
    if (call.attempts > 0 && call.last_attempt_at) {
      const auto failures = static_cast<std::uint32_t>(std::min<std::int64_t>(call.attempts, 1'000));
      from = *call.last_attempt_at;
      wait = rules.gateway_backoff.wait(failures, murmur2(call.id));
    }
    return Effect{from + wait, payment.id, effect::AskGateway{call, payment.method}, wait};
  }

  std::optional<Effect> operator()(const Shipment& shipment) const {
    if (!rules.simulated_carrier) return std::nullopt;
    if (shipment.status == ShipmentStatus::requested) {
      effect::MoveShipment move{shipment.id, ShipmentStatus::shipped, std::nullopt};
      const auto most = static_cast<std::size_t>(rules.carrier_lines);
      if (most > 0 && shipment.lines.size() > most && shipment.number < Shipment::kMaxParts) {
        move.lines.emplace(shipment.lines.begin(), shipment.lines.begin() + static_cast<std::ptrdiff_t>(most));
      }
      return Effect{shipment.requested_at + rules.carrier_pickup, shipment.order_id, std::move(move),
                    rules.carrier_pickup};
    }
    const bool on_its_way = shipment.status == ShipmentStatus::shipped || shipment.status == ShipmentStatus::in_transit;
    if (!on_its_way || !shipment.shipped_at) return std::nullopt;
    return Effect{*shipment.shipped_at + rules.carrier_delivery, shipment.order_id,
                  effect::MoveShipment{shipment.id, ShipmentStatus::delivered, std::nullopt}, rules.carrier_delivery};
  }

  template <class Other>
  std::optional<Effect> operator()(const Other&) const {
    return std::nullopt;
  }
};

Actor timers() {
  return {ActorKind::system, "timers"};
}

struct ResultRecordOf {
  const OrderId& order;

  ResultRecord operator()(const effect::TimeOutPayment&) const {
    return {Topic::order_events, order.str(), kTypeOf<PaymentTimedOut>, encode(PaymentTimedOut{order}), timers()};
  }
  ResultRecord operator()(const effect::ReleaseHold&) const {
    return {Topic::order_events, order.str(), kTypeOf<HoldElapsed>, encode(HoldElapsed{order}), timers()};
  }
  ResultRecord operator()(const effect::Redact&) const {
    return {Topic::order_events, order.str(), kTypeOf<RetentionElapsed>, encode(RetentionElapsed{order}), timers()};
  }
  ResultRecord operator()(const effect::MoveShipment& move) const {
    CarrierUpdated update;
    update.order_id = order;
    update.shipment_id = move.shipment_id;
    update.status = move.to;
    update.lines = move.lines;
    update.carrier = "simulated";
    return {Topic::shipments, order.str(), kTypeOf<CarrierUpdated>, encode(update)};
  }
  ResultRecord operator()(const effect::AskGateway& asked) const {
    ORDO_CHECK(false, asked.call.id, " waits for an answer, not for its time");
    return {};
  }
};

Query waiting(Collection collection, std::string_view filter, std::string_view value) {
  Query query;
  query.collection = collection;
  query.where.emplace_back(filter, value);
  return query;
}

}  // namespace

std::optional<Effect> effect_of(const Document& document, const EffectRules& rules) {
  return std::visit(EffectOf{rules}, document);
}

Effect not_beyond(Timestamp now, Effect effect) {
  // guard: clock-ahead-effect
  effect.due = std::min(effect.due, now + effect.wait);
  return effect;
}

std::vector<Query> waiting_documents(ProcessorKind processor) {
  switch (processor) {
    case ProcessorKind::orders:
      return {waiting(Collection::orders, "status", "reserved"), waiting(Collection::orders, "status", "confirmed")};
    case ProcessorKind::payment:
      return {waiting(Collection::payments, "open_call", "purchase"),
              waiting(Collection::payments, "open_call", "authorize"),
              waiting(Collection::payments, "open_call", "capture"),
              waiting(Collection::payments, "open_call", "void_authorization"),
              waiting(Collection::payments, "open_call", "refund")};
    case ProcessorKind::logistics:
      return {waiting(Collection::shipments, "status", "requested"),
              waiting(Collection::shipments, "status", "shipped"),
              waiting(Collection::shipments, "status", "in_transit")};
    default:
      return {};
  }
}

ResultRecord result_record_of(const Effect& effect) {
  return std::visit(ResultRecordOf{effect.order_id}, effect.what);
}

ResultRecord result_record_of(const OrderId& order, const effect::AskGateway& asked, GatewayReply reply,
                              const EffectRules& rules) {
  const bool captures = reply.outcome == GatewayOutcome::captured && asked.call.kind != CallKind::void_authorization;
  if (!captures || reply.amount == asked.call.amount) reply.amount.reset();
  // guard: effect-possible-amount
  if (reply.amount && (reply.amount->amount <= 0 || reply.amount->amount > kMaxAmount ||
                       reply.amount->currency != asked.call.amount.currency)) {
    reply = {GatewayOutcome::unavailable, "captured an impossible amount", {}};
  }
  // An impossible outcome, such as a captured refund, counts as no answer. The question is asked again.
  if (!can_answer(asked.call.kind, reply.outcome)) {
    reply.reason =
        "answered " + std::string(enum_name(reply.outcome)) + " to a " + std::string(name_of(asked.call.kind));
    reply.outcome = GatewayOutcome::unavailable;
  }
  // Voids and refunds are retried until they are answered. Otherwise money could be left unaccounted for.
  // guard: effect-refund-never-given-up
  const bool may_give_up = asked.call.kind != CallKind::void_authorization && asked.call.kind != CallKind::refund;
  if (may_give_up && reply.outcome == GatewayOutcome::unavailable &&
      // guard: effect-gives-up
      asked.call.attempts + 1 >= rules.gateway_attempts) {
    reply.outcome = GatewayOutcome::gave_up;
  }
  GatewayAnswered answered;
  answered.order_id = order;
  answered.call_id = asked.call.id;
  answered.outcome = reply.outcome;
  if (!reply.reason.empty()) answered.reason = std::move(reply.reason);
  if (!reply.reference.empty()) answered.reference = std::move(reply.reference);
  answered.amount = reply.amount;
  return {Topic::payments, order.str(), kTypeOf<GatewayAnswered>, encode(answered)};
}

}  // namespace ordo::effects
