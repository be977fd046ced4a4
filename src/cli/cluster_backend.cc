#include "cli/cluster_backend.h"

#include <utility>

namespace ordo::cli {

kafka::Options kafka_options(const Settings& settings) {
  kafka::Options options;
  options.bootstrap = settings.kafka;
  options.topology = settings.topology();
  options.group_prefix = settings.group_prefix;
  options.settings = settings.kafka_settings;
  options.replication_factor = static_cast<int>(settings.replication);
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto keep = settings.retention_of(static_cast<Topic>(i));
    const bool forever = keep && keep->count() == kForever;
    if (keep) options.retention[i] = forever ? std::chrono::milliseconds(-1) : *keep;  // -1: as Kafka writes it
  }
  return options;
}

Result<kafka::Options> checked_kafka_options(const Settings& settings) {
  auto options = kafka_options(settings);
  if (auto valid = kafka::validate(options); !valid) return fail(std::move(valid.error()));
  return options;
}

Result<std::unique_ptr<mongo::Database>> open_database(const Settings& settings) {
  mongo::Options options;
  options.uri = settings.mongo;
  return mongo::Database::open(options);
}

}  // namespace ordo::cli
