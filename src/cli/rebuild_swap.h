// Writes rebuilt documents in the place of the live ones, while no processor that writes them is at work.
#pragma once

#include <memory>
#include <vector>

#include "cli/rebuild_compare.h"
#include "cli/settings.h"

namespace ordo::cli {

// A crash in between leaves each document either as it was or as it was rebuilt: the next swap finds the rest.
class Swapper {
 public:
  virtual ~Swapper() = default;
  // Makes the live document what `difference` says it should be, now or with a later one.
  virtual Result<void> add(Difference difference) = 0;
  // All that were added are durable when it returns.
  virtual Result<void> flush() = 0;
};

// Keeps the processors `kinds` from working for as long as it lives, or finds out when one does. Embedded: holds the
// lock of the data directory; kConflict "directory_in_use". Kafka and MongoDB: kConflict "processors_at_work" when a
// consumer group has members, now or when documents are written, and finishes what the last step of each owner left
// undone.
Result<std::unique_ptr<Swapper>> open_swapper(const Settings& settings, std::vector<ProcessorKind> kinds);

}  // namespace ordo::cli
