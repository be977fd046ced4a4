#include "engine/skip_plan.h"

#include <algorithm>

#include "base/text.h"
#include "engine/cursor_check.h"

namespace ordo {

Result<Cursor> plan_skip(const Owner& owner, Cursor cursor, int partitions, LogRange range, const LogIdentity& now,
                         std::int64_t offset, const std::string& reason) {
  const bool line = std::none_of(reason.begin(), reason.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (reason.empty() || reason.size() > kMaxSkipReason || !line || !is_utf8(reason)) {
    return fail(ErrorCode::kInvalid, "bad_reason",
                "the reason must be one line of text of 1 to " + std::to_string(kMaxSkipReason) + " bytes");
  }
  auto checked = check_cursor(owner, std::move(cursor), partitions, range, now);
  if (!checked) return checked;
  const std::string place = std::string(to_string(inbox_of(owner.processor))) + "/" + std::to_string(owner.partition) +
                            "@" + std::to_string(offset);
  // guard: skip-only-what-waits
  if (offset < checked->next) {
    return fail(ErrorCode::kConflict, "already_folded",
                place + ": " + to_string(owner) + " has passed it, and is at offset " + std::to_string(checked->next) +
                    "; its effects remain");
  }
  if (offset >= range.end) {
    return fail(ErrorCode::kNotFound, "no_such_record",
                place + ": the log ends at offset " + std::to_string(range.end));
  }
  if (!checked->skip.contains(offset) && checked->skip.size() >= kMaxSkips) {
    return fail(ErrorCode::kConflict, "too_many_skips",
                to_string(owner) + " has " + std::to_string(kMaxSkips) +
                    " records to skip already; start it, so that it skips them");
  }
  checked->skip[offset] = reason;
  return checked;
}

}  // namespace ordo
