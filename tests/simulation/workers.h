// The processes: each role has a consumer group with some members. They die, restart, and exchange partitions.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "engine/group_loop.h"
#include "processors/make_processor.h"

namespace ordo::simulation {

class World;

// Thrown by a port when its process dies. Never leaves the workers.
struct Crash {};

// One process with one role.
class Member {
 public:
  Member(World& world, int id, ProcessorKind kind);
  ~Member();

  Result<void> run_once();
  std::uint64_t fenced() const;

  const int id;
  const ProcessorKind kind;
  bool running = false;  // on the stack: its ports may run other members, but never this one
  bool stopping = false;
  int unapplied = 0;  // documents of a stored commit that are not written yet
  bool recovering = false;

  // What the group has told this member, and the messages that it has not received yet.
  std::set<int> assigned;
  std::deque<std::pair<bool, int>> news;  // (assigned?, partition)
  std::map<int, std::int64_t> position;   // the position after a seek
  bool paused = false;

 private:
  class Consumer;
  class Producer;
  class Store;

  std::unique_ptr<Processor> processor_;
  std::unique_ptr<Consumer> consumer_;
  std::unique_ptr<Producer> producer_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<GroupLoop> loop_;
  int runs_ = 0;
};

class Workers {
 public:
  explicit Workers(World& world) : world_(world) {}

  void start();
  // Runs any member once.
  void run_any();
  // Runs every member once, in order, or until one stops permanently.
  void run_all();
  // Asks any process to end. Another one replaces it.
  void restart_any();
  // Ends all processes of a role and starts them again.
  void restart_all(ProcessorKind kind);
  void rebalance_any();

  // A place within a port of `member` where it can die, and where others can run meanwhile.
  void boundary(Member& member, const char* where);

  int owner(ProcessorKind kind, int partition) const { return owners_.at({kind, partition}); }
  std::int64_t next_token() { return ++tokens_; }

  // The error with which a processor stopped permanently.
  struct Stop {
    ProcessorKind kind;
    Error error;
  };
  std::vector<Stop> stops;

 private:
  void run(Member& member);
  void run_other(ProcessorKind kind);
  void add(ProcessorKind kind);
  // Replaces a dead process, as a supervisor does.
  void replace(Member& member);
  void rebalance(ProcessorKind kind);

  World& world_;
  int depth_ = 0;
  int next_id_ = 1;
  std::int64_t tokens_ = 0;
  std::vector<std::unique_ptr<Member>> members_;
  std::map<std::pair<ProcessorKind, int>, int> owners_;  // (role, partition) -> member id, from the group's view
};

}  // namespace ordo::simulation
