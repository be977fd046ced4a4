// The rules at the end of special histories: no processor continues with a log that has lost records.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "world.h"

namespace ordo::simulation {
namespace {

ProcessorKind reader_of(Topic topic) {
  for (const auto kind : kAllProcessors) {
    if (inbox_of(kind) == topic) return kind;
  }
  ORDO_CHECK(false, to_string(topic), " has no reader");
  return ProcessorKind::intake;
}

// A record was acknowledged but is missing. Its receiver must stop at the record after it.
void end_lost(World& world) {
  const auto& loss = world.broker.loss();
  // Clients place more orders until a record follows the lost one.
  for (int i = 0; loss && !loss->followed && world.workers.stops.empty() && i < 6; ++i) {
    for (int order = 0; order < 4; ++order) world.workload.place_order();
    world.settle();
  }
  if (!loss) return;
  const Owner receiver{reader_of(loss->at.topic), loss->at.partition};
  const auto commit = world.database.commits.find(receiver);
  if (commit != world.database.commits.end()) {
    const auto seen = commit->second.cursor.seen.find(loss->source);
    if (seen != commit->second.cursor.seen.end() && seen->second >= loss->sequence) {
      return world.report("a lost record was passed over", to_string(receiver) + " went on beyond " + loss->source);
    }
  }
  if (!loss->followed) return world.faults.count(Sight::lost_unfollowed);
  // More than one process may have reached it.
  const auto& stops = world.workers.stops;
  const bool loud = !stops.empty() && std::all_of(stops.begin(), stops.end(), [&](const Workers::Stop& stop) {
    return stop.kind == receiver.processor && stop.error.code == ErrorCode::kGap &&
           stop.error.reason == "missing_record";
  });
  if (!loud) return world.report("a lost record was not noticed", to_string(receiver) + " from " + loss->source);
  world.faults.count(Sight::lost_and_detected);
  world.workers.stops.clear();
}

// An owner that has records to lose.
std::optional<Owner> any_owner(const World& world) {
  for (const auto kind : {ProcessorKind::stock, ProcessorKind::orders, ProcessorKind::intake}) {
    for (int partition = 0; partition < world.partitions_of(kind); ++partition) {
      const auto commit = world.database.commits.find({kind, partition});
      if (commit != world.database.commits.end() && commit->second.cursor.next > 1) return Owner{kind, partition};
    }
  }
  return std::nullopt;
}

// Restarts the role's processes: they must stop with `reason` and change nothing.
void demand_refusal(World& world, const Owner& owner, std::string_view reason) {
  const auto cursor = [&] {
    const auto commit = world.database.commits.find(owner);
    return commit == world.database.commits.end() ? Cursor() : commit->second.cursor;
  };
  const auto before = cursor();
  world.workers.restart_all(owner.processor);
  world.workers.run_all();
  auto& stops = world.workers.stops;
  bool loud = !stops.empty();
  for (const auto& stop : stops) {
    loud =
        loud && stop.kind == owner.processor && stop.error.code == ErrorCode::kConflict && stop.error.reason == reason;
  }
  if (!loud) world.report("a log that does not fit was not refused", to_string(owner) + ": " + std::string(reason));
  if (cursor() != before) world.report("a refused log was folded", to_string(owner));
  stops.clear();
  world.faults.count(Sight::refused_logs);
}

void end_truncated(World& world, const Owner& owner) {
  auto& inbox = world.broker.at({inbox_of(owner.processor), owner.partition, false});
  auto whole = inbox.records;
  inbox.records.resize(std::max(whole.size() / 2, static_cast<std::size_t>(inbox.begin)));
  demand_refusal(world, owner, "log_truncated");
  inbox.records = std::move(whole);
}

void end_expired(World& world, const Owner& owner) {
  auto& inbox = world.broker.at({inbox_of(owner.processor), owner.partition, false});
  Record unread = inbox.records.back();
  unread.envelope.sequence.reset();  // a copy from outside: it changes nothing when it is finally read
  unread.envelope.previous.reset();
  unread.envelope.source = "/outside";
  unread.envelope.type = "ordo.never.heard_of.v9";
  world.broker.append(std::move(unread));
  const auto begin = std::exchange(inbox.begin, inbox.end());
  demand_refusal(world, owner, "log_expired");
  inbox.begin = begin;
}

// An owner whose partition was assigned but never had a record.
std::optional<Owner> any_unread(const World& world) {
  for (const auto kind : kAllProcessors) {
    for (int partition = 0; partition < world.partitions_of(kind); ++partition) {
      const auto& inbox = world.broker.at({inbox_of(kind), partition, false});
      if (inbox.end() == 0 && inbox.past.empty()) return Owner{kind, partition};
    }
  }
  return std::nullopt;
}

// Its records expire before any of them is read.
void end_expired_unread(World& world, const Owner& owner) {
  const TopicPartition place{inbox_of(owner.processor), owner.partition, false};
  world.workload.fill(place, 1 + world.choices.pick(4));
  auto& inbox = world.broker.at(place);
  const auto begin = std::exchange(inbox.begin, inbox.end());
  demand_refusal(world, owner, "log_expired");
  inbox.begin = begin;
  world.faults.count(Sight::unread_expired);
}

void end_repartitioned(World& world, const Owner& owner) {
  auto& partitions = world.topology[inbox_of(owner.processor)].partitions;
  ++partitions;
  world.broker.widen(inbox_of(owner.processor));
  demand_refusal(world, owner, "partition_count_changed");
  world.broker.narrow(inbox_of(owner.processor));
  --partitions;
  world.workers.restart_all(owner.processor);
}

// Records that all readers have read may be removed without effect.
void end_retention(World& world) {
  for (const auto kind : kAllProcessors) {
    for (int partition = 0; partition < world.partitions_of(kind); ++partition) {
      auto& inbox = world.broker.at({inbox_of(kind), partition, false});
      inbox.begin = inbox.end();
    }
    world.workers.restart_all(kind);
  }
  for (int order = 0; order < 4; ++order) world.workload.place_order();
  world.settle();
}

}  // namespace

bool end_history(World& world, Kind kind) {
  if (kind == Kind::plain) return true;
  if (kind == Kind::lost_record) {
    end_lost(world);
    return !world.broker.loss();
  }
  if (!world.is_well()) return true;
  if (kind == Kind::retention) {
    end_retention(world);
    return true;
  }
  const auto owner = any_owner(world);
  if (!owner) return true;
  if (kind == Kind::truncated) end_truncated(world, *owner);
  const auto unread = any_unread(world);
  if (kind == Kind::expired && unread) end_expired_unread(world, *unread);
  if (kind == Kind::expired) end_expired(world, *owner);
  if (kind == Kind::repartitioned) end_repartitioned(world, *owner);
  world.settle();  // the log is whole again, so all work continues
  return true;
}

}  // namespace ordo::simulation
