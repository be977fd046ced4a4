#include "engine/cursor_check.h"

namespace ordo {
namespace {

std::string describe(const RecordStamp& stamp) {
  return "appended at " + to_rfc3339(stamp.appended_at);
}

// True when both are known and differ.
bool differ(const std::string& known, const std::string& now) {
  return !known.empty() && !now.empty() && known != now;
}

// Checks the record folded last, if both sides know their log. The embedded log has no name.
Result<void> check_last(const Owner& owner, const Cursor& cursor, LogRange range, const LogIdentity& now) {
  const auto& last = cursor.log.last;
  // guard: cursor-another-record
  if (now.topic.empty() || !telling_offset(cursor, range) || now.last == last) return {};
  std::string what = to_string(owner) + ": this is another topic " + now.topic +
                     " (or another cluster) than the one read so far: the record at offset " +
                     std::to_string(last.offset) + " was " + describe(last) + ", and ";
  if (now.last.offset < 0) {
    what += "there is no record now";
  } else if (now.last.appended_at != last.appended_at) {
    what += "the one there was " + describe(now.last);
  } else {
    what += "the record there now has other content";
  }
  return fail(refused_log(owner, "log_replaced", what));
}

}  // namespace

Error refused_log(const Owner& owner, std::string reason, const std::string& what) {
  const std::string processor(to_string(owner.processor));
  return {
      ErrorCode::kConflict,
      std::move(reason),
      what +
          ". Check that the cluster and database, or the data folder, are right; if not, correct the settings. Only "
          "if this log is intended, `ordo epoch begin " +
          processor + "` makes " + processor + " accept the log of " +
          std::string(to_string(inbox_of(owner.processor))) + " as a new log",
      {}};
}

std::optional<std::int64_t> telling_offset(const Cursor& cursor, LogRange range) {
  const auto offset = cursor.log.last.offset;
  if (offset < 0 || offset < range.begin || offset >= range.end) return std::nullopt;
  return offset;
}

Result<void> check_names(const Owner& owner, const LogIdentity& known, const LogIdentity& now) {
  // guard: cursor-another-cluster
  if (differ(known.cluster, now.cluster)) {
    return fail(refused_log(owner, "log_replaced",
                            to_string(owner) + ": this is another cluster than the one read so far: its id is " +
                                now.cluster + ", that of the other was " + known.cluster));
  }
  // guard: cursor-another-topic
  if (differ(known.topic, now.topic)) {
    return fail(refused_log(owner, "log_replaced",
                            to_string(owner) + ": this is another topic " + now.topic +
                                " than the one read so far, which was " + known.topic));
  }
  return {};
}

Result<void> check_log(const Owner& owner, const Cursor& cursor, LogRange range, const LogIdentity& now) {
  if (auto same = check_names(owner, cursor.log, now); !same) return same;
  return check_last(owner, cursor, range, now);
}

Result<Cursor> check_cursor(const Owner& owner, Cursor cursor, int partitions, LogRange range, const LogIdentity& now) {
  if (cursor.partitions == 0) {
    cursor.partitions = partitions;
    cursor.next = range.begin;
    cursor.log = {now.cluster, now.topic, {}};
    return cursor;
  }
  if (auto same = check_names(owner, cursor.log, now); !same) return fail(std::move(same.error()));
  const std::string name = to_string(owner);
  // guard: cursor-partitions
  if (cursor.partitions != partitions) {
    return fail(refused_log(owner, "partition_count_changed",
                            name + " was made for " + std::to_string(cursor.partitions) + " partitions and there are " +
                                std::to_string(partitions) + ": records would change partitions"));
  }
  // guard: cursor-truncated
  if (cursor.next > range.end) {
    return fail(refused_log(owner, "log_truncated",
                            name + " has read up to offset " + std::to_string(cursor.next) + " and the log ends at " +
                                std::to_string(range.end) + ": it was truncated or recreated"));
  }
  // guard: cursor-expired
  if (cursor.next < range.begin) {
    return fail(refused_log(owner, "log_expired",
                            name + " has read up to offset " + std::to_string(cursor.next) + " and the log begins at " +
                                std::to_string(range.begin) + ": records were removed before they were read"));
  }
  if (auto same = check_log(owner, cursor, range, now); !same) return fail(std::move(same.error()));
  // A cursor of version 0.1.0 does not know its log yet.
  if (!now.cluster.empty()) cursor.log.cluster = now.cluster;
  if (!now.topic.empty()) cursor.log.topic = now.topic;
  return cursor;
}

Cursor begin_epoch(Cursor cursor, int partitions, LogRange range, const LogIdentity& now) {
  cursor.epoch += 1;
  cursor.partitions = partitions;
  cursor.next = range.begin;
  // guard: epoch-forgets-sent
  cursor.sent.clear();
  cursor.log = {now.cluster, now.topic, {}};
  // guard: epoch-forgets-skips
  cursor.skip.clear();  // they belong to records that no longer exist
  return cursor;
}

}  // namespace ordo
