#include "errands/errand.h"

#include <algorithm>

#include "base/check.h"
#include "base/murmur2.h"
#include "records/messages.h"

namespace ordo {
namespace {

struct ErrandOf {
  const ErrandRules& rules;

  std::optional<Errand> operator()(const Order& order) const {
    if (order.status == OrderStatus::reserved && order.reserved_at) {
      return Errand{*order.reserved_at + rules.payment_timeout, order.id, errand::TimeOutPayment{}};
    }
    if (order.status == OrderStatus::confirmed && order.confirmed_at && !order.dispatch_requested_at) {
      return Errand{*order.confirmed_at + std::chrono::seconds(order.dispatch_hold_s), order.id, errand::ReleaseHold{}};
    }
    return std::nullopt;
  }

  // One call at a time, in their order: a void never overtakes the purchase it undoes.
  std::optional<Errand> operator()(const Payment& payment) const {
    if (payment.calls.empty()) return std::nullopt;
    const GatewayCall& call = payment.calls.front();
    Timestamp due = payment.updated_at;
    if (call.attempts > 0 && call.last_attempt_at) {
      const auto failures = static_cast<std::uint32_t>(std::min<std::int64_t>(call.attempts, 1'000));
      due = *call.last_attempt_at + rules.gateway_backoff.wait(failures, murmur2(call.id));
    }
    return Errand{due, payment.id, errand::AskGateway{call, payment.method}};
  }

  std::optional<Errand> operator()(const Shipment& shipment) const {
    if (!rules.simulated_carrier) return std::nullopt;
    if (shipment.status == ShipmentStatus::requested) {
      errand::MoveShipment move{shipment.id, ShipmentStatus::shipped, std::nullopt};
      const auto most = static_cast<std::size_t>(rules.carrier_lines);
      if (most > 0 && shipment.lines.size() > most && shipment.number < Shipment::kMaxNumber) {
        move.lines.emplace(shipment.lines.begin(), shipment.lines.begin() + static_cast<std::ptrdiff_t>(most));
      }
      return Errand{shipment.requested_at + rules.carrier_pickup, shipment.order_id, std::move(move)};
    }
    const bool on_its_way = shipment.status == ShipmentStatus::shipped || shipment.status == ShipmentStatus::in_transit;
    if (!on_its_way || !shipment.shipped_at) return std::nullopt;
    return Errand{*shipment.shipped_at + rules.carrier_delivery, shipment.order_id,
                  errand::MoveShipment{shipment.id, ShipmentStatus::delivered, std::nullopt}};
  }

  template <class Other>
  std::optional<Errand> operator()(const Other&) const {
    return std::nullopt;
  }
};

struct NoticeOf {
  const OrderId& order;

  Notice operator()(const errand::TimeOutPayment&) const {
    return {Topic::order_events, order.str(), type::kPaymentTimedOut, encode(PaymentTimedOut{order})};
  }
  Notice operator()(const errand::ReleaseHold&) const {
    return {Topic::order_events, order.str(), type::kHoldElapsed, encode(HoldElapsed{order})};
  }
  Notice operator()(const errand::MoveShipment& move) const {
    CarrierUpdated update;
    update.order_id = order;
    update.shipment_id = move.shipment_id;
    update.status = move.to;
    update.lines = move.lines;
    update.carrier = "simulated";
    return {Topic::shipments, order.str(), type::kCarrierUpdated, encode(update)};
  }
  Notice operator()(const errand::AskGateway& asked) const {
    ORDO_CHECK(false, asked.call.id, " waits for an answer, not for its time");
    return {};
  }
};

Query waiting(Collection collection, std::string_view filter, std::string_view value) {
  Query query;
  query.collection = collection;
  query.where.emplace_back(filter, value);
  query.limit = Query::kMaxPage;
  return query;
}

}  // namespace

std::optional<Errand> errand_of(const Document& document, const ErrandRules& rules) {
  return std::visit(ErrandOf{rules}, document);
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

Notice notice_of(const Errand& errand) {
  return std::visit(NoticeOf{errand.order_id}, errand.what);
}

Notice notice_of(const OrderId& order, const errand::AskGateway& asked, GatewayReply reply, const ErrandRules& rules) {
  // What undoes or gives back is asked for until it is answered: to give up would leave money in the dark.
  const bool may_give_up = asked.call.kind != CallKind::void_authorization && asked.call.kind != CallKind::refund;
  if (may_give_up && reply.outcome == GatewayOutcome::unavailable &&
      asked.call.attempts + 1 >= rules.gateway_attempts) {
    reply.outcome = GatewayOutcome::gave_up;
  }
  GatewayAnswered answered;
  answered.order_id = order;
  answered.call_id = asked.call.id;
  answered.outcome = reply.outcome;
  if (!reply.reason.empty()) answered.reason = std::move(reply.reason);
  if (!reply.reference.empty()) answered.reference = std::move(reply.reference);
  return {Topic::payments, order.str(), type::kGatewayAnswered, encode(answered)};
}

}  // namespace ordo
