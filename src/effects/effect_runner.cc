#include "effects/effect_runner.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/log.h"
#include "effects/agenda.h"
#include "engine/page_walk.h"
#include "engine/result_log.h"
#include "engine/scan_schedule.h"
#include "records/messages.h"

namespace ordo::effects {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kBatch = 256;
constexpr milliseconds kLongestSleep{1'000};

bool has_effects(Collection collection) {
  return collection == Collection::orders || collection == Collection::payments || collection == Collection::shipments;
}

}  // namespace

class EffectRunner::State final : public CommitListener, public std::enable_shared_from_this<State> {
 public:
  State(EffectRunnerOptions options, const Topology& topology, RecordLog& log, DocumentReader& documents,
        PaymentGateway& gateway)
      : options_(std::move(options)),
        topology_(topology),
        documents_(documents),
        gateway_(gateway),
        results_(topology, options_.source, log),
        agenda_(options_.max_waiting) {}

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void stop();
  void taken(const Owner& owner) override;
  void lost(const Owner& owner) override;
  void committed(const Owner& owner, std::span<const Change> changes) override;
  EffectFigures figures() const;

 private:
  std::optional<Effect> effect_in(const Document& document) const;
  void run();
  void sleep(std::unique_lock<std::mutex>& lock);
  std::set<Owner> owners_to_scan();
  void scan(const std::set<Owner>& owners);
  bool scan_list(const std::set<Owner>& owners, const Query& query);
  void run_due();
  void run_one(const Agenda::Due& due);
  bool still_waits(const Agenda::Due& due);
  void ask(const Agenda::Due& due, const effect::AskGateway& asked);
  void answered(const Agenda::Due& due, GatewayReply reply, milliseconds delay);
  void deliver_delayed();
  void bring(const Agenda::Due& due, ResultRecord result);
  void sweep_retention();
  bool is_left_to_sweep(const Document& document, const std::optional<Effect>& effect);

  const EffectRunnerOptions options_;
  const Topology& topology_;
  DocumentReader& documents_;
  PaymentGateway& gateway_;
  ResultLog results_;

  mutable std::mutex mutex_;  // guards the members below
  std::condition_variable changed_;
  Agenda agenda_;
  ScanSchedule scans_;
  struct Delayed {
    Agenda::Due due;
    GatewayReply reply;
  };
  std::multimap<Timestamp, Delayed> delayed_;  // answers of a simulated gateway that are delayed
  bool waits_for_room_ = false;                // due effects wait until fewer records are under way
  EffectFigures figures_;
  bool stopping_ = false;
  Timestamp swept_until_{};  // earlier orders are on the agenda, redacted, or have not ended

  // Used by the runner's thread only.
  Timestamp next_sweep_{};
  std::thread thread_;
};

std::optional<Effect> EffectRunner::State::effect_in(const Document& document) const {
  auto effect = effect_of(document, options_.rules);
  if (effect) effect = not_beyond(now(), std::move(*effect));
  return effect;
}

void EffectRunner::State::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void EffectRunner::State::taken(const Owner& owner) {
  const std::lock_guard lock(mutex_);
  scans_.take(owner);
  if (owner.processor == ProcessorKind::orders) swept_until_ = Timestamp();
  changed_.notify_all();
}

void EffectRunner::State::lost(const Owner& owner) {
  const std::lock_guard lock(mutex_);
  scans_.lose(owner);
  agenda_.forget(owner);
}

void EffectRunner::State::committed(const Owner& owner, std::span<const Change> changes) {
  struct News {
    const Document* document;
    std::optional<Effect> effect;
  };
  std::vector<News> news;
  for (const auto& change : changes) {
    const Document& document = *change.document;
    if (has_effects(collection_of(document))) news.push_back({&document, effect_in(document)});
  }
  if (news.empty()) return;
  bool sooner = false;
  {
    const std::lock_guard lock(mutex_);
    const auto before = agenda_.next_due();
    for (auto& [document, effect] : news) {
      if (is_left_to_sweep(*document, effect)) effect.reset();
      agenda_.note(owner, {collection_of(*document), id_of(*document)}, rev_of(*document), std::move(effect));
    }
    const auto next = agenda_.next_due();
    sooner = next && (!before || *next < *before);
  }
  if (sooner) changed_.notify_one();
}

EffectFigures EffectRunner::State::figures() const {
  const std::lock_guard lock(mutex_);
  auto figures = figures_;
  figures.waiting = agenda_.size();
  figures.under_way = results_.under_way();
  return figures;
}

void EffectRunner::State::run() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      sleep(lock);
      if (stopping_) return;
    }
    scan(owners_to_scan());
    deliver_delayed();
    run_due();
    sweep_retention();
  }
}

