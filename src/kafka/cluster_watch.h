// Checks the cluster periodically and reports what does not meet ordo's needs: topics that are missing, changed or not
// visible, partitions that accept no records, and groups with members of other programs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/ports.h"
#include "kafka/options.h"
#include "kafka/topic_configs.h"
#include "kafka/troubles.h"

namespace ordo::kafka {

// Topic settings that prevent work, and those that deserve a warning, each with the command that fixes it. Pure.
struct TopicRefusals {
  std::vector<Trouble> grave;
  std::vector<Trouble> doubtful;
};
TopicRefusals judge_topics(const Options& options, const TopicConfigs& configs);

// The partitions of one topic as the brokers describe them.
struct TopicReplicas {
  int partitions = 0;
  int leaderless = -1;  // the first partition without a leader; -1: all have one
  int weakest = 0;      // the partition with the fewest replicas in sync
  int in_sync = 0;      // its replicas in sync
};

// Why a partition of the topic `name` accepts no records now. A write refused for this reason is retried until it times
// out, so its own error is only a time-out.
std::optional<Trouble> judge_replicas(const std::string& name, const TopicReplicas& replicas,
                                      const TopicSettings& settings);

class ClusterWatch {
 public:
  // For the groups of `processors`. Reports each look's findings to Options::troubles, which is not null. kInvalid.
  static Result<std::unique_ptr<ClusterWatch>> open(const Options& options, std::vector<ProcessorKind> processors);
  ~ClusterWatch();

  // One look; call it every few seconds. A finding counts when two looks in a row have it: a starting broker does not
  // know all of its topics yet. Blocks for round trips, up to some seconds. kUnavailable.
  Result<void> look();

  // The range of each partition of an inbox, including partitions added since the start and records of open
  // transactions.
  Result<std::vector<LogRange>> heads(Topic topic);

 private:
  class State;
  explicit ClusterWatch(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ordo::kafka
