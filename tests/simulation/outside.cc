// The world outside the log: a bank that tells the truth but not always in time, a carrier, clocks, and people who want
// their money back.
#include "world.h"

namespace ordo::simulation {

GatewayReply SimulatedBank::ask(const OrderId& order, const errand::AskGateway& asked) {
  const auto known = answered_.find(asked.call.id);
  GatewayReply reply;
  if (known != answered_.end()) {
    reply = known->second;  // asked before: the same answer, nothing is done twice
  } else {
    Account& account = accounts[order.str()];
    account.captured.currency = account.refunded.currency = asked.call.amount.currency;
    reply = decide(account, asked);
    answered_[asked.call.id] = reply;
  }
  return reply;
}

GatewayReply SimulatedBank::decide(Account& account, const errand::AskGateway& asked) {
  const bool taken = account.captured.amount > 0;
  switch (asked.call.kind) {
    case CallKind::purchase:
      if (account.closed) return {GatewayOutcome::declined, "closed", {}};
      if (world_.chance(150)) {
        account.closed = true;
        return {GatewayOutcome::declined, "card", {}};
      }
      if (world_.chance(200)) {
        account.authorized = true;
        return {GatewayOutcome::authorized, {}, "b"};
      }
      account.captured = asked.call.amount;
      return {GatewayOutcome::captured, {}, "b"};
    case CallKind::authorize:
      account.authorized = !account.closed;
      return {account.closed ? GatewayOutcome::declined : GatewayOutcome::authorized, {}, "b"};
    case CallKind::capture:
      if (taken) return {GatewayOutcome::captured, {}, "b"};
      if (account.closed || world_.chance(100)) {
        account.closed = true;
        return {GatewayOutcome::declined, "lapsed", {}};
      }
      account.captured = asked.call.amount;
      return {GatewayOutcome::captured, {}, "b"};
    case CallKind::void_authorization:
      if (taken) return {GatewayOutcome::captured, "too late", "b"};
      account.closed = true;
      return {GatewayOutcome::voided, {}, "b"};
    case CallKind::refund:
      if (account.refunded.amount + asked.call.amount.amount > account.captured.amount) {
        return {GatewayOutcome::declined, "not that much", {}};
      }
      account.refunded.amount += asked.call.amount.amount;
      return {GatewayOutcome::refunded, {}, "b"};
  }
  return {};
}

std::vector<std::pair<DocumentKey, Errand>> World::open_errands() const {
  std::vector<std::pair<DocumentKey, Errand>> open;
  for (const auto& [key, document] : documents) {
    if (auto errand = errand_of(document, rules_)) open.emplace_back(key, std::move(*errand));
  }
  return open;
}

// Any errand at any time: clocks jump, carriers are quick or slow, processes that run errands come and go.
void World::run_errand() {
  const auto open = open_errands();
  if (open.empty()) return;
  const auto& [key, errand] = open[static_cast<std::size_t>(pick(static_cast<std::int64_t>(open.size())))];
  // Most orders are paid before their time is over.
  if (std::holds_alternative<errand::TimeOutPayment>(errand.what) && !chance(150)) return;
  run(key, errand);
}

void World::run(const DocumentKey& key, const Errand& errand) {
  ++figures.errands;
  note("errand of " + std::string(to_string(key.collection)) + "/" + key.id);
  if (const auto* move = std::get_if<errand::MoveShipment>(&errand.what)) return move_shipment(errand, *move);
  const auto* asked = std::get_if<errand::AskGateway>(&errand.what);
  if (asked == nullptr) {
    const auto notice = notice_of(errand);
    return send_from_outside(notice.topic, notice.key, notice.type, notice.value);
  }
  auto reply = bank_.ask(errand.order_id, *asked);
  // The bank has done what it did; what is heard of it is another matter.
  const bool heard = !faulty || !chance(250);
  if (!heard && chance(500)) {
    const auto late = notice_of(errand.order_id, *asked, reply, rules_);
    Record record;
    record.at = {late.topic, topology.partition_of(late.topic, late.key), false};
    record.key = late.key;
    record.envelope.type = late.type;
    record.envelope.source = "/outside";
    record.envelope.time = from_unix_ms(++clock_);
    record.value = late.value;
    late_.push_back(std::move(record));
  }
  const auto notice = notice_of(errand.order_id, *asked, heard ? reply : GatewayReply{}, rules_);
  send_from_outside(notice.topic, notice.key, notice.type, notice.value);
  if (faulty && chance(100)) send_from_outside(notice.topic, notice.key, notice.type, notice.value);  // answers twice
}

void World::move_shipment(const Errand& errand, const errand::MoveShipment& move) {
  CarrierUpdated update;
  update.order_id = errand.order_id;
  update.shipment_id = move.shipment_id;
  update.status = move.to;
  const auto& shipment = std::get<Shipment>(documents.at({Collection::shipments, move.shipment_id}));
  if (move.to == ShipmentStatus::shipped && faulty && chance(300)) {  // a part of it
    const auto& line = shipment.lines[static_cast<std::size_t>(pick(static_cast<std::int64_t>(shipment.lines.size())))];
    update.lines = {{line.product_id, 1 + pick(line.quantity)}};
  }
  if (faulty && move.to == ShipmentStatus::delivered && chance(100)) update.status = ShipmentStatus::in_transit;
  if (faulty && move.to == ShipmentStatus::delivered && chance(50)) update.status = ShipmentStatus::lost;
  send_from_outside(Topic::shipments, update.order_id.str(), type::kCarrierUpdated, encode(update));
}

void World::deliver_late_answer() {
  if (late_.empty()) return;
  append(std::move(late_.front()));
  late_.pop_front();
}

// All that waits, until nothing does. True when there was nothing.
bool World::finish_errands() {
  if (!late_.empty()) {
    deliver_late_answer();
    return false;
  }
  const auto open = open_errands();
  for (const auto& [key, errand] : open) {
    // Who waits for a payment that is under way does not time out now.
    const auto payment = documents.find({Collection::payments, key.id});
    const bool paying = payment != documents.end() && !std::get<Payment>(payment->second).calls.empty();
    if (std::holds_alternative<errand::TimeOutPayment>(errand.what) && paying) continue;
    run(key, errand);
  }
  return open.empty();
}

void World::ask_for_something_back() {
  if (placed_.empty()) return;
  std::string id;
  auto found = documents.end();
  for (int i = 0; i < 5; ++i) {  // mostly somebody who has got something
    id = placed_[static_cast<std::size_t>(pick(static_cast<std::int64_t>(placed_.size())))];
    found = documents.find({Collection::orders, id});
    if (found != documents.end() && !std::get<Order>(found->second).parcels.empty()) break;
  }
  const std::string request = "q" + std::to_string(clock_);
  if (chance(500) || found == documents.end()) {
    RefundRequested refund{OrderId(id), request, std::nullopt, "simulated"};
    if (chance(800)) refund.amount = Money{1 + pick(300), *Currency::parse("USD")};
    const auto value = encode(refund);
    send_from_outside(Topic::order_events, id, type::kRefundRequested, value);
    if (chance(200)) send_from_outside(Topic::order_events, id, type::kRefundRequested, value);
    return;
  }
  ReturnRequested back{OrderId(id), request, {}, chance(700), chance(700), "simulated"};
  for (const auto& line : std::get<Order>(found->second).lines) {
    if (chance(600)) back.lines.push_back({line.product_id, 1 + pick(line.quantity)});
  }
  const auto value = encode(back);
  send_from_outside(Topic::order_events, id, type::kReturnRequested, value);
  if (chance(200)) send_from_outside(Topic::order_events, id, type::kReturnRequested, value);
}

// Somebody says again, without a number, what was said before: the state machine has to take it for what it is.
void World::repeat_from_outside() {
  const auto at = log.find({Topic::order_events, static_cast<int>(pick(kPartitions)), false});
  if (at == log.end() || at->second.empty()) return;
  Record record = at->second[static_cast<std::size_t>(pick(static_cast<std::int64_t>(at->second.size())))];
  const auto& type = record.envelope.type;
  const bool fact = type.starts_with("ordo.payment.") || type.starts_with("ordo.shipment.") ||
                    type.starts_with("ordo.stock.") || type == type::kPaymentTimedOut;
  // Refunds are told apart by their ids; a failure that is told again after the money had moved is another story.
  if (!fact || type == type::kPaymentRefundFailed) return;
  record.envelope.sequence.reset();
  record.envelope.previous.reset();
  record.envelope.source = "/outside";
  append(std::move(record));
}

}  // namespace ordo::simulation
