// The processes: for every role a consumer group of some members, which die, start again and pass partitions around.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "process/group_loop.h"
#include "process/make_processor.h"

namespace ordo::simulation {

class World;

// Thrown out of a port where a process dies. Never leaves the crew.
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
  bool running = false;  // on the stack: ports run other members, never this one
  bool stopping = false;
  int unapplied = 0;  // documents of a stored commit that are not written yet
  bool recovering = false;

  // What the group has told this member, and what it has yet to hear.
  std::set<int> assigned;
  std::deque<std::pair<bool, int>> news;  // (assigned?, partition)
  std::map<int, std::int64_t> position;   // after seek
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
};

class Crew {
 public:
  explicit Crew(World& world) : world_(world) {}

  void start();
  // Runs any member once.
  void run_any();
  // Runs every member once, in their order, or until one stops for good.
  void run_all();
  // Asks any one process to end; another takes its place.
  void restart_any();
  // All processes of a role end, and start again.
  void restart_all(ProcessorKind kind);
  void rebalance_any();

  // A place within a port of `member` where it can die, and where others can run meanwhile.
  void boundary(Member& member, const char* where);

  int owner(ProcessorKind kind, int partition) const { return owners_.at({kind, partition}); }
  std::int64_t next_token() { return ++tokens_; }

  // What a processor said when it stopped for good.
  struct Stop {
    ProcessorKind kind;
    Error error;
  };
  std::vector<Stop> stops;

 private:
  void run(Member& member);
  void run_other(ProcessorKind kind);
  void add(ProcessorKind kind);
  // The process is gone; a supervisor starts another.
  void replace(Member& member);
  void rebalance(ProcessorKind kind);

  World& world_;
  int depth_ = 0;
  int next_id_ = 1;
  std::int64_t tokens_ = 0;
  std::vector<std::unique_ptr<Member>> members_;
  std::map<std::pair<ProcessorKind, int>, int> owners_;  // (role, partition) -> member id, as the group sees it
};

}  // namespace ordo::simulation
