#include "kafka/topic_limits.h"

#include <algorithm>
#include <optional>

#include "base/number.h"

namespace ordo::kafka {
namespace {

constexpr std::size_t kKafkasDefault = 1'048'588;       // of a broker's message.max.bytes
constexpr std::size_t kLibrdkafkasDefault = 1'000'000;  // of batch.size
constexpr std::size_t kBrokersFraming = 1'024;

std::optional<std::size_t> setting_of(const Options& options, const char* name) {
  const auto found = options.settings.find(name);
  if (found == options.settings.end()) return std::nullopt;
  return parse_integer<std::size_t>(found->second);
}

std::size_t limit_of(const TopicSettings& topic) {
  auto limit = static_cast<std::size_t>(topic.number("max.message.bytes").value_or(kKafkasDefault));
  if (const auto segment = topic.number("segment.bytes")) limit = std::min(limit, static_cast<std::size_t>(*segment));
  // A broker that recompresses checks the size of the result. For incompressible data it is slightly larger.
  const auto compression = topic.text("compression.type");
  const bool as_sent = compression.empty() || compression == "producer" || compression == "uncompressed";
  if (!as_sent) limit -= std::min(limit, limit / 1'000 + kBrokersFraming);
  return limit;
}

}  // namespace

RecordLimits limits_of(const TopicConfigs& configs, const Options& options) {
  RecordLimits limits;
  const auto own = setting_of(options, "message.max.bytes").value_or(RecordLimits::kNone);
  for (std::size_t i = 0; i < kTopics; ++i) {
    limits.records[i] = std::min(limit_of(configs.topics[i]), own);
    limits.letters[i] = std::min(limit_of(configs.dlqs[i]), own);
  }
  return limits;
}

std::vector<std::string> limit_warnings(const TopicConfigs& configs, const Options& options) {
  std::vector<std::string> warnings;
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto topic = static_cast<Topic>(i);
    for (const bool dlq : {false, true}) {
      const auto& settings = configs.of(topic, dlq);
      if (settings.problem.empty()) continue;
      warnings.push_back(options.topology.broker_name(topic, dlq) + ": its settings cannot be read (" +
                         settings.problem + "): the principal needs DescribeConfigs; until then a limit of " +
                         std::to_string(kKafkasDefault) + " bytes is assumed");
    }
    const auto inbox = configs.topics[i].number("max.message.bytes");
    const auto letters = configs.dlqs[i].number("max.message.bytes");
    if (!inbox || !letters || *letters >= *inbox + kLetterRoom) continue;
    const auto name = options.topology.broker_name(topic, true);
    const auto needed = std::to_string(*inbox + kLetterRoom);
    auto& warning = warnings.emplace_back(name);
    warning.append(" accepts ").append(std::to_string(*letters));
    warning.append(" bytes, but a dead letter may need ").append(needed);
    warning.append(": larger ones lose their value; kafka-configs.sh --bootstrap-server ").append(options.bootstrap);
    warning.append(" --alter --entity-type topics --entity-name ").append(name);
    warning.append(" --add-config max.message.bytes=").append(needed);
  }
  return warnings;
}

std::size_t batch_bytes(const Options& options) {
  std::size_t bytes = setting_of(options, "batch.size").value_or(kLibrdkafkasDefault);
  for (std::size_t i = 0; i < kTopics; ++i) {
    bytes = std::min({bytes, options.limits.records[i], options.limits.letters[i]});
  }
  return std::max<std::size_t>(bytes, 1);
}

}  // namespace ordo::kafka
