#include "process/cursor_check.h"

namespace ordo {
namespace {

tl::unexpected<Error> refuse(const Owner& owner, const char* reason, const std::string& what) {
  return fail(ErrorCode::kConflict, reason,
              what + ". If this is meant, `ordo epoch begin " + std::string(to_string(owner.processor)) + "` makes " +
                  std::string(to_string(owner.processor)) + " take the log of " +
                  std::string(to_string(inbox_of(owner.processor))) + " as a new one");
}

}  // namespace

Result<Cursor> check_cursor(const Owner& owner, Cursor cursor, int partitions, LogRange range) {
  if (cursor.partitions == 0) {
    cursor.partitions = partitions;
    cursor.next = range.begin;
    return cursor;
  }
  const std::string name = to_string(owner);
  if (cursor.partitions != partitions) {
    return refuse(owner, "partition_count_changed",
                  name + " was made for " + std::to_string(cursor.partitions) + " partitions and there are " +
                      std::to_string(partitions) + ": records would change partitions");
  }
  if (cursor.next > range.end) {
    return refuse(owner, "log_truncated",
                  name + " has read up to offset " + std::to_string(cursor.next) + " and the log ends at " +
                      std::to_string(range.end) + ": it was truncated or made anew");
  }
  if (cursor.next < range.begin) {
    return refuse(owner, "log_expired",
                  name + " has read up to offset " + std::to_string(cursor.next) + " and the log begins at " +
                      std::to_string(range.begin) + ": records were removed before they were read");
  }
  return cursor;
}

Cursor begin_epoch(Cursor cursor, int partitions, LogRange range) {
  cursor.epoch += 1;
  cursor.partitions = partitions;
  cursor.next = range.begin;
  cursor.sent.clear();
  return cursor;
}

}  // namespace ordo
