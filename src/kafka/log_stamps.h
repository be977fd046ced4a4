// Identifies a log: the id of the cluster, and the stamps of single records.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "engine/ports.h"
#include "kafka/options.h"

namespace ordo::kafka {

class LogStamps {
 public:
  // kInvalid: the options are wrong.
  static Result<std::unique_ptr<LogStamps>> open(const Options& options);
  ~LogStamps();

  // Call both from one thread. Each blocks for up to five seconds.

  // The cluster's id, empty if the brokers have none, and the topic's name there. kUnavailable.
  Result<LogIdentity> identity(Topic topic);

  // The stamps of the records at `offsets`, by partition, without offsets that have no record. It also reads records
  // behind an open transaction. kUnavailable.
  Result<std::map<int, RecordStamp>> read(Topic topic, const std::map<int, std::int64_t>& offsets);

 private:
  class State;
  explicit LogStamps(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ordo::kafka
