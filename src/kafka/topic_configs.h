// The settings of the cluster's topics. They are read here and judged elsewhere.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "kafka/options.h"
#include "records/topology.h"

namespace ordo::kafka {

// The settings of one topic under Kafka's own names ("max.message.bytes", "cleanup.policy", "retention.ms", ...),
// including the cluster's defaults.
struct TopicSettings {
  std::map<std::string, std::string, std::less<>> values;
  std::string problem;  // why they cannot be read, such as a missing right; empty: they were read

  // nullopt when it is unknown, or not a number.
  std::optional<std::int64_t> number(std::string_view name) const;
  std::string_view text(std::string_view name) const;  // empty when it is unknown
};

struct TopicConfigs {
  std::array<TopicSettings, kTopics> topics;
  std::array<TopicSettings, kTopics> dlqs;

  const TopicSettings& of(Topic topic, bool dlq) const {
    return (dlq ? dlqs : topics)[static_cast<std::size_t>(topic)];
  }
};

// Reads the settings of all topics in the topology, which must exist. Blocks for up to `timeout`. If the cluster does
// not return all of them, `problem` says so; this is no error. kUnavailable: no answer.
Result<TopicConfigs> describe_topics(const Options& options,
                                     std::chrono::milliseconds timeout = std::chrono::milliseconds(5000));

}  // namespace ordo::kafka
