// What `ordo check` reads: the embedded data directory, or Kafka and MongoDB.
#pragma once

#include <memory>

#include "cli/check_invariants.h"
#include "cli/settings.h"

namespace ordo::cli {

// Owns the readers.
class OpenSources {
 public:
  virtual ~OpenSources() = default;
  virtual CheckSources sources() = 0;
};

// Embedded: read-only, beside a running server or without one; with `snapshot` as of this moment. kNotFound
// "no_database" when nothing was ever stored there. Kafka and MongoDB: never a snapshot; kUnavailable.
Result<std::unique_ptr<OpenSources>> open_check_sources(const Settings& settings, bool snapshot);

}  // namespace ordo::cli
