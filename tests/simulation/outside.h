// The world outside the log: who runs errands, a bank that tells the truth but not always in time, a carrier, clocks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "errands/errand.h"
#include "process/ports.h"

namespace ordo::simulation {

class World;

class Outside {
 public:
  explicit Outside(World& world) : world_(world) {}

  // Appends a record of somebody who numbers nothing. Nothing when the broker is away.
  void send(Topic topic, const std::string& key, std::string_view type, std::string value);

  // Any errand at any time: clocks jump, carriers are quick or slow, processes that run errands come and go.
  void run_errand();
  // One of the records that were overtaken.
  void deliver_late();
  // All that waits. True when there was nothing.
  bool finish();
  // From now on answers are heard.
  void calm() { world_is_calm_ = true; }
  std::size_t open() const;

 private:
  void run(const Errand& errand);
  void ask(const Errand& errand, const errand::AskGateway& asked);
  void move_shipment(const Errand& errand, const errand::MoveShipment& move);
  Record record_of(Topic topic, const std::string& key, std::string_view type, std::string value);

  World& world_;
  bool world_is_calm_ = false;
  std::vector<Record> late_;
};

}  // namespace ordo::simulation
