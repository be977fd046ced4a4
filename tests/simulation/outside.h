// The world outside the log: a runner of effects, a bank that answers truthfully but not always in time, a carrier,
// clocks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "effects/effect.h"
#include "engine/ports.h"

namespace ordo::simulation {

class World;

class Outside {
 public:
  explicit Outside(World& world) : world_(world) {}

  // Appends a record of a sender that numbers nothing. Does nothing when the broker is unavailable.
  void send(Topic topic, const std::string& key, std::string_view type, std::string value);

  // Runs any effect at any time: clocks jump, carriers are quick or slow, processes that run effects come and go.
  void run_effect();
  // Delivers one of the records that were overtaken.
  void deliver_late();
  // Runs all waiting effects. True when there were none.
  bool finish();
  // From now on, no answer is lost.
  void calm() { world_is_calm_ = true; }
  std::size_t open() const;

 private:
  void run(const effects::Effect& effect);
  void ask(const effects::Effect& effect, const effects::effect::AskGateway& asked);
  void move_shipment(const effects::Effect& effect, const effects::effect::MoveShipment& move);
  Record record_of(Topic topic, const std::string& key, std::string_view type, std::string value);

  World& world_;
  bool world_is_calm_ = false;
  std::vector<Record> late_;
};

}  // namespace ordo::simulation
