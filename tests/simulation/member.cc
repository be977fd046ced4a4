// The ports of one simulated process.
#include <algorithm>

#include "base/check.h"
#include "records/record_size.h"
#include "world.h"

namespace ordo::simulation {
namespace {

tl::unexpected<Error> away(const char* reason) {
  return fail(ErrorCode::kUnavailable, reason, "simulated");
}

}  // namespace

class Member::Consumer : public GroupConsumer {
 public:
  Consumer(World& world, Member& member) : world_(world), member_(member) {}

  Result<Polled> poll(std::size_t max_records, std::chrono::milliseconds) override {
    world_.workers.boundary(member_, "polling");
    Polled polled;
    if (world_.broker_refuses()) return away("broker_down");
    hear(polled);
    if (member_.paused || max_records == 0) return polled;
    for (auto& [partition, position] : member_.position) read(partition, position, polled);
    return polled;
  }

  Result<void> seek(int partition, std::int64_t offset) override {
    if (world_.broker_refuses()) return away("broker_down");
    member_.position[partition] = offset;
    return {};
  }
  void pause() override { member_.paused = true; }
  void resume() override { member_.paused = false; }
  Result<LogRange> range(int partition) override {
    world_.workers.boundary(member_, "asking for the log's range");
    if (world_.broker_refuses()) return away("broker_down");
    const auto& inbox = world_.broker.at({inbox_of(member_.kind), partition, false});
    const bool at_work = member_.position.contains(partition);
    if (at_work && world_.options.sabotage == Sabotage::no_log_begin) return LogRange{0, inbox.end()};
    return LogRange{inbox.begin, inbox.end()};
  }
  Result<LogIdentity> identity() override {
    if (world_.broker_refuses()) return away("broker_down");
    return world_.identity_of(inbox_of(member_.kind));
  }
  Result<std::optional<RecordStamp>> stamp(int partition, std::int64_t offset) override {
    world_.workers.boundary(member_, "reading a stamp");
    if (world_.broker_refuses()) return away("broker_down");
    return world_.broker.stamp({inbox_of(member_.kind), partition, false}, offset);
  }
  void report(int, std::int64_t) override {}
  void close() override {}

 private:
  void hear(Polled& polled) {
    while (!member_.news.empty()) {
      const auto [assigned, partition] = member_.news.front();
      // A member may learn late that it lost a partition. Until then, it continues.
      if (!assigned && world_.happens(Fault::stale_owner)) break;
      member_.news.pop_front();
      member_.position.erase(partition);
      if (assigned) {
        member_.assigned.insert(partition);
        std::erase(polled.revoked, partition);
        polled.assigned.push_back(partition);
      } else {
        member_.assigned.erase(partition);
        std::erase(polled.assigned, partition);
        polled.revoked.push_back(partition);
      }
    }
  }

  void read(int partition, std::int64_t& position, Polled& polled) {
    const auto& inbox = world_.broker.at({inbox_of(member_.kind), partition, false});
    // Like a consumer with auto.offset.reset=earliest: it skips removed records.
    if (position < inbox.begin) world_.faults.count(Sight::cut_readers);
    std::int64_t from = std::max(position, inbox.begin);
    const std::int64_t waiting = inbox.end() - from;
    if (waiting <= 0) return;
    const std::int64_t count =
        world_.faults.is_calm() ? waiting : world_.choices.pick(std::min<std::int64_t>(waiting, 12) + 1);
    if (count == 0) return;
    const std::int64_t until = from + count;
    if (from > inbox.begin && world_.happens(Fault::reread)) {
      from -= 1 + world_.choices.pick(std::min<std::int64_t>(from - inbox.begin, 5));
    }
    const bool stale = world_.workers.owner(member_.kind, partition) != member_.id;
    world_.trace.say("  ", to_string(member_.kind), "#", member_.id, " reads ", to_string(inbox_of(member_.kind)), "/",
                     partition, " [", from, "..", until, ")", stale ? ", which it has lost" : "");
    for (std::int64_t i = from; i < until; ++i) {
      polled.records.push_back(inbox.records[static_cast<std::size_t>(i)]);
      // The guard that a test disables: without numbers, copies cannot be recognized.
      if (world_.options.sabotage == Sabotage::forget_seen) polled.records.back().envelope.sequence.reset();
    }
    position = until;
    world_.faults.count(Sight::records, static_cast<std::uint64_t>(count));
    if (stale) world_.faults.count(Sight::stale_work, static_cast<std::uint64_t>(count));
  }

