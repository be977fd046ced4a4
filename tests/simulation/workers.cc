#include "workers.h"

#include <algorithm>

#include "base/check.h"
#include "world.h"

namespace ordo::simulation {

void Workers::start() {
  for (const auto kind : kAllProcessors) {
    add(kind);
    add(kind);
  }
}

void Workers::run_any() {
  Member& member = *members_[static_cast<std::size_t>(world_.choices.pick(std::ssize(members_)))];
  if (world_.is_slow(member.kind)) return;
  run(member);
}

void Workers::run_all() {
  for (std::size_t i = 0; i < members_.size() && stops.empty(); ++i) run(*members_[i]);
}

void Workers::restart_any() {
  Member& member = *members_[static_cast<std::size_t>(world_.choices.pick(std::ssize(members_)))];
  world_.trace.say(to_string(member.kind), "#", member.id, " is asked to end");
  member.stopping = true;
  if (!member.running) replace(member);
}

void Workers::restart_all(ProcessorKind kind) {
  std::vector<int> ids;
  for (const auto& member : members_) {
    if (member->kind == kind) ids.push_back(member->id);
  }
  for (const int id : ids) {
    const auto found = std::find_if(members_.begin(), members_.end(), [id](const auto& one) { return one->id == id; });
    replace(**found);
  }
}

void Workers::rebalance_any() {
  world_.faults.count(Fault::rebalance);
  rebalance(kAllProcessors[static_cast<std::size_t>(world_.choices.pick(kProcessors))]);
}

void Workers::boundary(Member& member, const char* where) {
  world_.tick();
  if (world_.faults.is_calm()) return;
  const int others = depth_ < 3 ? world_.faults.rate(Fault::interleave) : 0;
  switch (world_.choices.which({others, world_.faults.rate(Fault::crash), world_.faults.rate(Fault::restart),
                                world_.faults.rate(Fault::rebalance) / 2})) {
    case 1:
      world_.faults.count(Fault::interleave);
      for (auto left = 1 + world_.choices.pick(3); left > 0; --left) run_other(member.kind);
      break;
    case 2:
      world_.faults.count(Fault::crash);
      if (member.unapplied > 0)
        world_.faults.count(member.recovering ? Sight::crashed_recoveries : Sight::torn_commits);
      world_.trace.say("  CRASH of ", to_string(member.kind), "#", member.id, ": ", where);
      throw Crash{};
    case 3:
      if (!member.stopping) world_.trace.say("  ", to_string(member.kind), "#", member.id, " is asked to end: ", where);
      member.stopping = true;
      break;
    case 4:  // meanwhile, its partition goes to another member
      world_.faults.count(Fault::rebalance);
      rebalance(member.kind);
      break;
    default:
      break;
  }
}

// Any other process, or one that uses the same partitions, because those interfere with each other.
void Workers::run_other(ProcessorKind kind) {
  std::vector<Member*> others;
  const bool any = world_.choices.pick(2) == 0;
  for (const auto& member : members_) {
    if (!member->running && (any || member->kind == kind)) others.push_back(member.get());
  }
  if (others.empty()) return;
  Member& other = *others[static_cast<std::size_t>(world_.choices.pick(std::ssize(others)))];
  if (!world_.is_slow(other.kind)) run(other);
}

void Workers::run(Member& member) {
  member.running = true;
  ++depth_;
  const std::uint64_t fenced = member.fenced();
  bool gone = false;
  try {
    if (auto done = member.run_once(); !done) {
      gone = true;
      world_.trace.say("  ", to_string(member.kind), "#", member.id, " STOPS: ", done.error().text());
      // When its disk is full, an embedded process ends and is started again. That is correct.
      if (done.error().reason != kDiskFull) stops.push_back({member.kind, std::move(done.error())});
    }
  } catch (const Crash&) {
    gone = true;
  }
  world_.faults.count(Sight::fenced, member.fenced() - fenced);
  --depth_;
  member.running = false;
  if (member.stopping) world_.faults.count(Fault::restart);
  if (gone || member.stopping) replace(member);
}

void Workers::add(ProcessorKind kind) {
  members_.push_back(std::make_unique<Member>(world_, next_id_++, kind));
  rebalance(kind);
}

void Workers::replace(Member& member) {
  const auto kind = member.kind;
  const auto it = std::find_if(members_.begin(), members_.end(), [&](const auto& m) { return m.get() == &member; });
  ORDO_CHECK(it != members_.end() && !member.running, "member ", member.id);
  std::erase_if(owners_, [&](const auto& entry) { return entry.second == member.id; });
  members_.erase(it);
  add(kind);
}

// Distributes the partitions of a group among its members again. The old owner may learn of it later than the new one.
void Workers::rebalance(ProcessorKind kind) {
  std::vector<Member*> group;
  for (const auto& member : members_) {
    if (member->kind == kind) group.push_back(member.get());
  }
  for (int partition = 0; partition < world_.partitions_of(kind); ++partition) {
    auto& owner = owners_[{kind, partition}];
    Member* next = group[static_cast<std::size_t>(world_.choices.pick(std::ssize(group)))];
    if (owner == next->id) continue;
    for (auto* member : group) {
      if (member->id == owner) member->news.emplace_back(false, partition);
    }
    next->news.emplace_back(true, partition);
    owner = next->id;
    world_.trace.say("  ", to_string(kind), "/", partition, " goes to #", next->id);
  }
}

}  // namespace ordo::simulation