// Waits until there may be work.
void EffectRunner::State::sleep(std::unique_lock<std::mutex>& lock) {
  if (stopping_) return;
  const Timestamp present = now();
  Timestamp until = present + kLongestSleep;
  waits_for_room_ = results_.under_way() >= options_.max_under_way;
  if (!waits_for_room_) until = std::min(until, agenda_.next_due().value_or(until));
  if (!delayed_.empty()) until = std::min(until, delayed_.begin()->first);
  until = std::min(until, scans_.next().value_or(until));
  if (until > present) changed_.wait_for(lock, until - present);
}

std::set<Owner> EffectRunner::State::owners_to_scan() {
  const std::lock_guard lock(mutex_);
  while (const auto owner = agenda_.take_incomplete()) scans_.scan_now(*owner);
  return scans_.take_due(now());
}

void EffectRunner::State::scan(const std::set<Owner>& owners) {
  if (owners.empty()) return;
  for (const auto& query : waiting_documents(owners.begin()->processor)) {
    if (scan_list(owners, query)) continue;
    const std::lock_guard lock(mutex_);
    ++figures_.failed;
    for (const auto& owner : owners) scans_.scan_at(owner, now() + options_.retry);
    return;
  }
}

bool EffectRunner::State::scan_list(const std::set<Owner>& owners, const Query& query) {
  const ProcessorKind processor = owners.begin()->processor;
  const auto walked = each_page(documents_, query, [&](const Page& page) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Walk::stop;
    for (const auto& document : page.documents) {
      auto effect = effect_in(document);
      if (!effect || is_left_to_sweep(document, effect)) continue;
      const Owner owner{processor, topology_.partition_of(inbox_of(processor), effect->order_id.str())};
      // Another process owns it, or it was lost in the meantime.
      if (!owners.contains(owner) || !scans_.owns(owner)) continue;
      agenda_.note(owner, {query.collection, id_of(document)}, rev_of(document), std::move(effect));
    }
    return Walk::go_on;
  });
  if (!walked) {
    log_warn("cannot look for waiting documents",
             {{"collection", to_string(query.collection)}, {"error", walked.error().text()}});
  }
  return walked.has_value();
}

void EffectRunner::State::run_due() {
  std::vector<Agenda::Due> due;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t room = options_.max_under_way - std::min(results_.under_way(), options_.max_under_way);
    const Timestamp present = now();
    due = agenda_.take(present, std::min(kBatch, room), present + options_.look_again);
    figures_.run += due.size();
  }
  for (const auto& one : due) run_one(one);
}

void EffectRunner::State::run_one(const Agenda::Due& due) {
  if (due.again && !still_waits(due)) return;
  const auto* asked = std::get_if<effect::AskGateway>(&due.effect.what);
  if (asked == nullptr) return bring(due, result_record_of(due.effect));
  if (!due.again) return ask(due, *asked);
  // No answer came, or it did not reach the log. In both cases the gateway will answer again.
  bring(due, result_record_of(due.effect.order_id, *asked, {GatewayOutcome::unavailable, "no answer in time", {}},
                              options_.rules));
}

// Reads the document itself: the notification of a change may have been missed during a scan, or refused.
bool EffectRunner::State::still_waits(const Agenda::Due& due) {
  auto found = documents_.get(due.key.collection, due.key.id);
  const std::lock_guard lock(mutex_);
  if (!found) {
    ++figures_.failed;
    return false;  // the database is not available; the effect becomes due again
  }
  const bool there = found->has_value();
  const std::int64_t rev = there ? rev_of(**found) : due.rev + 1;
  if (rev == due.rev) return true;
  // A reader may lag behind the commit that we were notified of.
  if (rev < due.rev) return false;
  agenda_.note(due.owner, due.key, rev, there ? effect_in(**found) : std::nullopt);
  return false;
}

void EffectRunner::State::ask(const Agenda::Due& due, const effect::AskGateway& asked) {
  {
    const std::lock_guard lock(mutex_);
    ++figures_.questions;
    agenda_.postpone(due.key, due.rev, now() + options_.patience);
  }
  GatewayQuestion question;
  question.id = asked.call.id;
  question.kind = asked.call.kind;
  question.order_id = due.effect.order_id;
  question.amount = asked.call.amount;
  question.method = asked.method;
  question.refund_id = asked.call.refund_id;
  question.attempt = asked.call.attempts + 1;
  gateway_.ask(question, [self = weak_from_this(), due](GatewayReply reply, milliseconds delay) {
    if (const auto state = self.lock()) state->answered(due, std::move(reply), delay);
  });
}

