#include "engine/log_reading.h"

namespace ordo {

Result<std::vector<Record>> next_records(LogReader& reader, std::size_t max, std::chrono::seconds longest_silence) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kPoll{200};
  const auto give_up = Clock::now() + longest_silence;
  while (true) {
    auto records = reader.poll(max, kPoll);
    if (!records || !records->empty() || reader.caught_up()) return records;
    if (Clock::now() >= give_up) {
      return fail(ErrorCode::kUnavailable, "no_records", "the log has more records but does not deliver them");
    }
  }
}

}  // namespace ordo
