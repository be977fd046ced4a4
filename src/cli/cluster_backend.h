// Kafka and MongoDB as the settings say: what the running roles and the commands open in the same way.
#pragma once

#include <memory>

#include "base/result.h"
#include "cli/settings.h"
#include "kafka/options.h"
#include "mongo/database.h"

namespace ordo::cli {

kafka::Options kafka_options(const Settings& settings);

// Neither waits for a server. kInvalid when the client's library refuses the settings.
Result<kafka::Options> checked_kafka_options(const Settings& settings);
Result<std::unique_ptr<mongo::Database>> open_database(const Settings& settings);

}  // namespace ordo::cli
