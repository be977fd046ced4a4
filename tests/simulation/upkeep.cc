#include "upkeep.h"

#include <algorithm>

#include "engine/cursor_check.h"
#include "engine/removable.h"
#include "world.h"

namespace ordo::simulation {
namespace {

constexpr std::int64_t kSlice = 64;        // records that retention reads at a time
constexpr int kRoundsToRest = 400;         // rounds until all records are folded
constexpr std::int64_t kLongestKeep = 30;  // newest records that are always kept

// Returns the number of removed records of a partition.
std::size_t remove_from(World& world, const Owner& owner, std::int64_t youngest) {
  auto& inbox = world.broker.at({inbox_of(owner.processor), owner.partition, false});
  const auto commit = world.database.commits.find(owner);
  if (commit == world.database.commits.end() || inbox.begin == inbox.end()) return 0;
  std::vector<RecordAge> first;
  for (std::int64_t i = inbox.begin; i < inbox.end() && std::ssize(first) < kSlice; ++i) {
    const auto& record = inbox.records[static_cast<std::size_t>(i)];
    first.push_back({record.offset, record.appended_at});
  }
  const auto last = inbox.end() - 1 - std::min(youngest, inbox.end() - inbox.begin - 1);
  const auto keep_from = inbox.records[static_cast<std::size_t>(last)].appended_at;
  const auto count = removable(first, commit->second.cursor.next, inbox.end(), keep_from);
  if (count == 0) return 0;
  inbox.begin += static_cast<std::int64_t>(count);
  world.trace.say("retention: ", to_string(inbox_of(owner.processor)), "/", owner.partition, " begins at ",
                  inbox.begin);
  return count;
}

}  // namespace

void Upkeep::remove_old() {
  // Any time within the last records may be the age limit.
  const auto youngest = world_.choices.pick(kLongestKeep);
  std::size_t removed = 0;
  for (const auto kind : kAllProcessors) {
    for (int partition = 0; partition < world_.partitions_of(kind); ++partition) {
      removed += remove_from(world_, {kind, partition}, youngest);
    }
  }
  if (removed == 0) return;
  world_.faults.count(Fault::retention);
  world_.faults.count(Sight::removed_records, removed);
}

void Upkeep::begin_epoch() {
  const auto kind = kAllProcessors[static_cast<std::size_t>(world_.choices.pick(kProcessors))];
  const auto what = world_.choices.pick(4);
  std::optional<Owner> lost;
  if (what == 0) {
    world_.faults.count(Sight::epochs_needless);
    world_.trace.say("an epoch of ", to_string(kind), " is begun for no reason");
  } else if (what == 1) {
    if (!widen(kind)) return;
  } else {
    lost = what == 2 ? lose_partition(kind) : replace_partition(kind);
    if (!lost || !world_.is_well()) return;
  }
  world_.faults.count(Fault::epoch);
  run_command(kind, lost, what == 1);
  world_.workers.restart_all(kind);
}

// Unfolded records would be lost permanently. For that case, endings.cc only requires that the process stops with an
// error.
std::optional<Owner> Upkeep::lose_partition(ProcessorKind kind) {
  std::vector<int> folded;
  for (int partition = 0; partition < world_.partitions_of(kind); ++partition) {
    const auto end = world_.broker.at({inbox_of(kind), partition, false}).end();
    const auto commit = world_.database.commits.find({kind, partition});
    if (end > 0 && commit != world_.database.commits.end() && commit->second.cursor.next == end) {
      folded.push_back(partition);
    }
  }
  if (folded.empty()) return std::nullopt;
  const int partition = folded[static_cast<std::size_t>(world_.choices.pick(std::ssize(folded)))];
  world_.trace.say(to_string(inbox_of(kind)), "/", partition, " is lost and made anew");
  world_.broker.make_anew({inbox_of(kind), partition, false});
  world_.faults.count(Sight::logs_made_anew);
  return Owner{kind, partition};
}

// Recreates the partition and fills it up to its owner's position or beyond. Its length alone does not show the change.
// No record of it may be read before the operator allows it.
std::optional<Owner> Upkeep::replace_partition(ProcessorKind kind) {
  if (!drain()) return std::nullopt;
  const auto lost = lose_partition(kind);
  if (!lost) return std::nullopt;
  const TopicPartition place{inbox_of(kind), lost->partition, false};
  const auto next = world_.database.commits.at(*lost).cursor.next;
  const bool at_work = world_.choices.chance(500);  // processes have read these records and will not read them again
  world_.workload.fill(place, at_work ? next : next + world_.choices.pick(4));
  if (!at_work) world_.workers.restart_all(kind);
  demand_stop(kind);
  return lost;
}

void Upkeep::demand_stop(ProcessorKind kind) {
  auto& stops = world_.workers.stops;
  world_.faults.calm();
  for (int round = 0; round < kRoundsToRest && stops.empty(); ++round) world_.workers.run_all();
  world_.faults.stir();
  const bool loud = !stops.empty() && std::all_of(stops.begin(), stops.end(), [&](const Workers::Stop& stop) {
    return stop.kind == kind && stop.error.code == ErrorCode::kConflict && stop.error.reason == "log_replaced";
  });
  if (!loud) return world_.report("another log was read on", std::string(to_string(kind)));
  stops.clear();
  world_.faults.count(Sight::logs_replaced);
}

// Folds everything, ends all processes, changes the topic, and starts processes with the new number.
bool Upkeep::widen(ProcessorKind kind) {
  if (world_.partitions_of(kind) == kMostPartitions || !drain()) return false;
  const Topic topic = inbox_of(kind);
  world_.broker.widen(topic);
  const int partitions = ++world_.topology[topic].partitions;
  world_.trace.say(to_string(topic), " has ", partitions, " partitions now");
  world_.faults.count(Sight::topics_widened);
  for (const auto& place : places()) {
    if (place.owner.processor == kind) continue;
    turns_.push_back({{place.owner, place.cursor, place.cursor}, false, world_.topology});
  }
  for (const auto other : kAllProcessors) {
    if (other != kind) world_.workers.restart_all(other);
  }
  world_.workload.restart_api();
  return true;
}

// No more messages from outside until the logs are folded.
bool Upkeep::drain() {
  world_.trace.say("all is folded before the partitions change");
  world_.faults.calm();
  for (int round = 0; round < kRoundsToRest && world_.is_well() && !world_.at_rest(); ++round) world_.workers.run_all();
  world_.faults.stir();
  return world_.is_well() && world_.at_rest();
}

std::vector<OwnerPlace> Upkeep::places() const {
  std::vector<OwnerPlace> all;
  for (const auto kind : kAllProcessors) {
    for (int partition = 0; partition < world_.partitions_of(kind); ++partition) {
      const auto& inbox = world_.broker.at({inbox_of(kind), partition, false});
      const auto commit = world_.database.commits.find({kind, partition});
      auto& place =
          all.emplace_back(OwnerPlace{{kind, partition},
                                      commit == world_.database.commits.end() ? Cursor() : commit->second.cursor,
                                      {inbox.begin, inbox.end()},
                                      world_.identity_of(inbox_of(kind))});
      if (const auto offset = telling_offset(place.cursor, place.range)) {
        const auto stamp = world_.broker.stamp({inbox_of(kind), partition, false}, *offset);
        if (stamp) place.log.last = *stamp;
      }
    }
  }
  return all;
}

// Works like cli/epoch_command.cc.
void Upkeep::run_command(ProcessorKind kind, const std::optional<Owner>& lost, bool widened) {
  const auto all = places();
  const int partitions = world_.partitions_of(kind);
  auto changes = plan_epoch(kind, partitions, all);
  if (!changes) return world_.report("a new epoch is refused", changes.error().text());
  for (const auto& [owner, cursor, range, log] : all) {
    if (owner.processor != kind) continue;
    const auto changed =
        std::find_if(changes->begin(), changes->end(), [&, &at = owner](const auto& c) { return c.owner == at; });
    if (changed != changes->end()) {
      write(*changed);
      turns_.push_back({*changed, lost == owner, world_.topology});
    } else if (world_.options.sabotage == Sabotage::epoch_for_whole && cursor.partitions != 0) {
      EpochChange change{owner, cursor, ordo::begin_epoch(cursor, partitions, range, log)};
      change.to.next = cursor.next;
      change.to.log.last = cursor.log.last;
      write(change);
      turns_.push_back({std::move(change), false, world_.topology});
    } else if (widened) {
      turns_.push_back({{owner, cursor, cursor}, false, world_.topology});
    }
  }
}

// Works like mongo/store.cc: completes the unfinished last step before its record is replaced.
void Upkeep::write(const EpochChange& change) {
  auto& database = world_.database;
  const auto record = database.commits.find(change.owner);
  if (record != database.commits.end()) {
    for (const auto& changed : *record->second.changes) {
      if (!changed.created || !database.insert(changed.document)) database.replace(changed.document, true);
    }
  }
  world_.trace.say(to_string(change.owner), ": epoch ", change.to.epoch, ", goes on at offset ", change.to.next);
  database.commits[change.owner] = {change.to, world_.workers.next_token(),
                                    std::make_shared<const std::vector<Database::CommitRecord::Changed>>()};
}

}  // namespace ordo::simulation
