// Decides, for every backend, what `ordo skip` does to an owner that a record of its inbox has stopped.
#pragma once

#include <string>

#include "engine/ports.h"

namespace ordo {

inline constexpr std::size_t kMaxSkips = 64;        // of one owner, waiting
inline constexpr std::size_t kMaxSkipReason = 512;  // bytes

// The cursor that skips the record at `offset`. When the worker reaches the record, it makes a dead letter with
// `reason` as its detail. `partitions`, `range` and `now` as for check_cursor(), whose errors apply, and
//   kInvalid "bad_reason": empty, too long, or not a readable line of text;
//   kConflict "already_folded": the owner has passed it;
//   kNotFound "no_such_record": the log has not reached it yet;
//   kConflict "too_many_skips".
Result<Cursor> plan_skip(const Owner& owner, Cursor cursor, int partitions, LogRange range, const LogIdentity& now,
                         std::int64_t offset, const std::string& reason);

}  // namespace ordo
