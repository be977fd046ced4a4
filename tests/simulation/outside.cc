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
  record.envelope.time = world_.foreign_time();
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

void Outside::run_effect() {
  const auto& waiting = world_.database.waiting();
  if (waiting.empty() || world_.broker_is_away()) return;
  const auto& [key, effect] = *std::next(waiting.begin(), world_.choices.pick(std::ssize(waiting)));
  // Most orders are paid before they expire.
  if (std::holds_alternative<effects::effect::TimeOutPayment>(effect.what) && !world_.choices.chance(150)) return;
  run(effects::Effect(effect));
}

void Outside::run(const effects::Effect& effect) {
  // How long an effect has to wait is not checked here. But an effect that waits longer than its own time never runs.
  const auto present = world_.now();
  if (effects::not_beyond(present, effect).due > present + effect.wait) return;
  world_.faults.count(Sight::effects);
  world_.trace.say("an effect of ", effect.order_id.str());
  if (const auto* move = std::get_if<effects::effect::MoveShipment>(&effect.what)) return move_shipment(effect, *move);
  if (const auto* asked = std::get_if<effects::effect::AskGateway>(&effect.what)) return ask(effect, *asked);
  const auto result_record = effects::result_record_of(effect);
  send(result_record.topic, result_record.key, result_record.type, result_record.value);
}

void Outside::ask(const effects::Effect& effect, const effects::effect::AskGateway& asked) {
  for (auto& answer : world_.bank.ask(effect.order_id, asked)) {
    // The bank has acted, but its answer may be lost. Only the answer tells ordo of a part.
    const bool unheard = !answer.reply.amount && world_.happens(Fault::unheard);
    if (answer.reply.amount && late_.size() >= 64) answer.late = false;
    const auto result_record = effects::result_record_of(effect.order_id, asked, answer.reply, world_.effect_rules);
    if ((answer.late || (unheard && world_.choices.chance(500))) && late_.size() < 64) {
      late_.push_back(record_of(result_record.topic, result_record.key, result_record.type, result_record.value));
      // The caller may have given up before.
      if (!unheard && !world_.choices.chance(300)) continue;
    }
    if (!unheard && !answer.late) {
      send(result_record.topic, result_record.key, result_record.type, result_record.value);
      continue;
    }
    const auto nothing =
        effects::result_record_of(effect.order_id, asked, effects::GatewayReply{}, world_.effect_rules);
    send(nothing.topic, nothing.key, nothing.type, nothing.value);
  }
}

void Outside::move_shipment(const effects::Effect& effect, const effects::effect::MoveShipment& move) {
  CarrierUpdated update;
  update.order_id = effect.order_id;
  update.shipment_id = move.shipment_id;
  update.status = move.to;
  if (!world_is_calm_) {
    const auto* shipment = world_.database.find_as<Shipment>(Collection::shipments, move.shipment_id);
    if (move.to == ShipmentStatus::shipped && world_.choices.chance(300)) {  // some of the lines
      const auto& line = shipment->lines[static_cast<std::size_t>(world_.choices.pick(std::ssize(shipment->lines)))];
      update.lines = {{line.product_id, 1 + world_.choices.pick(line.quantity)}};
    }
    if (move.to == ShipmentStatus::shipped && !update.lines && world_.choices.chance(80)) {
      update.status = ShipmentStatus::cancelled;
      world_.faults.count(Sight::carrier_cancels);
    }
    if (move.to == ShipmentStatus::delivered) {
      const int other = world_.choices.which({100, 300});
      if (other == 1) update.status = ShipmentStatus::in_transit;
      if (other == 2) update.status = ShipmentStatus::lost;
    }
  }
  send(Topic::shipments, update.order_id.str(), kTypeOf<CarrierUpdated>, encode(update));
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
  const auto open = world_.database.waiting();  // a copy, because running one changes it
  for (const auto& [key, effect] : open) {
    // An order whose payment is in progress does not time out now.
    const auto* payment = world_.database.find_as<Payment>(Collection::payments, key.id);
    const bool paying = payment != nullptr && !payment->calls.empty();
    if (std::holds_alternative<effects::effect::TimeOutPayment>(effect.what) && paying) continue;
    run(effect);
  }
  return open.empty();
}

std::size_t Outside::open() const {
  return late_.size() + world_.database.waiting().size();
}

}  // namespace ordo::simulation
