#include "audit/rebuild_fold.h"

#include <algorithm>
#include <utility>

#include "audit/skipped_records.h"
#include "engine/log_reading.h"

namespace ordo::audit {
namespace {

std::string why_not(const Cursor& cursor, int partitions, const LogRange& range, std::string_view topic) {
  const std::string log = "the log of " + std::string(topic);
  if (cursor.partitions != partitions) {
    return "it was folded with " + std::to_string(cursor.partitions) + " partitions, but " + log + " has " +
           std::to_string(partitions);
  }
  if (cursor.epoch > 0) {
    return log + " has a new beginning (epoch " + std::to_string(cursor.epoch) +
           "): the records folded before are not in it";
  }
  if (range.begin > 0) {
    return log + " begins at offset " + std::to_string(range.begin) + ": records 0 to " +
           std::to_string(range.begin - 1) + " were removed by its retention";
  }
  if (cursor.next > range.end) {
    return log + " ends at offset " + std::to_string(range.end) + ", but was folded up to " +
           std::to_string(cursor.next) + ": it was truncated";
  }
  return {};
}

}  // namespace

Result<std::vector<Unreplayable>> find_unreplayable(const CheckSources& live, ProcessorKind kind) {
  const Topic inbox = inbox_of(kind);
  const int partitions = live.topology[inbox].partitions;
  const auto ranges = live.log.ranges(inbox, false);
  if (!ranges) return fail(ranges.error());
  std::vector<Unreplayable> found;
  for (int partition = 0; partition < partitions; ++partition) {
    const Owner owner{kind, partition};
    const auto cursor = live.documents.cursor(owner);
    if (!cursor) return fail(cursor.error());
    if (cursor->partitions == 0) continue;  // never ran, so there is nothing to restore
    auto why = why_not(*cursor, partitions, ranges->at(static_cast<std::size_t>(partition)), to_string(inbox));
    if (!why.empty()) found.push_back({owner, std::move(why)});
  }
  return found;
}

Result<Refold::Workers*> Refold::workers(ProcessorKind kind) {
  const auto known = workers_.find(kind);
  if (known != workers_.end()) return &known->second;
  const Topic inbox = inbox_of(kind);
  const auto ranges = live_.log.ranges(inbox, false);
  if (!ranges) return fail(ranges.error());
  auto skipped = read_skipped(live_.log, kind);
  if (!skipped) return fail(std::move(skipped.error()));
  Workers made;
  const int partitions = live_.topology[inbox].partitions;
  for (int partition = 0; partition < partitions; ++partition) {
    const Owner owner{kind, partition};
    const auto cursor = live_.documents.cursor(owner);
    if (!cursor) return fail(cursor.error());
    Cursor fresh;
    fresh.epoch = cursor->epoch;
    fresh.partitions = partitions;
    fresh.next = ranges->at(static_cast<std::size_t>(partition)).begin;
    fresh.skip = std::move((*skipped)[partition]);
    made.push_back(std::make_unique<PartitionWorker>(processors_[kind], live_.topology, owner, std::move(fresh),
                                                     options_.cache_documents, live_.rules));
  }
  return &workers_.emplace(kind, std::move(made)).first->second;
}

Result<std::vector<std::int64_t>> Refold::live_positions(ProcessorKind kind) {
  std::vector<std::int64_t> positions;
  for (int partition = 0; partition < live_.topology[inbox_of(kind)].partitions; ++partition) {
    const auto cursor = live_.documents.cursor({kind, partition});
    if (!cursor) return fail(cursor.error());
    positions.push_back(cursor->next);
  }
  return positions;
}

Result<void> Refold::catch_up(ProcessorKind kind) {
  auto found = workers(kind);
  if (!found) return fail(std::move(found.error()));
  Workers& all = **found;
  const auto wanted = live_positions(kind);
  const auto ranges = live_.log.ranges(inbox_of(kind), false);
  if (!wanted) return fail(wanted.error());
  if (!ranges) return fail(ranges.error());
  // Partitions that are far enough are not read.
  std::vector<std::int64_t> from;
  std::vector<bool> behind;
  for (std::size_t p = 0; p < all.size(); ++p) {
    behind.push_back(all[p]->next() < (*wanted)[p]);
    from.push_back(behind[p] ? all[p]->next() : ranges->at(p).end);
  }
  const auto any_behind = [&] { return std::find(behind.begin(), behind.end(), true) != behind.end(); };
  if (!any_behind()) return {};
  auto reader = live_.log.open_reader(inbox_of(kind), false, from);
  if (!reader) return fail(std::move(reader.error()));
  while (any_behind()) {
    auto records = next_records(**reader, options_.batch);
    if (!records) return fail(std::move(records.error()));
    std::map<std::size_t, std::vector<Record>> batches;
    for (auto& record : *records) {
      const auto p = static_cast<std::size_t>(record.at.partition);
      if (!behind[p] || record.offset < all[p]->next()) continue;
      // The live owner has not folded these records yet. The next call reads them again.
      if (record.offset >= (*wanted)[p]) {
        behind[p] = false;
      } else {
        batches[p].push_back(std::move(record));
      }
    }
    for (auto& [p, batch] : batches) {
      if (auto done = fold(*all[p], std::move(batch)); !done) return done;
      if (all[p]->next() >= (*wanted)[p]) behind[p] = false;
    }
    if (records->empty()) break;
  }
  for (std::size_t p = 0; p < all.size(); ++p) {
    if (!behind[p]) continue;
    return fail(ErrorCode::kGap, "missing_record",
                to_string(all[p]->owner()) + ": the log ends at offset " + std::to_string(all[p]->next()) +
                    ", but was folded up to " + std::to_string((*wanted)[p]) + "; records are missing");
  }
  return {};
}

Result<void> Refold::fold(PartitionWorker& worker, std::vector<Record> records) {
  folded_ += records.size();
  const auto keys = worker.prepare(std::move(records));
  if (!keys) return fail(keys.error());
  auto documents = scratch_.load(*keys);
  if (!documents) return fail(std::move(documents.error()));
  worker.supply(*keys, std::move(*documents));
  if (auto folded = worker.fold(); !folded) return folded;
  static_cast<void>(worker.take_records());
  auto written = scratch_.write(worker.commit());
  if (written) worker.committed();
  return written;
}

Cursor Refold::cursor(const Owner& owner) {
  const auto found = workers_.find(owner.processor);
  if (found == workers_.end()) return {};
  return *found->second.at(static_cast<std::size_t>(owner.partition))->commit().cursor;
}

}  // namespace ordo::audit
