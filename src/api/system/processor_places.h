// The positions of all processors of the deployment, from their cursors and the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "engine/ports.h"

namespace ordo::api {

struct ProcessorPlace {
  std::string name;  // of the processor
  std::int64_t partition = 0;
  std::int64_t next = 0;  // the first record that it has not folded
  std::int64_t lag = 0;   // records after it, to the end of the log
};

// Thread-safe. Reads at most once in `every`, however many clients ask: a reading asks the log and the database once
// for each partition.
class ProcessorPlaces {
 public:
  // Both references outlive it.
  ProcessorPlaces(LogSource& log, DocumentReader& documents, std::chrono::milliseconds every)
      : log_(log), documents_(documents), every_(every) {}

  // Blocks for a reading. A reading that fails midway has the places up to there. While another thread reads, the
  // places of the last reading.
  std::vector<ProcessorPlace> read();

 private:
  using Clock = std::chrono::steady_clock;
  std::vector<ProcessorPlace> read_all();

  LogSource& log_;
  DocumentReader& documents_;
  const std::chrono::milliseconds every_;
  std::mutex reading_;  // held during a reading
  std::mutex mutex_;    // guards the members below
  std::vector<ProcessorPlace> last_;
  Clock::time_point last_at_{};
};

}  // namespace ordo::api
