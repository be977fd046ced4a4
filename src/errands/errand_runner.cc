#include "errands/errand_runner.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "base/uuid.h"
#include "errands/agenda.h"
#include "records/messages.h"

namespace ordo {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kBatch = 256;
constexpr milliseconds kLongestSleep{1'000};

bool has_errands(Collection collection) {
  return collection == Collection::orders || collection == Collection::payments || collection == Collection::shipments;
}

}  // namespace

class ErrandRunner::State : public std::enable_shared_from_this<State> {
 public:
  State(ErrandRunnerOptions options, const Topology& topology, RecordLog& log, DocumentReader& documents,
        PaymentGateway& gateway)
      : options_(std::move(options)),
        topology_(topology),
        log_(log),
        documents_(documents),
        gateway_(gateway),
        agenda_(options_.max_waiting) {}

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void stop();
  void taken(const Owner& owner);
  void lost(const Owner& owner);
  void committed(const Owner& owner, std::span<const Change> changes);
  ErrandFigures figures() const;

 private:
  void run();
  void sleep(std::unique_lock<std::mutex>& lock);
  std::set<Owner> owners_to_scan();
  void scan(const std::set<Owner>& owners);
  bool scan_list(const std::set<Owner>& owners, Query query);
  void run_due();
  void run_one(const Agenda::Due& due);
  bool still_waits(const Agenda::Due& due);
  void ask(const Agenda::Due& due, const errand::AskGateway& asked);
  void answered(const Agenda::Due& due, GatewayReply reply, milliseconds delay);
  void deliver_delayed();
  void bring(const Agenda::Due& due, Notice notice);
  void sweep_retention();
  void append(Notice notice, std::string subject, std::function<void(bool)> done);

  const ErrandRunnerOptions options_;
  const Topology& topology_;
  RecordLog& log_;
  DocumentReader& documents_;
  PaymentGateway& gateway_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  Agenda agenda_;
  std::set<Owner> owned_;
  std::map<Owner, Timestamp> to_scan_;  // and not before when
  struct Delayed {
    Agenda::Due due;
    GatewayReply reply;
  };
  std::multimap<Timestamp, Delayed> delayed_;  // answers of a simulated gateway that takes its time
  std::size_t under_way_ = 0;
  ErrandFigures figures_;
  bool stopping_ = false;

