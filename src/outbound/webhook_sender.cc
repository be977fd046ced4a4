#include "outbound/webhook_sender.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "base/log.h"
#include "engine/epoch_plan.h"
#include "engine/page_walk.h"
#include "engine/result_log.h"
#include "outbound/event_lookup.h"
#include "outbound/sender_inbox.h"
#include "outbound/webhook_call.h"
#include "records/event_json.h"
#include "records/messages.h"

namespace ordo::outbound {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSoon{200};
constexpr milliseconds kLongestSleep{1'000};

}  // namespace

class WebhookSender::State final : public CommitListener, public std::enable_shared_from_this<State> {
 public:
  State(WebhookSenderOptions options, const Topology& topology, RecordLog& log, LogSource& events,
        DocumentReader& documents, std::unique_ptr<HttpCaller> caller)
      : options_(std::move(options)),
        rules_{options_.backoff, options_.retry_for, options_.disable_after},
        topology_(topology),
        events_(events),
        documents_(documents),
        results_(topology, options_.source, log),
        caller_(std::move(caller)) {}

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void stop();
  void taken(const Owner& owner) override;
  void lost(const Owner& owner) override;
  void committed(const Owner& owner, std::span<const Change> changes) override;
  WebhookFigures figures() const;

 private:
  struct Queue {
    Queue(Webhook endpoint, Owner of, std::int64_t epoch, int partitions, const WebhookLimits& limits)
        : owner(of), log_epoch(epoch), waits(std::move(endpoint), epoch, partitions, limits) {}
    const Owner owner;
    const std::int64_t log_epoch;
    WebhookQueue waits;
    std::unique_ptr<LogReader> reader;  // created when it is first needed
    Timestamp not_before{};             // the log is not read again before
    Timestamp tell_at{};
    bool look_through = true;  // its pending deliveries must be looked up
  };
  using QueuePtr = std::shared_ptr<Queue>;
  using Task = SenderInbox::Task;

  void run();

  void scan_owners();
  Result<void> scan(const Owner& owner);
  Result<void> look_through(const Queue& queue);
  Result<std::int64_t> log_epoch();
  void heard(const Owner& owner, const Webhook& endpoint, std::optional<std::int64_t> epoch = std::nullopt);
  void heard(const WebhookDelivery& delivery);
  void forget(const Owner& owner);

  void work(const QueuePtr& queue);
  Result<void> read(Queue& queue);
  Result<void> open_reader(Queue& queue);
  void send_events(const QueuePtr& queue);
  void take_retries(const QueuePtr& queue);
  void send_retries();
  void send(const QueuePtr& queue, WebhookTry tried, std::string body, Task answered, Task recorded);
  void record(const std::weak_ptr<Queue>& queue, const WebhookAttempted& message, std::int64_t attempts,
              const Task& done);
  void tell(Queue& queue, bool now_or_never = false);

  const WebhookSenderOptions options_;
  const RetryRules rules_;
  const Topology& topology_;
  LogSource& events_;
  DocumentReader& documents_;
  ResultLog results_;
  const std::unique_ptr<HttpCaller> caller_;

  SenderInbox inbox_;

  // Used by the sender's thread only.
  std::map<WebhookId, QueuePtr> queues_;
  struct Retried {
    std::weak_ptr<Queue> queue;
    WebhookDelivery delivery;
  };
  std::vector<Retried> retried_;  // deliveries whose events must be read again
  bool busy_ = false;             // more work is ready at once

