#include "engine/epoch_plan.h"

#include <algorithm>

#include "base/check.h"
#include "engine/cursor_check.h"

namespace ordo {
namespace {

Result<void> check_folded(ProcessorKind processor, int partitions, const OwnerPlace& place) {
  const auto& [owner, cursor, range, log] = place;
  if (owner.processor == processor) {
    if (cursor.partitions == 0 || cursor.partitions == partitions) return {};
  } else if (cursor.sent.empty()) {
    return {};
  }
  const auto waiting = range.end - cursor.next;
  // guard: epoch-unfolded
  if (waiting <= 0) return {};
  return fail(ErrorCode::kConflict, "unfolded_records",
              to_string(owner) + " has " + std::to_string(waiting) +
                  " unfolded records; run ordo with the old number of partitions until all are folded, then change the "
                  "number");
}

}  // namespace

Result<std::vector<EpochChange>> plan_epoch(ProcessorKind processor, int partitions,
                                            std::span<const OwnerPlace> places) {
  std::int64_t epoch = 0;
  bool moved = false;  // records change partitions
  for (const auto& [owner, cursor, range, log] : places) {
    if (owner.processor != processor) continue;
    epoch = std::max(epoch, cursor.epoch);
    moved = moved || (cursor.partitions != 0 && cursor.partitions != partitions);
  }
  for (const auto& place : places) {
    if (!moved) break;
    if (auto folded = check_folded(processor, partitions, place); !folded) return fail(std::move(folded.error()));
  }
  std::vector<EpochChange> changes;
  for (const auto& [owner, cursor, range, log] : places) {
    if (owner.processor != processor || owner.partition >= partitions) continue;
    const bool inside =
        cursor.next >= range.begin && cursor.next <= range.end && check_log(owner, cursor, range, log).has_value();
    // guard: epoch-whole-partition
    if (!moved && (cursor.partitions == 0 || inside)) continue;
    Cursor from = cursor;
    from.epoch = epoch;
    Cursor to = begin_epoch(std::move(from), partitions, range, log);
    if (cursor.partitions != 0 && inside) {
      to.next = cursor.next;
      to.log.last = cursor.log.last;
    }
    changes.push_back({owner, cursor, std::move(to)});
  }
  return changes;
}

Result<std::vector<std::int64_t>> read_epochs(DocumentReader& documents, ProcessorKind processor, int partitions) {
  std::vector<std::int64_t> epochs;
  for (int partition = 0; partition < partitions; ++partition) {
    const auto cursor = documents.cursor({processor, partition});
    if (!cursor) return fail(cursor.error());
    epochs.push_back(cursor->epoch);
  }
  return epochs;
}

std::int64_t newest_epoch(std::span<const std::int64_t> epochs) {
  ORDO_CHECK(!epochs.empty(), "a log without partitions");
  return *std::max_element(epochs.begin(), epochs.end());
}

}  // namespace ordo
