// When an event happened. The clock of another system may be wrong: its time counts unless it is ahead of the log's
// clock.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "records/envelope.h"

namespace ordo {

// How far a clock may be ahead of the log's clock.
inline constexpr std::chrono::minutes kClockSlack{5};

struct RecordTime {
  Timestamp at;                      // the record's own time, or the log's if there is none or it is ahead
  std::optional<Timestamp> claimed;  // the record's own time, if it was ahead
};

// Depends only on the record in the log, so a rebuild gives the same result. It is as reliable as `appended_at`: in a
// topic with message.timestamp.type=CreateTime, that is the producer's clock.
RecordTime time_of(const Record& record);

// The same rule for a time inside the value of `record`.
RecordTime bounded(Timestamp said, const Record& record);

}  // namespace ordo
