// How ordo reaches a Kafka cluster, and what it demands of it.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "records/topology.h"

namespace ordo::kafka {

struct Options {
  std::string bootstrap;  // "host:port,host:port"
  Topology topology;
  std::string client_id = "ordo";
  std::string group_prefix = "ordo-";  // a processor's group is this and its name

  // Further settings under librdkafka's own names ("security.protocol", "sasl.password", "compression.type",
  // "linger.ms", ...), given to every client. May hold secrets: never logged, never part of an error.
  std::map<std::string, std::string> settings;

  // How long an append of the API may stay undecided; a step's records never time out.
  std::chrono::milliseconds append_timeout{8000};

  // Of the topics ordo makes. 0: three, or as many as there are brokers.
  int replication_factor = 0;
  // Of the topics ordo makes, dead letters too, by topic; -1 ms: for ever. Absent: what the cluster does by default.
  std::array<std::optional<std::chrono::milliseconds>, kTopics> retention;
};

// Refuses what no client could be made from. kInvalid with a violation for each setting that is unknown, has a value
// that librdkafka does not take, or is one that the guarantees of ordo hang on. Says names, never values.
Result<void> validate(const Options& options);

}  // namespace ordo::kafka
