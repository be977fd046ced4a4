#include "embedded/epoch.h"

#include <utility>

#include "embedded/data_directory.h"
#include "embedded/log_layout.h"
#include "embedded/segment_follower.h"
#include "embedded/store.h"
#include "engine/epoch_plan.h"

namespace ordo::embedded {

Result<void> begin_epoch(const std::string& directory, const Topology& topology, ProcessorKind processor) {
  auto lock = DataDirectory::lock(directory);
  if (!lock) return fail(std::move(lock.error()));
  StoreOptions options;
  options.path = database_path(directory);
  auto store = Store::open(options);
  if (!store) return fail(std::move(store.error()));
  auto cursors = (*store)->cursors();
  if (!cursors) return fail(std::move(cursors.error()));

  auto ranges = read_log_ranges(directory, **store);
  if (!ranges) return fail(std::move(ranges.error()));

  const Topic inbox = inbox_of(processor);
  const int partitions = topology[inbox].partitions;
  for (int p = 0; p < partitions; ++p) (void)(*cursors)[{processor, p}];
  std::vector<OwnerPlace> places;  // a step is one transaction here, so other processors' positions do not matter
  for (const auto& [owner, cursor] : *cursors) {
    if (owner.processor != processor) continue;
    places.push_back({owner, cursor, (*ranges)[name_of({inbox, owner.partition, false})]});
  }
  const auto changes = plan_epoch(processor, partitions, places);
  if (!changes) return fail(changes.error());
  if (auto begun = (*store)->begin(); !begun) return begun;
  for (const auto& change : *changes) {
    const Commit step{change.owner, change.from.next, &change.to, {}};
    if (auto written = (*store)->commit_step(step); !written) return written;
  }
  return (*store)->commit();
}

}  // namespace ordo::embedded
