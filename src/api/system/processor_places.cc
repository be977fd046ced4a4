#include "api/system/processor_places.h"

#include <algorithm>

namespace ordo::api {
std::vector<ProcessorPlace> ProcessorPlaces::read() {
  const std::unique_lock reading(reading_, std::try_to_lock);
  {
    const std::lock_guard lock(mutex_);
    const bool recent = last_at_ != Clock::time_point() && Clock::now() - last_at_ < every_;
    // guard: status-read-bounded
    if (recent || !reading.owns_lock()) return last_;
  }
  auto places = read_all();
  const std::lock_guard lock(mutex_);
  last_ = std::move(places);
  last_at_ = Clock::now();
  return last_;
}

// Ends at the first error: while the log or the database is away, each further attempt would wait for its time-out.
std::vector<ProcessorPlace> ProcessorPlaces::read_all() {
  std::vector<ProcessorPlace> places;
  for (const auto processor : kAllProcessors) {
    const auto ranges = log_.ranges(inbox_of(processor), false);
    if (!ranges) return places;
    for (std::size_t i = 0; i < ranges->size(); ++i) {
      const Owner owner{processor, static_cast<int>(i)};
      const auto cursor = documents_.cursor(owner);
      if (!cursor) return places;
      const auto next = std::max(cursor->next, (*ranges)[i].begin);
      places.push_back({std::string(to_string(processor)), owner.partition, next,
                        std::max<std::int64_t>((*ranges)[i].end - next, 0)});
    }
  }
  return places;
}

}  // namespace ordo::api
