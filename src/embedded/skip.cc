#include "embedded/skip.h"

#include <filesystem>
#include <utility>

#include "embedded/data_directory.h"
#include "embedded/log_layout.h"
#include "embedded/segment_follower.h"
#include "embedded/store.h"
#include "engine/skip_plan.h"

namespace ordo::embedded {

Result<void> skip(const std::string& directory, const Topology& topology, const Owner& owner, std::int64_t offset,
                  const std::string& reason) {
  // Do not create the folder of a missing database.
  std::error_code ignored;
  if (!std::filesystem::exists(database_path(directory), ignored)) {
    return fail(ErrorCode::kNotFound, "no_database", "there is no database in " + directory);
  }
  auto lock = DataDirectory::lock(directory);
  if (!lock) return fail(std::move(lock.error()));
  StoreOptions options;
  options.path = database_path(directory);
  auto store = Store::open(options);
  if (!store) return fail(std::move(store.error()));
  const Topic inbox = inbox_of(owner.processor);
  auto cursor = (*store)->cursor(owner);
  if (!cursor) return fail(std::move(cursor.error()));
  auto ranges = read_log_ranges(directory, **store);
  if (!ranges) return fail(std::move(ranges.error()));
  const LogRange range = (*ranges)[name_of({inbox, owner.partition, false})];
  const auto planned = plan_skip(owner, std::move(*cursor), topology[inbox].partitions, range, {}, offset, reason);
  if (!planned) return fail(planned.error());
  if (auto begun = (*store)->begin(); !begun) return begun;
  if (auto written = (*store)->commit_step({owner, planned->next, &*planned, {}}); !written) return written;
  return (*store)->commit();
}

}  // namespace ordo::embedded