  World& world_;
  Member& member_;
};

class Member::Producer : public StepProducer {
 public:
  Producer(World& world, Member& member) : world_(world), member_(member) {}

  Result<void> send(std::span<const Record> records, std::chrono::milliseconds) override {
    world_.workers.boundary(member_, "before sending");
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (world_.broker_refuses()) return away("broker_down");
      if (!fits_in_log(records[i], world_.limits.of(records[i].at))) {
        refused_ = {records[i].at, size_in_log(records[i])};
        world_.report("a record was sent that its topic does not take", records[i].envelope.id);
        return fail(ErrorCode::kInvalid, "record_too_large", "simulated");
      }
      world_.broker.append(records[i]);
      if (i + 1 < records.size()) world_.workers.boundary(member_, "between two records");
    }
    world_.workers.boundary(member_, "sent, not committed");
    if (world_.happens(Fault::answer_lost)) return away("no_answer");
    return {};
  }
  std::optional<TooLarge> too_large() const override { return refused_; }

 private:
  World& world_;
  Member& member_;
  std::optional<TooLarge> refused_;
};

// The commit protocol of the MongoDB store (mongo/store.cc), step by step. It can fail between any two steps.
class Member::Store : public StateStore {
 public:
  Store(World& world, Member& member) : world_(world), member_(member) {}

  Result<Cursor> recover(const Owner& owner) override {
    world_.workers.boundary(member_, "recovering");
    if (world_.database_refuses()) return away("database_down");
    owners_.erase(owner);
    const auto found = world_.database.commits.find(owner);
    const bool recorded = found != world_.database.commits.end();
    Cursor cursor;
    if (recorded) {
      const auto record = found->second;  // a copy, because other members run meanwhile
      member_.recovering = true;
      auto applied = apply(*record.changes);
      member_.recovering = false;
      if (!applied) return fail(std::move(applied.error()));
      cursor = record.cursor;
    }
    owners_[owner] = {world_.workers.next_token(), cursor.epoch, recorded};
    world_.trace.say("  ", to_string(member_.kind), "#", member_.id, " takes ", to_string(owner), " from ",
                     cursor.next);
    return cursor;
  }

  Result<std::vector<std::optional<Document>>> load(const Owner& owner, std::int64_t from,
                                                    std::span<const DocumentKey> keys) override {
    world_.workers.boundary(member_, "loading");
    if (world_.database_refuses()) return away("database_down");
    std::vector<std::optional<Document>> found;
    found.reserve(keys.size());
    for (const auto& key : keys) {
      const Document* document = world_.database.find(key.collection, key.id);
      found.push_back(document != nullptr ? std::optional(*document) : std::nullopt);
    }
    world_.workers.boundary(member_, "loaded");
    const auto ours = owners_.find(owner);
    if (ours == owners_.end()) return fenced(owner);
    if (world_.options.sabotage == Sabotage::no_load_fence) return found;
    const auto record = world_.database.commits.find(owner);
    const bool there = record != world_.database.commits.end();
    if (!there && !ours->second.recorded) return found;
    if (there && record->second.cursor.next == from && record->second.cursor.epoch == ours->second.epoch) return found;
    owners_.erase(ours);
    return fenced(owner);
  }

  Result<void> commit(const Commit& commit) override {
    world_.workers.boundary(member_, "folded and sent, not committed");
    if (world_.database_refuses()) return away("database_down");
    if (const auto full = world_.disk_is_full()) return fail(*full, std::string(kDiskFull), "simulated");
    const auto ours = owners_.find(commit.owner);
    if (ours == owners_.end()) return fenced(commit.owner);
    std::vector<Database::CommitRecord::Changed> listed;
    listed.reserve(commit.changes.size());
    for (const auto& change : commit.changes) listed.push_back({*change.document, change.created});
    const auto changes = std::make_shared<const std::vector<Database::CommitRecord::Changed>>(std::move(listed));
    if (auto placed = place(commit, ours->second, changes); !placed) {
      if (placed.error().code == ErrorCode::kFenced) owners_.erase(ours);
      return placed;
    }
    ours->second.recorded = true;
    ours->second.epoch = commit.cursor->epoch;
    if (world_.happens(Fault::answer_lost)) {
      if (!commit.changes.empty()) world_.faults.count(Sight::torn_commits);
      return away("no_answer");
    }
    if (auto applied = apply(*changes); !applied) return applied;
    world_.faults.count(Sight::steps);
    return {};
  }

