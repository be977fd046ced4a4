// The ports of one simulated process.
#include <algorithm>

#include "base/check.h"
#include "world.h"

namespace ordo::simulation {

class Member::Consumer : public GroupConsumer {
 public:
  Consumer(World& world, Member& member) : world_(world), member_(member) {}

  Result<Polled> poll(std::size_t max_records, std::chrono::milliseconds) override {
    world_.boundary(member_, "poll");
    if (world_.faulty && world_.chance(world_.faults.unavailable)) {
      return fail(ErrorCode::kUnavailable, "broker_down", "simulated");
    }
    Polled polled;
    while (!member_.news.empty()) {
      const auto [assigned, partition] = member_.news.front();
      // A member may learn late that it lost a partition: until then it works on as before.
      if (world_.faulty && !assigned && world_.chance(world_.faults.late_news)) break;
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
    if (member_.paused || max_records == 0) return polled;
    for (auto& [partition, position] : member_.position) {
      const auto& records = world_.log[{inbox_of(member_.kind), partition, false}];
      const auto waiting = static_cast<std::int64_t>(records.size()) - position;
      if (waiting <= 0) continue;
      const std::int64_t count = world_.faulty ? world_.pick(std::min<std::int64_t>(waiting, 12) + 1) : waiting;
      for (std::int64_t i = 0; i < count; ++i)
        polled.records.push_back(records[static_cast<std::size_t>(position + i)]);
      position += count;
      world_.figures.records += static_cast<std::uint64_t>(count);
    }
    return polled;
  }

  Result<void> seek(int partition, std::int64_t offset) override {
    member_.position[partition] = offset;
    return {};
  }
  void pause() override { member_.paused = true; }
  void resume() override { member_.paused = false; }
  Result<LogRange> range(int partition) override {
    return LogRange{0, static_cast<std::int64_t>(world_.log[{inbox_of(member_.kind), partition, false}].size())};
  }
  void report(int, std::int64_t) override {}
  void close() override {}

 private:
  World& world_;
  Member& member_;
};

class Member::Producer : public StepProducer {
 public:
  Producer(World& world, Member& member) : world_(world), member_(member) {}

  Result<void> send(std::span<const Record> records, std::chrono::milliseconds) override {
    world_.boundary(member_, "before send");
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (world_.faulty && world_.chance(world_.faults.unavailable / 3)) {
        return fail(ErrorCode::kUnavailable, "broker_down", "simulated, after " + std::to_string(i));
      }
      world_.append(records[i]);
      if (i + 1 < records.size()) world_.boundary(member_, "between two records");
    }
    world_.boundary(member_, "after send");
    return {};
  }

 private:
  World& world_;
  Member& member_;
};

// The commit protocol of the MongoDB store, step by step, with a place to fail between any two.
class Member::Store : public StateStore {
 public:
  Store(World& world, Member& member) : world_(world), member_(member) {}

  Result<Cursor> recover(const Owner& owner) override {
    world_.boundary(member_, "recover");
    const auto found = world_.commits.find(owner);
    if (found == world_.commits.end()) return Cursor{};
    const auto record = found->second;
    for (const auto& document : record.changes) {
      world_.apply(document);
      world_.boundary(member_, "between two recovered documents");
    }
    return record.cursor;
  }

  Result<std::vector<std::optional<Document>>> load(const Owner& owner, std::int64_t from,
                                                    std::span<const DocumentKey> keys) override {
    world_.boundary(member_, "load");
    if (unavailable()) return fail(ErrorCode::kUnavailable, "database_down", "simulated");
    std::vector<std::optional<Document>> found;
    for (const auto& key : keys) {
      const auto it = world_.documents.find(key);
      found.push_back(it == world_.documents.end() ? std::nullopt : std::optional(it->second));
    }
    world_.boundary(member_, "after load");
    const auto record = world_.commits.find(owner);
    if (record == world_.commits.end() ? from != 0 : record->second.cursor.next != from) {
      return fail(ErrorCode::kFenced, "fenced", to_string(owner));
    }
    return found;
  }

  Result<void> commit(const Commit& commit) override {
    world_.boundary(member_, "before commit");
    if (unavailable()) return fail(ErrorCode::kUnavailable, "database_down", "simulated");
    const auto found = world_.commits.find(commit.owner);
    const bool mine = found != world_.commits.end() && found->second.writer == member_.id &&
                      found->second.cursor == *commit.cursor;  // an earlier try of this very commit
    const bool first = found == world_.commits.end();
    if (!mine) {
      if (first ? commit.from != 0 : found->second.cursor.next != commit.from) {
        return fail(ErrorCode::kFenced, "fenced", to_string(commit.owner));
      }
      World::CommitRecord record{*commit.cursor, member_.id, {}};
      for (const auto& change : commit.changes) record.changes.push_back(*change.document);
      world_.commits[commit.owner] = std::move(record);
    }
    world_.boundary(member_, "after the commit record");
    for (const auto& change : commit.changes) {
      if (unavailable()) return fail(ErrorCode::kUnavailable, "database_down", "simulated, half applied");
      world_.apply(*change.document);
      world_.boundary(member_, "between two documents");
    }
    return {};
  }

 private:
  bool unavailable() { return world_.faulty && world_.chance(world_.faults.unavailable); }

  World& world_;
  Member& member_;
};

Member::Member(World& world, int member_id, ProcessorKind processor)
    : id(member_id),
      kind(processor),
      processor_(make_processor(processor, processor_rules(), world.prices)),
      consumer_(std::make_unique<Consumer>(world, *this)),
      producer_(std::make_unique<Producer>(world, *this)),
      store_(std::make_unique<Store>(world, *this)) {
  GroupLoopOptions options;
  options.cache_documents = 8;  // small, so that documents are read back all the time
  options.max_step_bytes = 6'000;
  loop_ = std::make_unique<GroupLoop>(
      *processor_, world.topology, *consumer_, *producer_, *store_, [] { return false; }, options);
}

Member::~Member() = default;

Result<void> Member::run_once() {
  return loop_->run_once();
}

}  // namespace ordo::simulation
