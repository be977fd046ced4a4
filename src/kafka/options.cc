#include "kafka/options.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace ordo::kafka {
namespace {

// Exact delivery requires ordo's own values for these. Some have a separate field in Options.
// guard: kafka-owns-isolation
constexpr std::array<std::string_view, 35> kOwned = {"acks",
                                                     "allow.auto.create.topics",
                                                     "auto.commit.enable",
                                                     "auto.offset.reset",
                                                     "bootstrap.servers",
                                                     "client.id",
                                                     "delivery.timeout.ms",
                                                     "enable.auto.commit",
                                                     "enable.auto.offset.store",
                                                     "enable.gapless.guarantee",
                                                     "enable.idempotence",
                                                     "enable.partition.eof",
                                                     "group.id",
                                                     "group.instance.id",
                                                     "isolation.level",
                                                     "max.in.flight",
                                                     "max.in.flight.requests.per.connection",
                                                     "message.timeout.ms",
                                                     "metadata.broker.list",
                                                     "opaque",
                                                     "partition.assignment.strategy",
                                                     "queuing.strategy",
                                                     "request.required.acks",
                                                     "retries",
                                                     "message.send.max.retries",
                                                     "transactional.id",
                                                     "transaction.timeout.ms",
                                                     "produce.offset.report",
                                                     "dr_cb",
                                                     "dr_msg_cb",
                                                     "rebalance_cb",
                                                     "log_cb",
                                                     "enabled_events",
                                                     "log.queue",
                                                     "plugin.library.paths"};

struct ConfDestroy {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, ConfDestroy>;

std::vector<std::string> known_settings(rd_kafka_conf_t* conf) {
  std::vector<std::string> names;
  std::size_t count = 0;
  const char** pairs = rd_kafka_conf_dump(conf, &count);
  for (std::size_t i = 0; i + 1 < count; i += 2) names.emplace_back(pairs[i]);
  rd_kafka_conf_dump_free(pairs, count);
  return names;
}

std::string complaint(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  if (name == "group.instance.id") return "is derived from ordo's setting instance: set that one";
  if (std::find(kOwned.begin(), kOwned.end(), name) != kOwned.end()) return "is set by ordo and cannot be changed";
  char ignored[512];  // librdkafka's own text repeats the value, which may be a secret
  switch (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), ignored, sizeof ignored)) {
    case RD_KAFKA_CONF_OK:
      return {};
    case RD_KAFKA_CONF_INVALID:
      return "has a value that librdkafka does not accept";
    case RD_KAFKA_CONF_UNKNOWN:
      break;
  }
  std::string detail = "is not a setting of librdkafka";
  const auto known = known_settings(conf);
  if (const auto near = nearest(name, known); !near.empty()) detail.append("; did you mean ").append(near);
  return detail;
}

}  // namespace

Result<void> validate(const Options& options) {
  std::vector<Violation> violations;
  if (options.bootstrap.empty()) violations.push_back({"/bootstrap", "is required: host:port, or several with commas"});
  if (options.append_timeout.count() < 1) violations.push_back({"/append_timeout", "must be a millisecond or more"});
  if (options.replication_factor < 0 || options.replication_factor > 1000) {
    violations.push_back({"/replication_factor", "must be 0 (choose) or a number of brokers"});
  }
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto& topic = options.topology.topics[i];
    const auto pointer = "/topics/" + std::string(to_string(static_cast<Topic>(i)));
    if (topic.name.empty()) violations.push_back({pointer + "/name", "is required"});
    if (topic.partitions < 1) violations.push_back({pointer + "/partitions", "must be 1 or more"});
  }
  const Conf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : options.settings) {
    if (auto detail = complaint(conf.get(), name, value); !detail.empty()) {
      violations.push_back({"/settings/" + name, std::move(detail)});
    }
  }
  if (violations.empty()) return {};
  return fail(Error{ErrorCode::kInvalid, "invalid_kafka_options", "the Kafka options are wrong", violations});
}

}  // namespace ordo::kafka
