#include "outside.h"

#include "world.h"

namespace ordo::simulation {

Record Outside::record_of(Topic topic, const std::string& key, std::string_view type, std::string value) {
  Record record;
  record.at = {topic, world_.topology.partition_of(topic, key), false};
  if (world_.happens(Fault::misplaced))
    record.at.partition = static_cast<int>(world_.choices.pick(world_.topology[topic].partitions));
  record.key = key;
  record.envelope.type = type;
  record.envelope.source = "/outside";
  record.envelope.time = world_.now();
  record.value = std::move(value);
  return record;
}

void Outside::send(Topic topic, const std::string& key, std::string_view type, std::string value) {
  if (world_.broker_is_away()) return;
  Record record = record_of(topic, key, type, std::move(value));
  if (late_.size() < 64 && world_.happens(Fault::late_answer)) {
    late_.push_back(std::move(record));
    return;
  }
  world_.broker.append(std::move(record));
}

void Outside::run_errand() {
  const auto& waiting = world_.database.waiting();
  if (waiting.empty() || world_.broker_is_away()) return;
  const auto& [key, errand] = *std::next(waiting.begin(), world_.choices.pick(std::ssize(waiting)));
  // Most orders are paid before their time is over.
  if (std::holds_alternative<errand::TimeOutPayment>(errand.what) && !world_.choices.chance(150)) return;
  run(Errand(errand));
}

void Outside::run(const Errand& errand) {
  world_.faults.count(Sight::errands);
  world_.trace.say("an errand of ", errand.order_id.str());
  if (const auto* move = std::get_if<errand::MoveShipment>(&errand.what)) return move_shipment(errand, *move);
  if (const auto* asked = std::get_if<errand::AskGateway>(&errand.what)) return ask(errand, *asked);
  const auto notice = notice_of(errand);
  send(notice.topic, notice.key, notice.type, notice.value);
}

void Outside::ask(const Errand& errand, const errand::AskGateway& asked) {
  for (auto& answer : world_.bank.ask(errand.order_id, asked)) {
    // The bank has done what it did; what is heard of it is another matter.
    const bool unheard = world_.happens(Fault::unheard);
    const auto notice = notice_of(errand.order_id, asked, answer.reply, world_.errand_rules);
    if ((answer.late || (unheard && world_.choices.chance(500))) && late_.size() < 64) {
      late_.push_back(record_of(notice.topic, notice.key, notice.type, notice.value));
      // Whoever asked may have run out of patience before.
      if (!unheard && !world_.choices.chance(300)) continue;
    }
    if (!unheard && !answer.late) {
      send(notice.topic, notice.key, notice.type, notice.value);
      continue;
    }
    const auto nothing = notice_of(errand.order_id, asked, GatewayReply{}, world_.errand_rules);
    send(nothing.topic, nothing.key, nothing.type, nothing.value);
  }
}

void Outside::move_shipment(const Errand& errand, const errand::MoveShipment& move) {
  CarrierUpdated update;
  update.order_id = errand.order_id;
  update.shipment_id = move.shipment_id;
  update.status = move.to;
  if (!world_is_calm_) {
    const auto* shipment = world_.database.find_as<Shipment>(Collection::shipments, move.shipment_id);
    if (move.to == ShipmentStatus::shipped && world_.choices.chance(300)) {  // a part of it
      const auto& line = shipment->lines[static_cast<std::size_t>(world_.choices.pick(std::ssize(shipment->lines)))];
      update.lines = {{line.product_id, 1 + world_.choices.pick(line.quantity)}};
    }
    if (move.to == ShipmentStatus::delivered) {
      const int other = world_.choices.which({100, 50});
      if (other == 1) update.status = ShipmentStatus::in_transit;
      if (other == 2) update.status = ShipmentStatus::lost;
    }
  }
  send(Topic::shipments, update.order_id.str(), type::kCarrierUpdated, encode(update));
}

void Outside::deliver_late() {
  if (late_.empty() || world_.broker_is_away()) return;
  const auto at = late_.begin() + world_.choices.pick(std::ssize(late_));
  Record record = std::move(*at);
  late_.erase(at);
  world_.broker.append(std::move(record));
}

bool Outside::finish() {
  if (!late_.empty()) {
    deliver_late();
    return false;
  }
  const auto open = world_.database.waiting();  // a copy: running one changes it
  for (const auto& [key, errand] : open) {
    // Who waits for a payment that is under way does not time out now.
    const auto* payment = world_.database.find_as<Payment>(Collection::payments, key.id);
    const bool paying = payment != nullptr && !payment->calls.empty();
    if (std::holds_alternative<errand::TimeOutPayment>(errand.what) && paying) continue;
    run(errand);
  }
  return open.empty();
}

std::size_t Outside::open() const {
  return late_.size() + world_.database.waiting().size();
}

}  // namespace ordo::simulation
