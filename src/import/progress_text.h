// The progress of a running import as text, and when to print it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "columns/roles.h"

namespace ordo::imports {

struct ImportTick {
  ImportKind kind = ImportKind::orders;
  std::uint64_t rows = 0;
  std::uint64_t all_rows = 0;  // of the file; 0: not known
  std::uint64_t accepted = 0;  // orders or products, in this run and earlier ones
  std::uint64_t earlier = 0;   // those of earlier runs
  std::uint64_t refused_rows = 0;
  std::optional<std::uint64_t> waiting;  // orders that are accepted and not yet decided
  std::chrono::milliseconds took{0};
};

// "rows 12,345 of 50,000 (24%), orders 4,000, 1,800/s, 0:21 left, 300 wait to be decided", without parts that are not
// known.
std::string progress_text(const ImportTick& tick);
// The same as one JSON object.
std::string progress_json(const ImportTick& tick);

// When a log gets the next line. The pauses grow with the time that the import takes, so that a day has some dozens of
// lines, not thousands.
class ProgressSchedule {
 public:
  // Whether a line is due after `took`. Then the next one is due later.
  bool due(std::chrono::milliseconds took);

 private:
  std::chrono::milliseconds next_{5'000};
};

}  // namespace ordo::imports
