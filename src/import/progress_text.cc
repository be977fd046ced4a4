#include "import/progress_text.h"

#include <algorithm>

#include "base/printable.h"
#include "records/json_text.h"

namespace ordo::imports {
namespace {

constexpr std::chrono::milliseconds kShortestPause{10'000};

// "1:05" for 65 seconds, "2:00:00" for two hours.
std::string clock_text(std::uint64_t seconds) {
  const auto two = [](std::uint64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  const auto hours = seconds / 3'600;
  const auto minutes = seconds / 60 % 60;
  const std::string front = hours > 0 ? std::to_string(hours) + ":" + two(minutes) : std::to_string(minutes);
  return front + ":" + two(seconds % 60);
}

std::uint64_t milliseconds_of(const ImportTick& tick) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(tick.took.count(), 1));
}

std::uint64_t per_second(const ImportTick& tick) {
  return (tick.accepted - tick.earlier) * 1'000 / milliseconds_of(tick);
}

// Nothing while there is no rate to tell it from.
std::optional<std::uint64_t> seconds_left(const ImportTick& tick) {
  if (tick.rows == 0 || tick.all_rows < tick.rows || tick.took < std::chrono::seconds(1)) return std::nullopt;
  const double share = static_cast<double>(tick.all_rows - tick.rows) / static_cast<double>(tick.rows);
  return static_cast<std::uint64_t>(share * static_cast<double>(milliseconds_of(tick)) / 1'000);
}

}  // namespace

std::string progress_text(const ImportTick& tick) {
  std::string out = "rows " + grouped(tick.rows);
  if (tick.all_rows > 0) {
    const auto percent = std::min<std::uint64_t>(tick.rows * 100 / tick.all_rows, 100);
    out += " of " + grouped(tick.all_rows) + " (" + std::to_string(percent) + "%)";
  }
  out +=
      ", " + std::string(to_string(tick.kind)) + " " + grouped(tick.accepted) + ", " + grouped(per_second(tick)) + "/s";
  if (tick.refused_rows > 0) out += ", " + grouped(tick.refused_rows) + " rows refused";
  if (const auto left = seconds_left(tick)) out += ", " + clock_text(*left) + " left";
  if (tick.waiting) out += ", " + grouped(*tick.waiting) + " wait to be decided";
  return out;
}

std::string progress_json(const ImportTick& tick) {
  JsonObject out;
  out.add("rows", std::to_string(tick.rows));
  if (tick.all_rows > 0) out.add("all_rows", std::to_string(tick.all_rows));
  out.add(std::string(to_string(tick.kind)) + "_accepted", std::to_string(tick.accepted));
  out.add("per_second", std::to_string(per_second(tick))).add("rows_refused", std::to_string(tick.refused_rows));
  if (const auto left = seconds_left(tick)) out.add("seconds_left", std::to_string(*left));
  if (tick.waiting) out.add("waiting", std::to_string(*tick.waiting));
  return out.text();
}

bool ProgressSchedule::due(std::chrono::milliseconds took) {
  if (took < next_) return false;
  next_ = took + std::max(kShortestPause, took / 10);
  return true;
}

}  // namespace ordo::imports
