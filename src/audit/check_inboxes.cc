#include "audit/check_inboxes.h"

#include <utility>

namespace ordo::audit {

Result<Inboxes> read_inboxes(const CheckSources& sources) {
  Inboxes inboxes;
  for (const ProcessorKind processor : kAllProcessors) {
    // Reads the cursors first. So records that are appended between the two reads count as lag, and a cursor never
    // appears to be past the end.
    std::vector<Cursor> cursors;
    const int partitions = sources.topology[inbox_of(processor)].partitions;
    for (int partition = 0; partition < partitions; ++partition) {
      auto cursor = sources.documents.cursor({processor, partition});
      if (!cursor) return fail(std::move(cursor.error()));
      cursors.push_back(std::move(*cursor));
    }
    const auto ranges = sources.log.ranges(inbox_of(processor), false);
    if (!ranges) return fail(ranges.error());
    for (int partition = 0; partition < partitions; ++partition) {
      const auto index = static_cast<std::size_t>(partition);
      const LogRange range = index < ranges->size() ? (*ranges)[index] : LogRange{};
      inboxes[{processor, partition}] = {std::move(cursors[index]), range};
    }
  }
  return inboxes;
}

Movement::Movement(const Inboxes& before, const Inboxes& after) {
  for (const auto& [owner, inbox] : before) {
    const auto later = after.find(owner);
    const bool still = later != after.end() && later->second.cursor.next == inbox.cursor.next &&
                       later->second.range.end == inbox.range.end;
    if (!still || inbox.lag() > 0) moving_.insert(owner);
  }
}

}  // namespace ordo::audit