  // of the thread
  Timestamp next_sweep_{};
  Timestamp swept_until_{};
  std::thread thread_;
};

void ErrandRunner::State::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ErrandRunner::State::taken(const Owner& owner) {
  const std::lock_guard lock(mutex_);
  owned_.insert(owner);
  if (!waiting_documents(owner.processor).empty()) to_scan_[owner] = Timestamp();
  changed_.notify_all();
}

void ErrandRunner::State::lost(const Owner& owner) {
  const std::lock_guard lock(mutex_);
  owned_.erase(owner);
  to_scan_.erase(owner);
  agenda_.forget(owner);
}

void ErrandRunner::State::committed(const Owner& owner, std::span<const Change> changes) {
  struct News {
    DocumentKey key;
    std::int64_t rev;
    std::optional<Errand> errand;
  };
  std::vector<News> news;
  for (const auto& change : changes) {
    const Document& document = *change.document;
    const Collection collection = collection_of(document);
    if (!has_errands(collection)) continue;
    news.push_back({{collection, id_of(document)}, rev_of(document), errand_of(document, options_.rules)});
  }
  if (news.empty()) return;
  bool sooner = false;
  {
    const std::lock_guard lock(mutex_);
    const auto before = agenda_.next_due();
    for (auto& item : news) agenda_.note(owner, item.key, item.rev, std::move(item.errand));
    const auto next = agenda_.next_due();
    sooner = next && (!before || *next < *before);
  }
  if (sooner) changed_.notify_one();
}

ErrandFigures ErrandRunner::State::figures() const {
  const std::lock_guard lock(mutex_);
  auto figures = figures_;
  figures.waiting = agenda_.size();
  figures.under_way = under_way_;
  return figures;
}

void ErrandRunner::State::run() {
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

// Until something is to be done, or may be.
void ErrandRunner::State::sleep(std::unique_lock<std::mutex>& lock) {
  if (stopping_) return;
  const Timestamp present = now();
  Timestamp until = present + kLongestSleep;
  if (under_way_ < options_.max_under_way) until = std::min(until, agenda_.next_due().value_or(until));
  if (!delayed_.empty()) until = std::min(until, delayed_.begin()->first);
  for (const auto& [owner, at] : to_scan_) until = std::min(until, at);
  if (until > present) changed_.wait_for(lock, until - present);
}

// Owners of one processor: their documents lie in the same collection, so it is read once for all of them.
std::set<Owner> ErrandRunner::State::owners_to_scan() {
  const std::lock_guard lock(mutex_);
  while (const auto owner = agenda_.take_incomplete()) {
    if (owned_.contains(*owner)) to_scan_.emplace(*owner, Timestamp());
  }
  const Timestamp present = now();
  std::set<Owner> owners;
  for (auto entry = to_scan_.begin(); entry != to_scan_.end();) {
    const auto here = entry++;
    const auto& [owner, not_before] = *here;
    if (not_before > present || (!owners.empty() && owners.begin()->processor != owner.processor)) continue;
    owners.insert(owner);
    to_scan_.erase(here);
  }
  return owners;
}

void ErrandRunner::State::scan(const std::set<Owner>& owners) {
  if (owners.empty()) return;
  for (auto& query : waiting_documents(owners.begin()->processor)) {
    if (scan_list(owners, std::move(query))) continue;
    const std::lock_guard lock(mutex_);
    ++figures_.failed;
    for (const auto& owner : owners) {
      if (owned_.contains(owner)) to_scan_[owner] = now() + options_.retry;
    }
    return;
  }
}

bool ErrandRunner::State::scan_list(const std::set<Owner>& owners, Query query) {
  const ProcessorKind processor = owners.begin()->processor;
  while (true) {
    auto page = documents_.list(query);
    if (!page) {
      log_warn("cannot look for waiting documents",
               {{"collection", to_string(query.collection)}, {"error", page.error().text()}});
      return false;
    }
    const std::lock_guard lock(mutex_);
    if (stopping_) return true;
    for (const auto& document : page->documents) {
      auto errand = errand_of(document, options_.rules);
      if (!errand) continue;
      const Owner owner{processor, topology_.partition_of(inbox_of(processor), errand->order_id.str())};
      if (!owners.contains(owner) || !owned_.contains(owner)) continue;  // somebody else's, or lost meanwhile
      agenda_.note(owner, {query.collection, id_of(document)}, rev_of(document), std::move(errand));
    }
    if (!page->next) return true;
    query.after = std::move(page->next);
  }
}

void ErrandRunner::State::run_due() {
  std::vector<Agenda::Due> due;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t room = options_.max_under_way - std::min(under_way_, options_.max_under_way);
    const Timestamp present = now();
    due = agenda_.take(present, std::min(kBatch, room), present + options_.look_again);
    figures_.run += due.size();
  }
  for (const auto& one : due) run_one(one);
}

void ErrandRunner::State::run_one(const Agenda::Due& due) {
  if (due.again && !still_waits(due)) return;
  const auto* asked = std::get_if<errand::AskGateway>(&due.errand.what);
  if (asked == nullptr) return bring(due, notice_of(due.errand));
  if (!due.again) return ask(due, *asked);
  // Asked, and nothing was heard; or what was heard did not get into the log, then the gateway will say it again.
  bring(due,
        notice_of(due.errand.order_id, *asked, {GatewayOutcome::unavailable, "no answer in time", {}}, options_.rules));
}

// Looks at the document itself: the news of a change may have been missed while it was scanned, or been refused.
bool ErrandRunner::State::still_waits(const Agenda::Due& due) {
  auto found = documents_.get(due.key.collection, due.key.id);
  const std::lock_guard lock(mutex_);
  if (!found) {
    ++figures_.failed;
    return false;  // the database is away; it comes up again
  }
  const bool there = found->has_value();
  const std::int64_t rev = there ? rev_of(**found) : due.rev + 1;
  if (rev == due.rev) return true;
  // A reader may lag behind the commit that was heard of.
  if (rev < due.rev) return false;
  agenda_.note(due.owner, due.key, rev, there ? errand_of(**found, options_.rules) : std::nullopt);
  return false;
}

void ErrandRunner::State::ask(const Agenda::Due& due, const errand::AskGateway& asked) {
  {
    const std::lock_guard lock(mutex_);
    ++figures_.questions;
    agenda_.postpone(due.key, due.rev, now() + options_.patience);
  }
  GatewayQuestion question;
  question.id = asked.call.id;
  question.kind = asked.call.kind;
  question.order_id = due.errand.order_id;
  question.amount = asked.call.amount;
  question.method = asked.method;
  question.refund_id = asked.call.refund_id;
  question.attempt = asked.call.attempts + 1;
  gateway_.ask(question, [self = weak_from_this(), due](GatewayReply reply, milliseconds delay) {
    if (const auto state = self.lock()) state->answered(due, std::move(reply), delay);
  });
}

void ErrandRunner::State::answered(const Agenda::Due& due, GatewayReply reply, milliseconds delay) {
  if (delay.count() > 0) {
    const std::lock_guard lock(mutex_);
    if (delayed_.size() >= options_.max_waiting) return;  // unheard; the question is asked again
    delayed_.emplace(now() + delay, Delayed{due, std::move(reply)});
    changed_.notify_one();
    return;
  }
  const auto& asked = std::get<errand::AskGateway>(due.errand.what);
  bring(due, notice_of(due.errand.order_id, asked, std::move(reply), options_.rules));
}

void ErrandRunner::State::deliver_delayed() {
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

void ErrandRunner::State::bring(const Agenda::Due& due, Notice notice) {
  append(std::move(notice), due.errand.order_id.str(),
         [self = weak_from_this(), key = due.key, rev = due.rev](bool ok) {
           const auto state = self.lock();
           if (!state || ok) return;
           const std::lock_guard lock(state->mutex_);
           state->agenda_.postpone(key, rev, now() + state->options_.retry);
         });
}

void ErrandRunner::State::append(Notice notice, std::string subject, std::function<void(bool)> done) {
  Record record;
  record.at = {notice.topic, topology_.partition_of(notice.topic, notice.key), false};
  record.key = std::move(notice.key);
  record.value = std::move(notice.value);
  record.envelope.time = now();
  record.envelope.id = uuid_v7(record.envelope.time);
  record.envelope.source = options_.source;
  record.envelope.type = notice.type;
  record.envelope.subject = std::move(subject);
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    ++under_way_;
  }
  log_.append(std::move(record),
              [self = weak_from_this(), done = std::move(done)](const Result<LogPosition>& position) {
                if (const auto state = self.lock()) {
                  const std::lock_guard lock(state->mutex_);
                  // Room again for what had to wait.
                  if (state->under_way_-- == state->options_.max_under_way) state->changed_.notify_one();
                  if (!position) ++state->figures_.failed;
                }
                done(position.has_value());
              });
}

// Ended orders of the owned partitions that have grown old, from the last sweep's end on. After a restart all are
// looked through once more; those that were redacted are passed over.
void ErrandRunner::State::sweep_retention() {
  if (options_.retention.count() == 0 || now() < next_sweep_) return;
  next_sweep_ = now() + options_.retention_sweep;
  Query query;
  query.collection = Collection::orders;
  query.limit = Query::kMaxPage;
  query.from = swept_until_;
  query.to = now() - options_.retention;
  Timestamp reached = *query.to;
  while (true) {
    auto page = documents_.list(query);
    if (!page) return;
    for (const auto& document : page->documents) {
      const auto& order = std::get<Order>(document);
      const Owner owner{ProcessorKind::orders, topology_.partition_of(Topic::order_events, order.id.str())};
      {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        if (!owned_.contains(owner) || order.redacted_at) continue;
      }
      reached = std::min(reached, order.placed_at);  // until it is seen to be done
      if (!is_terminal(order.status)) continue;
      append({Topic::order_events, order.id.str(), type::kRetentionElapsed, encode(RetentionElapsed{order.id})},
             order.id.str(), [](bool) {});
    }
    if (!page->next) break;
    query.after = std::move(page->next);
  }
  swept_until_ = reached;
}

ErrandRunner::ErrandRunner(ErrandRunnerOptions options, const Topology& topology, RecordLog& log,
                           DocumentReader& documents, PaymentGateway& gateway)
    : state_(std::make_shared<State>(std::move(options), topology, log, documents, gateway)) {}

ErrandRunner::~ErrandRunner() {
  stop();
}

void ErrandRunner::start() {
  state_->start();
}
void ErrandRunner::stop() {
  state_->stop();
}
void ErrandRunner::taken(const Owner& owner) {
  state_->taken(owner);
}
void ErrandRunner::lost(const Owner& owner) {
  state_->lost(owner);
}
void ErrandRunner::committed(const Owner& owner, std::span<const Change> changes) {
  state_->committed(owner, changes);
}
ErrandFigures ErrandRunner::figures() const {
  return state_->figures();
}

}  // namespace ordo
