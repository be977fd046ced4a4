// A simulated broker, database and set of processes under the real processors, workers and group loops. Everything that
// can go wrong goes wrong by one seeded generator, so that a seed is a whole history and replays bit for bit.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "errands/errand.h"
#include "process/group_loop.h"
#include "process/make_processor.h"

namespace ordo::simulation {

// Thrown out of a port where a process dies. Never leaves the scheduler.
struct Crash {};

struct FaultRates {  // in 1/1000 per opportunity
  int crash = 8;
  int unavailable = 15;
  int duplicate = 20;
  int rebalance = 15;
  int interleave = 250;
  int late_news = 600;  // of having lost a partition, a poll
};

inline constexpr int kPartitions = 2;

class World;

// One process with one role: a member of that processor's consumer group.
class Member {
 public:
  Member(World& world, int id, ProcessorKind kind);
  ~Member();

  Result<void> run_once();

  const int id;
  const ProcessorKind kind;
  bool running = false;  // on the stack: ports run other members, never this one

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

class FixedPrices : public PriceList {
 public:
  std::map<ProductId, PricedProduct> products;
  std::optional<PricedProduct> find(const ProductId& id) const override;
};

// The gateway's own books: what it was asked under which key and what it did, once, however often it is asked and
// whether or not its answer arrived.
class SimulatedBank {
 public:
  explicit SimulatedBank(World& world) : world_(world) {}

  // What it answers, truthfully, to one attempt.
  GatewayReply ask(const OrderId& order, const errand::AskGateway& asked);

  struct Account {
    Money captured;
    Money refunded;
    bool authorized = false;
    bool closed = false;  // voided or declined: nothing can be taken any more
  };
  std::map<std::string, Account> accounts;  // by order

 private:
  GatewayReply decide(Account& account, const errand::AskGateway& asked);

  World& world_;
  std::map<std::string, GatewayReply> answered_;  // by call id
};

class World {
 public:
  World(std::uint64_t seed, bool trace);

  // Runs the whole history: a workload under faults, then to rest without. Returns what is wrong at the end, empty if
  // nothing.
  std::vector<std::string> run();

  // --- for the ports -------------------------------------------------------------------------------------------------
  bool chance(int per_thousand);
  std::int64_t pick(std::int64_t below);
  // A place where the process can die, and where others can run meanwhile.
  void boundary(Member& member, const char* where);
  void append(Record record);
  void note(const std::string& line);

  struct CommitRecord {
    Cursor cursor;
    int writer = 0;  // member id
    std::vector<Document> changes;
  };

  Topology topology;
  FaultRates faults;
  bool faulty = true;
  FixedPrices prices;
  std::map<TopicPartition, std::vector<Record>> log;
  std::map<DocumentKey, Document> documents;
  std::map<Owner, CommitRecord> commits;
  void apply(const Document& document);

  struct Figures {
    std::uint64_t records = 0, crashes = 0, rebalances = 0, duplicates = 0;
    std::uint64_t errands = 0;
    std::uint64_t races = 0;                     // cancels of orders whose payment or dispatch was under way
    std::map<std::string, std::uint64_t> ended;  // orders by what became of them
  } figures;
  std::vector<std::string> trace_lines;

 private:
  void workload_step();
  void place_order();
  void send_from_outside(Topic topic, const std::string& key, std::string_view type, std::string value);
  void ask_for_something_back();
  void repeat_from_outside();
  // The world outside, see outside.cc.
  std::vector<std::pair<DocumentKey, Errand>> open_errands() const;
  void run_errand();
  void run(const DocumentKey& key, const Errand& errand);
  void move_shipment(const Errand& errand, const errand::MoveShipment& move);
  bool finish_errands();
  void deliver_late_answer();

  void run_member(Member& member);
  void start_member(ProcessorKind kind);
  void kill(Member& member);
  void rebalance(ProcessorKind kind);
  void settle();
  bool at_rest() const;
  void check(std::vector<std::string>& wrong) const;
  void check_order(const Order& order, std::vector<std::string>& wrong) const;
  void check_money(const Order& order, std::vector<std::string>& wrong) const;
  void check_customers(std::vector<std::string>& wrong) const;
  void check_stock(std::vector<std::string>& wrong) const;
  void check_replay(std::vector<std::string>& wrong) const;

  std::mt19937_64 random_;
  const bool trace_;
  int depth_ = 0;
  int next_member_ = 1;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<std::unique_ptr<Member>> dead_;            // killed while on the stack
  std::map<std::pair<ProcessorKind, int>, int> owners_;  // (processor, partition) -> member id, as the group sees it
  std::int64_t clock_ = 1'700'000'000'000;
  std::int64_t api_sequence_ = 0;
  int orders_placed_ = 0;
  ErrandRules rules_;
  SimulatedBank bank_{*this};
  std::deque<Record> late_;          // answers that are still on their way
  std::vector<std::string> placed_;  // ids acknowledged to clients
  std::vector<std::string> errors_;
};

ProcessorRules processor_rules();

}  // namespace ordo::simulation
