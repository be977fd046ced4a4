// Whether an owner's cursor still fits the log it counts: the checks before any work (DESIGN section 3).
#pragma once

#include "process/ports.h"

namespace ordo {

// The cursor to begin with. An owner that never ran begins at the first record there is. kConflict, with what to do,
// when
//   "partition_count_changed": records would have changed partitions;
//   "log_truncated": the cursor lies beyond the end of the log, which was cut off or made anew;
//   "log_expired": records were removed before they were read.
Result<Cursor> check_cursor(const Owner& owner, Cursor cursor, int partitions, LogRange range);

// The cursor that begins a new epoch of the inbox: sequences start over, what was seen from others stays.
Cursor begin_epoch(Cursor cursor, int partitions, LogRange range);

}  // namespace ordo