 private:
  struct Ownership {
    std::int64_t token = 0;
    std::int64_t epoch = 0;
    bool recorded = false;  // a commit record existed
  };

  static tl::unexpected<Error> fenced(const Owner& owner) {
    return fail(ErrorCode::kFenced, "fenced", to_string(owner));
  }

  // The guarded write of the commit record: at this moment, a step becomes valid.
  Result<void> place(const Commit& commit, const Ownership& ours,
                     std::shared_ptr<const std::vector<Database::CommitRecord::Changed>> changes) {
    auto& commits = world_.database.commits;
    const auto there = commits.find(commit.owner);
    const bool matches = ours.recorded ? there != commits.end() && there->second.cursor.next == commit.from &&
                                             there->second.cursor.epoch == ours.epoch
                                       : there == commits.end();
    if (!matches && world_.options.sabotage != Sabotage::no_commit_fence) {
      if (there == commits.end()) return fenced(commit.owner);
      const auto& other = there->second;
      const bool own = other.token == ours.token && other.cursor.epoch == commit.cursor->epoch &&
                       other.cursor.next == commit.cursor->next;
      return own ? Result<void>() : fenced(commit.owner);  // an attempt whose answer was lost
    }
    world_.trace.say("  ", to_string(member_.kind), "#", member_.id, " commits ", to_string(commit.owner), " [",
                     commit.from, "..", commit.cursor->next, "), documents: ", commit.changes.size());
    commits[commit.owner] = {*commit.cursor, ours.token, std::move(changes)};
    return {};
  }

  // Inserts before replaces, like the real store.
  Result<void> apply(const std::vector<Database::CommitRecord::Changed>& changes) {
    member_.unapplied = static_cast<int>(changes.size());
    std::vector<const Document*> replaced;
    world_.workers.boundary(member_, "the commit record is stored");
    for (const auto& change : changes) {
      if (!change.created || !world_.database.insert(change.document)) {
        replaced.push_back(&change.document);
        continue;
      }
      --member_.unapplied;
      if (auto go = between(); !go) return go;
    }
    for (const auto* document : replaced) {
      world_.database.replace(*document, world_.options.sabotage != Sabotage::no_rev_guard);
      --member_.unapplied;
      if (auto go = between(); !go) return go;
    }
    return {};
  }

  Result<void> between() {
    if (member_.unapplied == 0) return {};
    world_.workers.boundary(member_, "between two documents");
    if (!world_.database_refuses()) return {};
    world_.faults.count(member_.recovering ? Sight::crashed_recoveries : Sight::torn_commits);
    return away("database_down");
  }

  World& world_;
  Member& member_;
  std::map<Owner, Ownership> owners_;
};

Member::Member(World& world, int member_id, ProcessorKind processor)
    : id(member_id),
      kind(processor),
      processor_(processors::make_processor(processor, world.rules, world.prices)),
      consumer_(std::make_unique<Consumer>(world, *this)),
      producer_(std::make_unique<Producer>(world, *this)),
      store_(std::make_unique<Store>(world, *this)) {
  GroupLoopOptions options;
  options.cache_documents = 8;  // small, so that documents are often read again
  options.max_step_bytes = 6'000;
  options.rules = world.log_rules();
  loop_ = std::make_unique<GroupLoop>(
      *processor_, world.topology, *consumer_, *producer_, *store_, [this] { return stopping; }, options);
}

Member::~Member() = default;

Result<void> Member::run_once() {
  constexpr int kRunsBetweenComparisons = 8;
  if (auto done = loop_->run_once(); !done || ++runs_ % kRunsBetweenComparisons != 0) return done;
  return loop_->verify();
}

std::uint64_t Member::fenced() const {
  return loop_->stats().fenced;
}

}  // namespace ordo::simulation
