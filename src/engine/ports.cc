#include "engine/ports.h"

#include <algorithm>

#include "engine/log_reading.h"

namespace ordo {
namespace {

// The first record of partition `p` at `offset` or behind it; none if the rest of the partition has no record. `ends`:
// where no record is wanted of the other partitions.
Result<std::optional<Record>> record_at(LogSource& log, Topic topic, std::vector<std::int64_t> ends, std::size_t p,
                                        std::int64_t offset) {
  constexpr std::chrono::seconds kPatience{10};
  ends[p] = offset;
  auto reader = log.open_reader(topic, false, std::move(ends));
  if (!reader) return fail(std::move(reader.error()));
  while (true) {
    auto records = next_records(**reader, 1, kPatience);
    if (!records) return fail(std::move(records.error()));
    if (records->empty()) return std::optional<Record>();
    for (auto& record : *records) {
      if (record.at.partition == static_cast<int>(p)) return std::optional(std::move(record));
    }
  }
}

}  // namespace

Result<std::vector<std::int64_t>> LogSource::offsets_at(Topic topic, Timestamp time) {
  const auto found = ranges(topic, false);
  if (!found) return fail(found.error());
  std::vector<std::int64_t> offsets;
  offsets.reserve(found->size());
  for (const auto& range : *found) offsets.push_back(range.end);
  const auto ends = offsets;
  for (std::size_t p = 0; p < ends.size(); ++p) {
    auto low = (*found)[p].begin;
    auto& high = offsets[p];  // the record there was appended in time, or there is none
    while (low < high) {
      const auto middle = low + (high - low) / 2;
      const auto record = record_at(*this, topic, ends, p, middle);
      if (!record) return fail(record.error());
      // guard: log-search-by-time
      if (*record && (*record)->appended_at < time) {
        low = (*record)->offset + 1;
      } else {
        high = middle;
      }
    }
  }
  return offsets;
}

Result<std::int64_t> DocumentReader::count(const Query& query, std::int64_t most) {
  Query pages = query;
  pages.limit = Query::kMaxPage;
  pages.after.reset();
  std::int64_t count = 0;
  while (count < most) {
    auto page = list(pages);
    if (!page) return fail(std::move(page.error()));
    count += static_cast<std::int64_t>(page->documents.size() + page->unreadable.size());
    if (!page->next) break;
    pages.after = std::move(page->next);
  }
  return std::min(count, most);
}

}  // namespace ordo
