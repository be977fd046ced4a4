#include "app/log_comparison.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/cursor_check.h"
#include "mongo/cursors.h"

namespace ordo::app {
namespace {

Error another_cluster(const std::string& id, const Owner& owner, const std::string& known) {
  return {
      ErrorCode::kConflict,
      "another_cluster",
      "this Kafka cluster has the id " + id + ", and " + to_string(owner) +
          " in this database has read from the cluster " + known +
          ". Check that the cluster and database are right; if not, correct kafka or mongo. Only if the database is to "
          "continue with this cluster, run `ordo epoch begin PROCESSOR` for each processor: it then accepts its "
          "log as a new one",
      {}};
}

bool is_its_owners(const Error& error) {
  return error.reason == "log_expired" || error.reason == "partition_count_changed";
}

// Finds the first log that is not the one that its owner has read. The cursor is from `read`. nullopt when all logs
// match.
Result<std::optional<std::pair<Owner, Error>>> find_another(const std::map<Owner, Cursor>& read, LogSource& log,
                                                            kafka::LogStamps& stamps, const Topology& topology) {
  for (const ProcessorKind processor : kAllProcessors) {
    const int partitions = topology[inbox_of(processor)].partitions;
    std::vector<Cursor> cursors(static_cast<std::size_t>(partitions));
    for (int partition = 0; partition < partitions; ++partition) {
      const auto found = read.find({processor, partition});
      if (found != read.end()) cursors[static_cast<std::size_t>(partition)] = found->second;
    }
    const auto views = view_logs(log, stamps, inbox_of(processor), cursors);
    if (!views) return fail(views.error());
    for (std::size_t i = 0; i < std::min(views->size(), cursors.size()); ++i) {
      const Owner owner{processor, static_cast<int>(i)};
      auto checked = check_cursor(owner, cursors[i], partitions, (*views)[i].range, (*views)[i].log);
      if (!checked && !is_its_owners(checked.error())) return std::pair(owner, std::move(checked.error()));
    }
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<LogView>> view_logs(LogSource& log, kafka::LogStamps& stamps, Topic topic,
                                       std::span<const Cursor> cursors) {
  const auto ranges = log.ranges(topic, false);
  if (!ranges) return fail(ranges.error());
  const auto identity = stamps.identity(topic);
  if (!identity) return fail(identity.error());
  std::map<int, std::int64_t> offsets;
  const auto count = std::min(ranges->size(), cursors.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (const auto offset = telling_offset(cursors[i], (*ranges)[i])) offsets[static_cast<int>(i)] = *offset;
  }
  const auto found = stamps.read(topic, offsets);
  if (!found) return fail(found.error());
  // Retention may have removed a record since the ranges were read.
  const auto later = found->size() < offsets.size() ? log.ranges(topic, false) : ranges;
  if (!later) return fail(later.error());
  std::vector<LogView> views;
  for (std::size_t i = 0; i < later->size(); ++i) {
    auto& view = views.emplace_back(LogView{(*later)[i], *identity});
    const auto stamp = found->find(static_cast<int>(i));
    if (stamp != found->end()) view.log.last = stamp->second;
  }
  return views;
}

Result<void> check_cluster(mongo::Database& database, kafka::LogStamps& stamps) {
  const auto cursors = mongo::read_cursors(database);
  if (!cursors) return fail(cursors.error());
  for (const auto& [owner, cursor] : *cursors) {
    const auto now = stamps.identity(inbox_of(owner.processor));
    if (!now) return fail(now.error());
    const auto& known = cursor.log.cluster;
    if (!known.empty() && !now->cluster.empty() && known != now->cluster) {
      return fail(another_cluster(now->cluster, owner, known));
    }
    if (auto same = check_names(owner, cursor.log, *now); !same) return same;
  }
  return {};
}

Result<void> check_recorded_logs(mongo::Database& database, LogSource& log, kafka::LogStamps& stamps,
                                 const Topology& topology) {
  const auto before = mongo::read_cursors(database);
  if (!before) return fail(before.error());
  auto found = find_another(*before, log, stamps, topology);
  if (!found) return fail(std::move(found.error()));
  if (!*found) return {};
  auto& [owner, error] = **found;
  // A mismatch counts only if the cursor did not move meanwhile: its owner may be running.
  const auto after = mongo::read_cursors(database);
  if (!after) return fail(after.error());
  const auto there = after->find(owner);
  const auto was = before->find(owner);
  if (there != after->end() && was != before->end() && there->second == was->second) return fail(std::move(error));
  return fail(ErrorCode::kUnavailable, "cursor_moved", to_string(owner) + " is running");
}

}  // namespace ordo::app
