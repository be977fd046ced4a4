// How ordo connects to a Kafka cluster, and what it requires from it.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "kafka/error_counts.h"
#include "records/record_limits.h"
#include "records/topology.h"

namespace ordo::kafka {

class Troubles;

struct Options {
  std::string bootstrap;  // "host:port,host:port"
  Topology topology;
  std::string client_id = "ordo";
  std::string group_prefix = "ordo-";  // a processor's group is this plus its name

  // Unique to this process and constant over its restarts. With it, the process is a static member of groups, and its
  // clients are named after it rather than the host. May be empty.
  std::string instance;

  // More settings under librdkafka's own names ("security.protocol", "sasl.password", "compression.type", "linger.ms",
  // ...), for every client. May hold secrets: never log them or put them into an error.
  std::map<std::string, std::string> settings;

  // What the topics accept, see limits_of(); unbounded until it was read.
  RecordLimits limits;

  // How long an append of the API may wait for its result. A step's records never time out.
  std::chrono::milliseconds append_timeout{8000};

  // Receives the cluster's refusals; outlives all clients. May be null.
  Troubles* troubles = nullptr;

  // For topics that ordo creates. 0: three, or as many as there are brokers.
  int replication_factor = 0;
  // For topics that ordo creates, including dead letters, by topic; -1 ms: forever. Absent: the cluster's default.
  std::array<std::optional<std::chrono::milliseconds>, kTopics> retention;

  // Counts the errors of the clients; null: no counting.
  std::shared_ptr<ErrorCounts> errors;
};

// Refuses options from which no client can be created. kInvalid, with a violation for each setting that is unknown, has
// a value that librdkafka does not accept, or is reserved. ordo reserves settings on which its guarantees depend. The
// error names settings, never values.
Result<void> validate(const Options& options);

}  // namespace ordo::kafka
