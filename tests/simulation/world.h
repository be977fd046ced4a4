// One history: a simulated broker, database, bank and set of processes under the real processors, workers and group
// loops, a workload, and everything that can go wrong. A history is its choices (choices.h): the same choices give the
// same history bit for bit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bank.h"
#include "broker.h"
#include "choices.h"
#include "crew.h"
#include "database.h"
#include "faults.h"
#include "outside.h"
#include "trace.h"
#include "upkeep.h"
#include "workload.h"

namespace ordo::simulation {

inline constexpr int kPartitions = 2;                       // of each topic at first
inline constexpr int kMostPartitions = 4;                   // of a topic
inline constexpr std::string_view kDiskFull = "disk_full";  // the reason of the error

// A guard taken away, to show that its absence is found. The names are those of the command line.
enum class Sabotage : std::uint8_t {
  none,
  forget_seen,
  no_rev_guard,
  no_commit_fence,
  no_load_fence,
  no_log_begin,     // nobody is told that records were removed
  epoch_for_whole,  // a new epoch for partitions that have lost nothing, too
  die,              // in the middle of a history
  hang,             // there, for ever
};
std::string_view name_of(Sabotage sabotage);
bool parse_sabotage(std::string_view name, Sabotage& sabotage);

struct Options {
  FaultMask allowed = all_faults();
  Sabotage sabotage = Sabotage::none;
  bool readable = false;  // keep the lines of the trace
  bool live = false;      // and readable: print them as they come instead
  // Written to as choices are made, so that they outlive the process; may be null.
  ChoiceMirror* mirror = nullptr;
};

// What kind of history it is; most are plain.
enum class Kind : std::uint8_t { plain, lost_record, truncated, expired, repartitioned, retention };
std::string_view name_of(Kind kind);

// A rule that does not hold. The rule is what tells two failures apart.
struct Wrong {
  std::string rule;
  std::string detail;
};

struct Outcome {
  std::vector<Wrong> wrong;  // empty: all is well
  Kind kind = Kind::plain;
  std::uint64_t hash = 0;  // of the whole trace
  Figures figures;
  Schedule schedule;  // the choices made
  std::vector<std::string> trace;
};

class TablePrices : public PriceList {
 public:
  std::map<ProductId, PricedProduct> products;
  std::optional<PricedProduct> find(const ProductId& id) const override;
};

class World {
 public:
  World(Choices made, const Options& wanted);

  // The whole history: a workload under faults, then to rest without, then the checks.
  Outcome run();

  // --- for its parts
  // True when the fault strikes at this opportunity; counts it.
  bool happens(Fault fault);
  void tick() { ++tick_; }
  Timestamp now() { return from_unix_ms(++clock_); }  // of whoever reads a clock; jumps
  bool is_slow(ProcessorKind kind) const { return tick_ < slow_until_[static_cast<std::size_t>(kind)]; }
  bool broker_is_away() const { return tick_ < broker_until_; }
  bool broker_refuses();
  bool database_refuses();
  std::optional<ErrorCode> disk_is_full() const;
  // Without faults, until every record is folded and nothing waits.
  void settle();
  bool at_rest() const;
  // Of a processor's inbox, as the topology has it now.
  int partitions_of(ProcessorKind kind) const { return topology[inbox_of(kind)].partitions; }
  // The epoch in which the next record of a partition will be folded.
  std::int64_t epoch_of(const Owner& owner) const;
  void report(std::string rule, std::string detail) { wrong_.push_back({std::move(rule), std::move(detail)}); }
  bool is_well() const { return wrong_.empty() && crew.stops.empty(); }

  const Options options;
  Choices choices;
  Faults faults;
  Trace trace;
  Topology topology;
  ProcessorRules rules;
  ErrandRules errand_rules;
  TablePrices prices;
  Broker broker{*this};
  Database database{errand_rules};
  Bank bank{*this};
  Crew crew{*this};
  Outside outside{*this};
  Workload workload{*this};
  Upkeep upkeep{*this};

 private:
  void draw();
  void step();
  void jump(bool forward);
  void finish();
  Figures figures() const;

  Kind kind_ = Kind::plain;
  std::size_t length_ = 0;  // steps
  std::vector<Wrong> wrong_;
  std::int64_t clock_ = 1'700'000'000'000;
  std::int64_t tick_ = 0;
  std::int64_t broker_until_ = 0;
  std::int64_t database_until_ = 0;
  std::int64_t disk_until_ = 0;
  bool disk_stops_ = false;
  std::array<std::int64_t, kProcessors> slow_until_{};
};

// What must hold when all is at rest: DESIGN section 8 (checks.cc, replay_check.cc).
void check_orders(World& world);
void check_stock(World& world);
void check_customers(World& world);
void check_replay(World& world);

// The endings of the histories that are not plain (endings.cc). True when the checks at rest make sense after it.
bool end_history(World& world, Kind kind);

}  // namespace ordo::simulation