  std::atomic<std::size_t> endpoints_{0};
  std::atomic<std::size_t> in_flight_{0};
  std::atomic<std::size_t> waiting_{0};
  std::atomic<std::uint64_t> attempts_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::thread thread_;
};

// Called from outside.

void WebhookSender::State::stop() {
  inbox_.stop();
  caller_->stop();
  if (thread_.joinable()) thread_.join();
}

void WebhookSender::State::taken(const Owner& owner) {
  if (owner.processor == ProcessorKind::webhooks) inbox_.take(owner);
}

void WebhookSender::State::lost(const Owner& owner) {
  if (owner.processor == ProcessorKind::webhooks) inbox_.lose(owner, [this, owner] { forget(owner); });
}

void WebhookSender::State::committed(const Owner& owner, std::span<const Change> changes) {
  if (owner.processor != ProcessorKind::webhooks) return;
  std::vector<Task> news;
  for (const auto& change : changes) {
    if (const auto* endpoint = std::get_if<Webhook>(change.document)) {
      news.emplace_back([this, owner, copy = *endpoint] { heard(owner, copy); });
    } else if (const auto* delivery = std::get_if<WebhookDelivery>(change.document)) {
      if (delivery->status == DeliveryStatus::pending) news.emplace_back([this, copy = *delivery] { heard(copy); });
    }
  }
  inbox_.post_news(owner, std::move(news));
}

WebhookFigures WebhookSender::State::figures() const {
  return {endpoints_, in_flight_, waiting_, attempts_, failures_};
}

// The sender's thread.

void WebhookSender::State::run() {
  while (true) {
    const milliseconds longest = queues_.empty() ? kLongestSleep : options_.look;
    const auto tasks = inbox_.wait(busy_ ? milliseconds(0) : longest);
    if (!tasks) break;
    busy_ = false;
    for (const auto& task : *tasks) task();
    scan_owners();
    std::size_t in_flight = 0;
    std::size_t waiting = 0;
    for (auto& [id, queue] : queues_) {
      work(queue);
      in_flight += queue->waits.in_flight();
      waiting += queue->waits.waiting();
    }
    send_retries();
    endpoints_ = queues_.size();
    in_flight_ = in_flight;
    waiting_ = waiting;
  }
  for (auto& [id, queue] : queues_) tell(*queue, true);
  queues_.clear();  // destroys their readers before the log
}

void WebhookSender::State::scan_owners() {
  for (const auto& owner : inbox_.due_scans()) {
    if (const auto scanned = scan(owner); !scanned) {
      log_warn("cannot look for webhooks", {{"owner", to_string(owner)}, {"error", scanned.error().text()}});
      inbox_.scan_later(owner, options_.again);
    }
  }
}

// Positions belong to all partitions together.
Result<std::int64_t> WebhookSender::State::log_epoch() {
  const auto epochs = read_epochs(documents_, ProcessorKind::orders, topology_[Topic::order_events].partitions);
  if (!epochs) return fail(epochs.error());
  return newest_epoch(*epochs);
}

Result<void> WebhookSender::State::scan(const Owner& owner) {
  const auto epoch = log_epoch();
  if (!epoch) return fail(epoch.error());
  Query query;
  query.collection = Collection::webhook_endpoints;
  query.where = {{"status", "enabled"}};
  return each_document(documents_, std::move(query), [&](const Document& document) -> Result<void> {
    const auto& endpoint = std::get<Webhook>(document);
    if (topology_.partition_of(Topic::webhooks, endpoint.id.str()) != owner.partition) return {};
    heard(owner, endpoint, *epoch);
    if (const auto queue = queues_.find(endpoint.id); queue != queues_.end()) queue->second->look_through = true;
    return {};
  });
}

Result<void> WebhookSender::State::look_through(const Queue& queue) {
  Query query;
  query.collection = Collection::webhook_deliveries;
  query.where = {{"endpoint_id", queue.waits.endpoint().id.str()}, {"status", "pending"}};
  return each_document(documents_, std::move(query), [this](const Document& document) -> Result<void> {
    heard(std::get<WebhookDelivery>(document));
    return {};
  });
}

void WebhookSender::State::heard(const Owner& owner, const Webhook& endpoint, std::optional<std::int64_t> epoch) {
  const auto known = queues_.find(endpoint.id);
  if (known != queues_.end()) {
    // Calls in progress are recorded even if their WebhookQueue is discarded.
    if (endpoint.rev < known->second->waits.endpoint().rev || known->second->waits.update(endpoint)) return;
    queues_.erase(known);
  }
  if (endpoint.status != WebhookStatus::enabled) return;
  if (!inbox_.owns(owner)) return;
  if (!epoch) {
    const auto read = log_epoch();
    if (!read) return inbox_.scan_later(owner, options_.again);
    epoch = *read;
  }
  queues_[endpoint.id] =
      std::make_shared<Queue>(endpoint, owner, *epoch, topology_[Topic::order_events].partitions, options_.limits);
}

void WebhookSender::State::heard(const WebhookDelivery& delivery) {
  const auto queue = queues_.find(delivery.endpoint_id);
  if (queue == queues_.end() || delivery.status != DeliveryStatus::pending) return;
  queue->second->waits.wait_for(delivery.id, delivery.attempts, delivery.next_attempt_at.value_or(delivery.created_at));
}

void WebhookSender::State::forget(const Owner& owner) {
  std::erase_if(queues_, [&](const auto& entry) { return entry.second->owner == owner; });
}

// One endpoint.

void WebhookSender::State::work(const QueuePtr& queue) {
  if (queue->not_before <= now()) {
    if (auto done = read(*queue); !done) {
      log_warn("webhooks wait for the log or the documents", {{"error", done.error().text()}});
      queue->not_before = now() + options_.again;
      queue->reader.reset();
    }
  }
  take_retries(queue);
  send_events(queue);
  if (queue->tell_at <= now()) tell(*queue);
}

Result<void> WebhookSender::State::read(Queue& queue) {
  if (queue.look_through || queue.waits.take_incomplete()) {
    queue.look_through = true;
    if (auto looked = look_through(queue); !looked) return looked;
    queue.look_through = false;
  }
  if (!queue.waits.may_read()) return {};
  if (!queue.reader) {
    if (auto opened = open_reader(queue); !opened) return opened;
  }
  auto records = queue.reader->poll(options_.limits.read_at_a_time, milliseconds(0));
  if (!records) return fail(std::move(records.error()));
  if (!records->empty()) busy_ = true;
  for (auto& record : *records) queue.waits.offer(std::move(record));
  return {};
}

Result<void> WebhookSender::State::open_reader(Queue& queue) {
  const auto ranges = events_.ranges(Topic::order_events, false);
  if (!ranges) return fail(ranges.error());
  std::int64_t missed = 0;
  for (std::size_t p = 0; p < ranges->size(); ++p)
    missed += std::max<std::int64_t>(0, ranges->at(p).begin - queue.waits.next()[p]);
  if (missed > 0) {
    log_warn("events were removed from the log before a webhook was sent them",
             {{"webhook", queue.waits.endpoint().id.str()}, {"events", missed}});
  }
  auto reader = events_.open_reader(Topic::order_events, false, queue.waits.next());
  if (!reader) return fail(std::move(reader.error()));
  queue.reader = std::move(*reader);
  return {};
}

void WebhookSender::State::send_events(const QueuePtr& queue) {
  while (auto event = queue->waits.take_event()) {
    const auto& endpoint = queue->waits.endpoint();
    WebhookTry tried;
    tried.endpoint = endpoint.id;
    tried.delivery = delivery_id(endpoint.id, queue->log_epoch, event->at.partition, event->offset);
    tried.event = {queue->log_epoch,   event->at.partition,  event->offset,
                   event->envelope.id, event->envelope.type, event->envelope.subject};
    tried.pending_since = now();
    const std::weak_ptr<Queue> weak(queue);
    auto answered = [weak, key = event->key] {
      if (const auto still = weak.lock()) still->waits.event_answered(key);
    };
    auto recorded = [weak, partition = event->at.partition, offset = event->offset] {
      if (const auto still = weak.lock()) still->waits.event_recorded(partition, offset);
    };
    send(queue, std::move(tried), cloud_event(*event), std::move(answered), std::move(recorded));
  }
}

// Looks up what to retry: first the delivery, which may be settled by now, then its event.
void WebhookSender::State::take_retries(const QueuePtr& queue) {
  while (const auto retry = queue->waits.take_retry(now())) {
    const auto later = [&](milliseconds delay, std::int64_t attempts) {
      queue->waits.retry_done(retry->delivery);
      queue->waits.wait_for(retry->delivery, attempts, now() + delay);
    };
    const auto found = documents_.get(Collection::webhook_deliveries, retry->delivery);
    if (!found) {
      later(options_.again, retry->attempts);
      return;
    }
    const auto* delivery = *found ? std::get_if<WebhookDelivery>(&**found) : nullptr;
    if (delivery == nullptr || delivery->attempts < retry->attempts) {
      later(kSoon, retry->attempts);  // its record is in the log but not yet folded
    } else if (delivery->status != DeliveryStatus::pending) {
      queue->waits.retry_done(retry->delivery);
    } else if (const auto due = delivery->next_attempt_at.value_or(now()); due > now()) {
      later(due - now(), delivery->attempts);
    } else {
      retried_.push_back({queue, *delivery});
    }
  }
}

void WebhookSender::State::send_retries() {
  if (retried_.empty()) return;
  const auto retried = std::exchange(retried_, {});
  std::set<EventPlace> places;
  for (const auto& [weak, delivery] : retried) {
    if (delivery.event.partition >= 0)
      places.emplace(static_cast<int>(delivery.event.partition), delivery.event.offset);
  }
  const auto found = places.empty() ? std::map<EventPlace, Record>() : look_up_events(events_, places);
  for (const auto& [weak, delivery] : retried) {
    const auto queue = weak.lock();
    if (!queue) continue;
    if (!found) {
      queue->waits.retry_done(delivery.id);
      queue->waits.wait_for(delivery.id, delivery.attempts, now() + options_.again);
      continue;
    }
    WebhookTry tried{delivery.endpoint_id, delivery.id, delivery.event, delivery.attempts, delivery.pending_since, {}};
    auto done = [weak = weak, id = delivery.id] {
      if (const auto still = weak.lock()) still->waits.retry_done(id);
    };
    if (delivery.event.partition < 0) {
      send(
          queue, std::move(tried), test_event(delivery), [] {}, std::move(done));
      continue;
    }
    const auto event = found->find({static_cast<int>(delivery.event.partition), delivery.event.offset});
    if (event != found->end() && delivery.event.epoch == queue->log_epoch) {
      send(
          queue, std::move(tried), cloud_event(event->second), [] {}, std::move(done));
      continue;
    }
    tried.at = now();
    record(queue, attempted(tried, fail(ErrorCode::kNotFound, "event_gone", "the log no longer has it"), rules_, now()),
           delivery.attempts + 1, done);
  }
}

// Both tasks run on the thread: `answered` after the call has succeeded or failed, `recorded` when the log has the
// result.
void WebhookSender::State::send(const QueuePtr& queue, WebhookTry tried, std::string body, Task answered,
                                Task recorded) {
  tried.at = now();
  ++attempts_;
  auto call = webhook_call(queue->waits.endpoint(), tried.delivery, std::move(body), options_.timeout, tried.at);
  if (!call) {
    ++failures_;
    answered();
    return record(queue, attempted(tried, fail(std::move(call.error())), rules_, now()), tried.failed + 1, recorded);
  }
  caller_->call(std::move(*call),
                [self = weak_from_this(), weak = std::weak_ptr(queue), tried = std::move(tried),
                 answered = std::move(answered), recorded = std::move(recorded)](const Result<HttpReply>& result) {
                  const auto state = self.lock();
                  if (!state || (!result && result.error().reason == "stopping")) return;
                  auto message = attempted(tried, result, state->rules_, now());
                  if (!message.attempt.error.empty()) ++state->failures_;
                  state->inbox_.post([state = state.get(), weak, message = std::move(message),
                                      attempts = tried.failed + 1, answered, recorded] {
                    answered();
                    state->record(weak, message, attempts, recorded);
                  });
                });
}

void WebhookSender::State::record(const std::weak_ptr<Queue>& queue, const WebhookAttempted& message,
                                  std::int64_t attempts, const Task& done) {
  ResultRecord result{Topic::webhooks, message.webhook_id.str(), kTypeOf<WebhookAttempted>, encode(message)};
  results_.append(std::move(result), weak_from_this(), [=, this](bool appended) {
    if (!appended) return inbox_.post_later(options_.again, [=, this] { record(queue, message, attempts, done); });
    inbox_.post([queue, message, attempts, done] {
      done();
      // The notification about its document may come before or after this.
      if (const auto still = queue.lock(); still && message.retry_at) {
        still->waits.wait_for(message.delivery_id, attempts, *message.retry_at);
      }
    });
  });
}

void WebhookSender::State::tell(Queue& queue, bool now_or_never) {
  const auto reached = queue.waits.progress();
  if (!reached) return;
  queue.tell_at = now() + options_.tell;
  const auto& id = queue.waits.endpoint().id;
  WebhookAdvanced message{id, reached->generation, reached->log_epoch, reached->positions};
  ResultRecord result{Topic::webhooks, id.str(), kTypeOf<WebhookAdvanced>, encode(message)};
  results_.append(std::move(result), weak_from_this(), [this, id, now_or_never](bool appended) {
    if (appended || now_or_never) return;
    inbox_.post([this, id] {
      if (const auto found = queues_.find(id); found != queues_.end()) found->second->waits.untold();
    });
  });
}

// The sender.

WebhookSender::WebhookSender(std::shared_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<WebhookSender>> WebhookSender::open(WebhookSenderOptions options, const Topology& topology,
                                                           RecordLog& log, LogSource& events,
                                                           DocumentReader& documents) {
  auto caller = HttpCaller::start(options.caller);
  if (!caller) return fail(std::move(caller.error()));
  return std::unique_ptr<WebhookSender>(new WebhookSender(
      std::make_shared<State>(std::move(options), topology, log, events, documents, std::move(*caller))));
}

WebhookSender::~WebhookSender() {
  stop();
}

void WebhookSender::start() {
  state_->start();
}
void WebhookSender::stop() {
  state_->stop();
}
CommitListener& WebhookSender::listener() {
  return *state_;
}
WebhookFigures WebhookSender::figures() const {
  return state_->figures();
}

}  // namespace ordo::outbound
