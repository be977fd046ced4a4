#include "engine/record_time.h"

#include "records/dead_letter.h"

namespace ordo {

RecordTime bounded(Timestamp said, const Record& record) {
  const bool known = record.appended_at != Timestamp();
  // guard: clock-ahead
  if (known && said > record.appended_at + kClockSlack) return {record.appended_at, said};
  return {said, std::nullopt};
}

RecordTime time_of(const Record& record) {
  const auto said = record.envelope.time;
  auto time = said == Timestamp() ? RecordTime{record.appended_at, std::nullopt} : bounded(said, record);
  if (!time.claimed && !record.envelope.extra.empty()) {
    if (const auto told = parse_timestamp(extra_header(record, kClaimedTimeHeader))) time.claimed = *told;
  }
  return time;
}

}  // namespace ordo
