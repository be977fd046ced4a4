// Opens Kafka and MongoDB according to the settings, in the same way for roles and for commands.
#pragma once

#include <memory>

#include "base/result.h"
#include "engine/ports.h"
#include "kafka/options.h"
#include "mongo/database.h"
#include "records/proof.h"
#include "settings/settings.h"

namespace ordo::app {

kafka::Options kafka_options(const settings::Settings& settings);

// Neither waits for a server. kInvalid when the client library refuses the settings.
Result<kafka::Options> checked_kafka_options(const settings::Settings& settings);
Result<std::unique_ptr<mongo::Database>> open_database(const settings::Settings& settings);

// The proof of the deployment's records. The first process creates the secret, before any process writes records.
// kUnavailable.
Result<std::unique_ptr<const RecordProof>> ensure_proof(mongo::Database& database, LogSource& log,
                                                        const Topology& topology);
// The proof for readers only; null before a process of this version has run. kUnavailable.
Result<std::unique_ptr<const RecordProof>> find_proof(mongo::Database& database);

}  // namespace ordo::app
