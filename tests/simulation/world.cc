#include "world.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/check.h"

namespace ordo::simulation {
namespace {

constexpr std::string_view kKinds[] = {"plain", "lost_record", "truncated", "expired", "repartitioned", "retention"};
constexpr std::string_view kSabotages[] = {
    "none",         "forget_seen",     "no_rev_guard", "no_commit_fence", "no_load_fence",
    "no_log_begin", "no_log_identity", "no_proof",     "epoch_for_whole", "die",
    "hang"};
constexpr std::int64_t kLongestJump = 3 * 24 * 3600 * 1000LL;  // ms
constexpr std::int64_t kLongestStretch = 300;                  // ticks

}  // namespace

std::string_view name_of(Sabotage sabotage) {
  return kSabotages[static_cast<std::size_t>(sabotage)];
}

bool parse_sabotage(std::string_view name, Sabotage& sabotage) {
  const auto found = std::find(std::begin(kSabotages), std::end(kSabotages), name);
  if (found == std::end(kSabotages)) return false;
  sabotage = static_cast<Sabotage>(found - std::begin(kSabotages));
  return true;
}

std::string_view name_of(Kind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

Result<std::optional<PricedProduct>> TablePrices::find(const ProductId& id) const {
  if (world_.database_refuses()) return fail(ErrorCode::kUnavailable, "database_down", "the prices are away");
  const auto found = products.find(id);
  return found == products.end() ? std::nullopt : std::optional(found->second);
}

World::World(Choices made, const Options& wanted)
    : options(wanted),
      choices(std::move(made)),
      trace(wanted.readable, wanted.live),
      rules{*Currency::parse("USD"), LocationId("main"), {}} {
  for (auto& topic : topology.topics) topic.partitions = kPartitions;
  effect_rules.gateway_attempts = 3;
  choices.mirror_to(wanted.mirror);
}

bool World::happens(Fault fault) {
  const int rate = faults.rate(fault);
  if (rate == 0 || !choices.chance(rate)) return false;
  faults.count(fault);
  return true;
}

Timestamp World::foreign_time() {
  if (!happens(Fault::clock_wrong)) return now();
  return choices.chance(500) ? now() + kWrongClock : from_unix_ms(1);
}

bool World::broker_refuses() {
  return broker_is_away() || happens(Fault::broker_fails);
}

bool World::database_refuses() {
  return tick_ < database_until_ || happens(Fault::database_fails);
}

std::optional<ErrorCode> World::disk_is_full() const {
  if (tick_ >= disk_until_) return std::nullopt;
  return disk_stops_ ? ErrorCode::kIo : ErrorCode::kUnavailable;
}

void World::draw() {
  constexpr std::pair<Kind, int> kOdds[] = {{Kind::lost_record, 50},
                                            {Kind::truncated, 15},
                                            {Kind::expired, 15},
                                            {Kind::repartitioned, 15},
                                            {Kind::retention, 15}};
  auto left = 999 - choices.pick(1000);
  for (const auto& [kind, odds] : kOdds) {
    if (left >= 0 && left < odds) kind_ = kind;
    left -= odds;
  }
  // Most are short. Many short histories find more than a few long ones, but some errors need a long one.
  constexpr std::int64_t kLengths[] = {80, 160, 320, 640, 1200};
  length_ = static_cast<std::size_t>(20 + choices.pick(kLengths[choices.pick(5)]));
  faults.draw(choices, options.allowed);
  if (faults.rate(Fault::oversized) > 0) {
    limits.records.fill(kSmallTopic);
    limits.letters.fill(kSmallTopic);
  }
  if (choices.chance(300)) rules.dispatch_hold = std::chrono::seconds(60);
  if (kind_ == Kind::lost_record) broker.lose(1 + choices.pick(static_cast<std::int64_t>(length_)));
  workload.draw();
  trace.say("a ", name_of(kind_), " history of ", length_, " steps");
}

void World::jump(bool forward) {
  const std::int64_t ms = 1 + choices.pick(1 + choices.pick(kLongestJump));
  trace.say("the clock jumps ", forward ? "forward " : "back ", ms, " ms");
  clock_ += forward ? ms : -ms;
}

void World::step() {
  tick();
  while (options.sabotage == Sabotage::hang && choices.made().steps.size() >= 50) ::pause();
  ORDO_CHECK(options.sabotage != Sabotage::die || choices.made().steps.size() < 50, "asked to die");
  const auto rate = [this](Fault fault) { return faults.rate(fault); };
  const int event =
      choices.which({rate(Fault::rebalance), rate(Fault::restart), rate(Fault::database_away), rate(Fault::disk_full),
                     rate(Fault::disk_stop), rate(Fault::broker_away), rate(Fault::slow_consumer),
                     rate(Fault::clock_forward), rate(Fault::clock_back), rate(Fault::retention), rate(Fault::epoch)});
  constexpr Fault kEvents[] = {Fault::rebalance,  Fault::restart,     Fault::database_away, Fault::disk_full,
                               Fault::disk_stop,  Fault::broker_away, Fault::slow_consumer, Fault::clock_forward,
                               Fault::clock_back, Fault::retention,   Fault::epoch};
  if (event == 0) {
    const auto what = choices.pick(100);
    if (what < 46) return workers.run_any();
    if (what < 66) return workload.act();
    if (what < 92) return outside.run_effect();
    return outside.deliver_late();
  }
  const Fault fault = kEvents[event - 1];
  if (fault == Fault::rebalance) return workers.rebalance_any();
  if (fault == Fault::retention) return upkeep.remove_old();
  if (fault == Fault::epoch) return upkeep.begin_epoch();
  faults.count(fault);
  if (fault == Fault::restart) return workers.restart_any();
  if (fault == Fault::clock_forward || fault == Fault::clock_back) return jump(fault == Fault::clock_forward);
  const std::int64_t until = tick_ + 10 + choices.pick(kLongestStretch);
  trace.say(name_of(fault), " until tick ", until, " (now ", tick_, ")");
  if (fault == Fault::database_away) database_until_ = until;
  if (fault == Fault::broker_away) broker_until_ = until;
  if (fault == Fault::slow_consumer) slow_until_[static_cast<std::size_t>(choices.pick(kProcessors))] = until;
  if (fault == Fault::disk_full || fault == Fault::disk_stop) {
    disk_until_ = until;
    disk_stops_ = fault == Fault::disk_stop;
  }
}

bool World::at_rest() const {
  for (const auto kind : kAllProcessors) {
    for (int partition = 0; partition < partitions_of(kind); ++partition) {
      const auto end = broker.at({inbox_of(kind), partition, false}).end();
      if (end == 0) continue;
      const auto commit = database.commits.find({kind, partition});
      if (commit == database.commits.end() || commit->second.cursor.next != end) return false;
    }
  }
  return true;
}

LogIdentity World::identity_of(Topic topic) const {
  if (options.sabotage == Sabotage::no_log_identity) return {};
  return {"simulated", topology.broker_name(topic, false), {}};
}

std::int64_t World::epoch_of(const Owner& owner) const {
  const auto commit = database.commits.find(owner);
  return commit == database.commits.end() ? 0 : commit->second.cursor.epoch;
}

void World::settle() {
  faults.calm();
  broker_until_ = database_until_ = disk_until_ = 0;
  slow_until_.fill(0);
  trace.say("no more faults");
  outside.calm();
  workload.flush();
  for (int round = 0; round < 10'000 && workers.stops.empty(); ++round) {
    workers.run_all();
    if (at_rest() && outside.finish() && workload.pay_refunds()) return;
  }
  if (workers.stops.empty()) report("does not come to rest", std::to_string(outside.open()) + " effects wait");
}

void World::finish() {
  settle();
  const bool check = end_history(*this, kind_);
  for (const auto& stop : workers.stops) {
    report(std::string(to_string(stop.kind)) + " stopped: " + stop.error.reason, stop.error.text());
  }
  if (!check || !is_well()) return;
  check_orders(*this);
  check_stock(*this);
  check_promotions(*this);
  check_customers(*this);
  check_hours(*this);
  check_replay(*this);
  check_audit(*this);
}

Outcome World::run() {
  draw();
  workers.start();
  workload.open();
  while (is_well() && choices.next_step(length_)) step();
  choices.end();
  finish();
  Outcome outcome;
  outcome.wrong = wrong_;
  outcome.kind = kind_;
  outcome.hash = trace.hash();
  outcome.figures = figures();
  outcome.schedule = choices.made();
  outcome.schedule.trim();
  outcome.trace = trace.lines();
  for (const auto& wrong : wrong_) {
    if (options.live) std::printf("WRONG: %s: %s\n", wrong.rule.c_str(), wrong.detail.c_str());
    if (trace.readable() && !options.live) outcome.trace.push_back("WRONG: " + wrong.rule + ": " + wrong.detail);
  }
  return outcome;
}

Figures World::figures() const {
  Figures all;
  for (std::size_t i = 0; i < kFaults; ++i) {
    all["fault " + std::string(name_of(static_cast<Fault>(i)))] = faults.happened(static_cast<Fault>(i));
  }
  for (std::size_t i = 0; i < kSights; ++i) {
    all["seen " + std::string(name_of(static_cast<Sight>(i)))] = faults.seen(static_cast<Sight>(i));
  }
  ++all["kind " + std::string(name_of(kind_))];
  for (const auto& [id, document] : database.all(Collection::orders)) {
    const auto& order = std::get<Order>(document);
    ++all["order " + std::string(to_string(order.status))];
    if (order.refunded.amount > 0) ++all["order refunded"];
    if (!order.returns.empty()) ++all["order returned"];
    if (order.parcels.size() > 1) ++all["order shipped in parts"];
    if (order.redacted_at) ++all["order redacted"];
    if (order.imported && has_moved_on(order)) ++all["order imported and refunded"];
  }
  return all;
}

}  // namespace ordo::simulation
