// One history: a simulated broker, database, bank and set of processes. They run the real processors, workers and group
// loops, with a workload and all faults. The choices (choices.h) determine a history: the same choices give the same
// history, bit for bit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bank.h"
#include "broker.h"
#include "choices.h"
#include "database.h"
#include "engine/log_rules.h"
#include "faults.h"
#include "outside.h"
#include "records/proof.h"
#include "trace.h"
#include "upkeep.h"
#include "workers.h"
#include "workload.h"

namespace ordo::simulation {

inline constexpr int kPartitions = 2;                       // of each topic at the start
inline constexpr int kMostPartitions = 4;                   // of a topic
inline constexpr std::size_t kSmallTopic = 24'000;          // record limit in bytes of a topic with a small limit
inline constexpr std::string_view kDiskFull = "disk_full";  // the reason of the error

// A guard that is disabled, to show that the simulation detects it. The command line uses these names.
enum class Sabotage : std::uint8_t {
  none,
  forget_seen,
  no_rev_guard,
  no_commit_fence,
  no_load_fence,
  no_log_begin,     // removed records are not reported
  no_log_identity,  // the identity of a log is not reported
  no_proof,         // no proofs; every record is believed
  epoch_for_whole,  // also starts a new epoch for partitions that lost nothing
  die,              // the process dies in the middle of a history
  hang,             // the process hangs there
};
std::string_view name_of(Sabotage sabotage);
bool parse_sabotage(std::string_view name, Sabotage& sabotage);

struct Options {
  FaultMask allowed = all_faults();
  Sabotage sabotage = Sabotage::none;
  bool readable = false;  // keep the lines of the trace
  bool live = false;      // also print them at once instead of keeping them
  // Receives the choices as they are made, so that they survive the process; may be null.
  ChoiceMirror* mirror = nullptr;
};

// The kind of history. Most are plain.
enum class Kind : std::uint8_t { plain, lost_record, truncated, expired, repartitioned, retention };
std::string_view name_of(Kind kind);

// A broken rule. The rule distinguishes failures.
struct Wrong {
  std::string rule;
  std::string detail;
};

struct Outcome {
  std::vector<Wrong> wrong;  // empty: no rule was broken
  Kind kind = Kind::plain;
  std::uint64_t hash = 0;  // of the whole trace
  Figures figures;
  Schedule schedule;  // the choices made
  std::vector<std::string> trace;
};

class World;

// A price list without entries: every lookup reads the database, which may be unavailable.
class TablePrices : public PriceList {
 public:
  explicit TablePrices(World& world) : world_(world) {}

  std::map<ProductId, PricedProduct> products;
  std::optional<PricedProduct> listed(const ProductId&) const override { return std::nullopt; }
  Result<std::optional<PricedProduct>> find(const ProductId& id) const override;

 private:
  World& world_;
};

class World {
 public:
  World(Choices made, const Options& wanted);

  // Runs the whole history: a workload under faults, then without faults until all work is done, then the checks.
  Outcome run();

  // --- for its parts
  // True when the fault strikes at this opportunity; counts it.
  bool happens(Fault fault);
  void tick() { ++tick_; }
  Timestamp now() { return from_unix_ms(++clock_); }  // for any reader of a clock; it jumps
  // The clock of a foreign producer, which may be wrong.
  Timestamp foreign_time();
  static constexpr std::chrono::hours kWrongClock{24 * 365 * 100};
  bool is_slow(ProcessorKind kind) const { return tick_ < slow_until_[static_cast<std::size_t>(kind)]; }
  bool broker_is_away() const { return tick_ < broker_until_; }
  bool broker_refuses();
  bool database_refuses();
  std::optional<ErrorCode> disk_is_full() const;
  // Runs without faults until every record is folded and nothing waits.
  void settle();
  bool at_rest() const;
  // The identity that a topic's log reports.
  LogIdentity identity_of(Topic topic) const;
  // The present number of partitions of a processor's inbox.
  int partitions_of(ProcessorKind kind) const { return topology[inbox_of(kind)].partitions; }
  // The epoch in which the next record of a partition will be folded.
  std::int64_t epoch_of(const Owner& owner) const;
  // A copy whose number was removed does not prove anything either.
  LogRules log_rules() const {
    const bool none = options.sabotage == Sabotage::no_proof || options.sabotage == Sabotage::forget_seen;
    return {none ? nullptr : &proof, limits};
  }
  // The record as a sender with the secret writes it.
  Record proven(Record record) const {
    record.envelope.proof = proof.make(record);
    return record;
  }
  void report(std::string rule, std::string detail) { wrong_.push_back({std::move(rule), std::move(detail)}); }
  bool is_well() const { return wrong_.empty() && workers.stops.empty(); }

  const Options options;
  Choices choices;
  Faults faults;
  Trace trace;
  Topology topology;
  RecordLimits limits;  // the topics' limits
  processors::ProcessorRules rules;
  effects::EffectRules effect_rules;
  TablePrices prices{*this};
  const RecordProof proof{std::string(RecordProof::kSecretBytes, 's')};
  Broker broker{*this};
  Database database{effect_rules};
  Bank bank{*this};
  Workers workers{*this};
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
  std::size_t length_ = 0;  // number of steps
  std::vector<Wrong> wrong_;
  std::int64_t clock_ = 1'700'000'000'000;
  std::int64_t tick_ = 0;
  std::int64_t broker_until_ = 0;
  std::int64_t database_until_ = 0;
  std::int64_t disk_until_ = 0;
  bool disk_stops_ = false;
  std::array<std::int64_t, kProcessors> slow_until_{};
};

// The rules that must hold when all work is done: DESIGN section 8 (checks.cc, replay_check.cc, audit_check.cc).
void check_orders(World& world);
void check_stock(World& world);
void check_promotions(World& world);
void check_customers(World& world);
void check_hours(World& world);
void check_replay(World& world);
void check_audit(World& world);

// The endings of special histories (endings.cc). True when the checks still make sense afterwards.
bool end_history(World& world, Kind kind);

}  // namespace ordo::simulation
