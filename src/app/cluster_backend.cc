#include "app/cluster_backend.h"

#include <utility>

#include "mongo/deployment.h"

namespace ordo::app {

kafka::Options kafka_options(const settings::Settings& settings) {
  kafka::Options options;
  options.bootstrap = settings.kafka;
  options.topology = settings.topology();
  options.group_prefix = settings.group_prefix;
  options.instance = settings.instance;
  options.settings = settings.kafka_settings;
  options.replication_factor = settings.replication;
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto keep = settings.retention_of(static_cast<Topic>(i));
    if (!keep) continue;
    options.retention[i] = *keep == settings::kForever ? std::chrono::milliseconds(-1) : *keep;  // -1: Kafka's forever
  }
  return options;
}

Result<kafka::Options> checked_kafka_options(const settings::Settings& settings) {
  auto options = kafka_options(settings);
  if (auto valid = kafka::validate(options); !valid) return fail(std::move(valid.error()));
  return options;
}

Result<std::unique_ptr<mongo::Database>> open_database(const settings::Settings& settings) {
  mongo::Options options;
  options.uri = settings.mongo;
  return mongo::Database::open(options);
}

Result<std::unique_ptr<const RecordProof>> ensure_proof(mongo::Database& database, LogSource& log,
                                                        const Topology& topology) {
  const auto log_ends = [&]() -> Result<RecordProof::Unproven> {
    RecordProof::Unproven ends;
    for (std::size_t i = 0; i < topology.topics.size(); ++i) {
      const auto topic = static_cast<Topic>(i);
      const auto ranges = log.ranges(topic, false);
      if (!ranges) return fail(ranges.error());
      for (std::size_t p = 0; p < ranges->size(); ++p) {
        const auto end = (*ranges)[p].end;
        if (end > 0) ends[{topic, static_cast<int>(p), false}] = end;
      }
    }
    return ends;
  };
  const auto deployment = mongo::ensure_deployment(database, log_ends);
  if (!deployment) return fail(deployment.error());
  return std::make_unique<const RecordProof>(deployment->secret, deployment->unproven);
}

Result<std::unique_ptr<const RecordProof>> find_proof(mongo::Database& database) {
  const auto deployment = mongo::find_deployment(database);
  if (!deployment) return fail(deployment.error());
  if (!*deployment) return nullptr;
  return std::make_unique<const RecordProof>((*deployment)->secret, (*deployment)->unproven);
}

}  // namespace ordo::app
