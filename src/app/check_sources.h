// The sources that `ordo check` reads: the embedded data directory, or Kafka and MongoDB.
#pragma once

#include <memory>

#include "audit/check_invariants.h"
#include "settings/settings.h"

namespace ordo::app {

// Owns the readers.
class OpenSources {
 public:
  virtual ~OpenSources() = default;
  virtual audit::CheckSources sources() = 0;
};

// Embedded: opens read-only, beside a running server or without one; with `snapshot`, as of this moment. kNotFound
// "no_database" when the directory holds no data. Kafka and MongoDB: never a snapshot; kUnavailable.
Result<std::unique_ptr<OpenSources>> open_check_sources(const settings::Settings& settings, bool snapshot);

}  // namespace ordo::app
