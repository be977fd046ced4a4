// Checks that an owner's cursor still fits its log: before any work (DESIGN section 3), and while it works.
#pragma once

#include <string>

#include "engine/ports.h"

namespace ordo {

// What a cursor needs to know of one partition of a log, see check_log().
struct LogView {
  LogRange range;
  LogIdentity log;
};

// The error for a log that must not be read further: the same text at every check, with the remedy. kConflict with
// `reason`.
Error refused_log(const Owner& owner, std::string reason, const std::string& what);

// The offset whose record shows whether this is the cursor's log. nullopt when there is none: nothing was folded yet,
// or the log no longer has the record folded last.
std::optional<std::int64_t> telling_offset(const Cursor& cursor, LogRange range);

// Checks that cluster and topic are unchanged, as far as both sides know them. kConflict "log_replaced".
Result<void> check_names(const Owner& owner, const LogIdentity& known, const LogIdentity& now);

// The same, and checks that the record at telling_offset() is the one that was folded. `now.last` is the record there,
// or has the offset -1 when there is none.
Result<void> check_log(const Owner& owner, const Cursor& cursor, LogRange range, const LogIdentity& now);

// The cursor to begin with. A new owner begins at the first record of the log. `now` is the log's identity, as for
// check_log(). The embedded log has none: the database names it. kConflict, with the remedy, when
//   "log_replaced": this is another cluster or topic, or it was recreated and filled beyond the cursor;
//   "partition_count_changed": records would have changed partitions;
//   "log_truncated": the cursor lies beyond the end of the log, which was truncated or recreated;
//   "log_expired": records were removed before they were read.
Result<Cursor> check_cursor(const Owner& owner, Cursor cursor, int partitions, LogRange range, const LogIdentity& now);

// The cursor that begins a new epoch of the inbox. Sequences start over; sequences seen from other sources stay. Its
// log is `now`, with no record folded.
Cursor begin_epoch(Cursor cursor, int partitions, LogRange range, const LogIdentity& now);

}  // namespace ordo