void EffectRunner::State::answered(const Agenda::Due& due, GatewayReply reply, milliseconds delay) {
  if (delay.count() > 0) {
    const std::lock_guard lock(mutex_);
    if (delayed_.size() >= options_.max_waiting) return;  // ignored; the question is asked again
    delayed_.emplace(now() + delay, Delayed{due, std::move(reply)});
    changed_.notify_one();
    return;
  }
  const auto& asked = std::get<effect::AskGateway>(due.effect.what);
  bring(due, result_record_of(due.effect.order_id, asked, std::move(reply), options_.rules));
}

void EffectRunner::State::deliver_delayed() {
  while (true) {
    std::optional<Delayed> next;
    {
      const std::lock_guard lock(mutex_);
      if (delayed_.empty() || delayed_.begin()->first > now()) return;
      next = std::move(delayed_.extract(delayed_.begin()).mapped());
    }
    answered(next->due, std::move(next->reply), milliseconds(0));
  }
}

void EffectRunner::State::bring(const Agenda::Due& due, ResultRecord result) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
  }
  results_.append(std::move(result), weak_from_this(), [this, key = due.key, rev = due.rev](bool appended) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(waits_for_room_, false)) changed_.notify_one();
    if (appended) return;
    ++figures_.failed;
    agenda_.postpone(key, rev, now() + options_.retry);
  });
}

// Orders are many, and most wait for months until their personal data is removed. So the sweep looks for orders that
// are old enough, page by page, from where the last sweep ended. Later changes of such an order arrive through
// committed(). After a take-over, the sweep starts at the beginning and skips redacted orders.
void EffectRunner::State::sweep_retention() {
  if (options_.rules.retention.count() == 0 || now() < next_sweep_) return;
  next_sweep_ = now() + options_.retention_sweep;
  Query query;
  query.collection = Collection::orders;
  query.to = now() - options_.rules.retention;
  {
    const std::lock_guard lock(mutex_);
    query.from = std::exchange(swept_until_, *query.to);
  }
  Timestamp reached = *query.to;
  const auto walked = each_page(documents_, query, [&](const Page& page) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Walk::stop;
    for (const auto& document : page.documents) {
      const auto& order = std::get<Order>(document);
      const Owner owner{ProcessorKind::orders, topology_.partition_of(Topic::order_events, order.id.str())};
      auto effect = effect_in(document);
      if (!effect || !std::holds_alternative<effect::Redact>(effect->what) || !scans_.owns(owner)) continue;
      if (agenda_.size() >= options_.max_waiting) {
        reached = std::min(reached, order.placed_at);  // continue there when there is room again
        continue;
      }
      agenda_.note(owner, {Collection::orders, order.id.str()}, order.rev, std::move(effect));
    }
    return Walk::go_on;
  });
  if (!walked) reached = *query.from;  // the next sweep looks there again
  const std::lock_guard lock(mutex_);
  swept_until_ = std::min(swept_until_, reached);  // a partition may have been taken over in the meantime
}

// True when the next sweep will find it. So it takes no room on the agenda for months. Many old orders can be imported
// at once: those that find no room on the agenda are left to a sweep that begins with them.
bool EffectRunner::State::is_left_to_sweep(const Document& document, const std::optional<Effect>& effect) {
  const auto* order = std::get_if<Order>(&document);
  if (order == nullptr || !effect || !std::holds_alternative<effect::Redact>(effect->what)) return false;
  // guard: effect-old-orders-are-swept
  if (agenda_.size() >= options_.max_waiting) swept_until_ = std::min(swept_until_, order->placed_at);
  return order->placed_at >= swept_until_;
}

EffectRunner::EffectRunner(EffectRunnerOptions options, const Topology& topology, RecordLog& log,
                           DocumentReader& documents, PaymentGateway& gateway)
    : state_(std::make_shared<State>(std::move(options), topology, log, documents, gateway)) {}

EffectRunner::~EffectRunner() {
  stop();
}

void EffectRunner::start() {
  state_->start();
}
void EffectRunner::stop() {
  state_->stop();
}
CommitListener& EffectRunner::listener() {
  return *state_;
}
EffectFigures EffectRunner::figures() const {
  return state_->figures();
}

}  // namespace ordo::effects
