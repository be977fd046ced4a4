// What becomes of the logs while the roles go on: their first records go, a partition is lost and made anew, a topic
// gets more partitions; and what the operator does about it.
#pragma once

#include <optional>
#include <vector>

#include "process/epoch_plan.h"

namespace ordo::simulation {

class World;

class Upkeep {
 public:
  explicit Upkeep(World& world) : world_(world) {}

  // Retention, on one partition.
  void remove_old();
  // A log changes, or does not, and `ordo epoch begin` is run; nobody runs the processor meanwhile.
  void begin_epoch();

  // Where an owner's way through its inbox was changed; in the order in which it happened.
  struct Turn {
    EpochChange change;  // `from` and `to` are the same where only the topology is another one
    bool made_anew = false;
    Topology topology;  // from here on
  };
  const std::vector<Turn>& turns() const { return turns_; }

 private:
  std::optional<Owner> lose_partition(ProcessorKind kind);
  bool widen(ProcessorKind kind);
  bool drain();
  std::vector<OwnerPlace> places() const;
  void run_command(ProcessorKind kind, const std::optional<Owner>& lost, bool widened);
  void write(const EpochChange& change);

  World& world_;
  std::vector<Turn> turns_;
};

}  // namespace ordo::simulation
