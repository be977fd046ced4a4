#include "embedded/epoch.h"

#include <algorithm>
#include <utility>

#include "embedded/data_directory.h"
#include "embedded/store.h"
#include "process/cursor_check.h"

namespace ordo::embedded {
namespace {

Result<void> check_folded(Store& store, const Owner& owner, const Cursor& cursor) {
  const TopicPartition at{inbox_of(owner.processor), owner.partition, false};
  auto range = store.range(at);
  if (!range) return fail(std::move(range.error()));
  if (cursor.next >= range->end) return {};
  return fail(ErrorCode::kConflict, "unfolded_records",
              to_string(owner) + " has " + std::to_string(range->end - cursor.next) +
                  " records to fold; run ordo with " + std::to_string(cursor.partitions) +
                  " partitions until it is done, then change their number");
}

}  // namespace

Result<void> begin_epoch(const std::string& directory, const Topology& topology, ProcessorKind processor) {
  auto lock = DataDirectory::lock(directory);
  if (!lock) return fail(std::move(lock.error()));
  StoreOptions options;
  options.path = database_path(directory);
  auto store = Store::open(options, LogLayout(topology));
  if (!store) return fail(std::move(store.error()));
  auto cursors = (*store)->cursors();
  if (!cursors) return fail(std::move(cursors.error()));

  const Topic inbox = inbox_of(processor);
  const int partitions = topology[inbox].partitions;
  std::int64_t epoch = 0;
  for (const auto& [owner, cursor] : *cursors) {
    if (owner.processor != processor) continue;
    epoch = std::max(epoch, cursor.epoch);
    if (cursor.partitions == partitions) continue;
    if (auto folded = check_folded(**store, owner, cursor); !folded) return folded;
  }
  if (auto begun = (*store)->begin(); !begun) return begun;
  for (int p = 0; p < partitions; ++p) {
    const Owner owner{processor, p};
    auto range = (*store)->range({inbox, p, false});
    if (!range) return fail(std::move(range.error()));
    Cursor old = (*cursors)[owner];
    // All partitions go on in the same epoch, new ones too: a source names processor, partition and epoch.
    old.epoch = epoch;
    Cursor fresh = ordo::begin_epoch(old, partitions, *range);
    if (old.partitions != 0 && old.next >= range->begin && old.next <= range->end) fresh.next = old.next;
    const Commit step{owner, old.next, &fresh, {}};
    if (auto written = (*store)->commit_step(step); !written) return written;
  }
  return (*store)->commit();
}

}  // namespace ordo::embedded
