// Changes of the logs while the roles run: retention removes records, a partition is lost and recreated, a topic gets
// more partitions. Also what the operator does about it.
#pragma once

#include <optional>
#include <vector>

#include "engine/epoch_plan.h"

namespace ordo::simulation {

class World;

class Upkeep {
 public:
  explicit Upkeep(World& world) : world_(world) {}

  // Retention on one partition.
  void remove_old();
  // A log changes or does not, and `ordo epoch begin` runs. The processor does not run meanwhile.
  void begin_epoch();

  // Points at which an owner's way through its inbox changed, in order.
  struct Turn {
    EpochChange change;  // `from` and `to` are equal when only the topology changed
    bool made_anew = false;
    Topology topology;  // from this point on
  };
  const std::vector<Turn>& turns() const { return turns_; }

 private:
  std::optional<Owner> lose_partition(ProcessorKind kind);
  std::optional<Owner> replace_partition(ProcessorKind kind);
  void demand_stop(ProcessorKind kind);
  bool widen(ProcessorKind kind);
  bool drain();
  std::vector<OwnerPlace> places() const;
  void run_command(ProcessorKind kind, const std::optional<Owner>& lost, bool widened);
  void write(const EpochChange& change);

  World& world_;
  std::vector<Turn> turns_;
};

}  // namespace ordo::simulation
