#include "outbound/webhook_queue.h"

#include <algorithm>

#include "base/check.h"
#include "records/messages.h"

namespace ordo::outbound {
namespace {

// An order of the past is no news, unless its importer says so.
bool is_unannounced(const Record& record) {
  if (record.envelope.type != kTypeOf<OrderImported>) return false;
  const auto message = decode(record);
  const auto* past = message ? std::get_if<OrderImported>(&*message) : nullptr;
  return past == nullptr || !past->announce.value_or(false);
}

}  // namespace

WebhookQueue::WebhookQueue(Webhook endpoint, std::int64_t log_epoch, int partitions, const WebhookLimits& limits)
    : limits_(limits), endpoint_(std::move(endpoint)), log_epoch_(log_epoch) {
  // After the log was recreated, reading starts at its beginning.
  if (endpoint_.log_epoch == log_epoch) next_ = endpoint_.positions;
  next_.resize(static_cast<std::size_t>(partitions));
  open_.resize(next_.size());
  told_ = next_;
}

bool WebhookQueue::update(const Webhook& endpoint) {
  if (endpoint.status != WebhookStatus::enabled || endpoint.generation != endpoint_.generation) return false;
  if (endpoint.rev > endpoint_.rev) endpoint_ = endpoint;
  return true;
}

bool WebhookQueue::may_read() const {
  return queue_.size() < limits_.queued && open_count_ < limits_.open &&
         waiting_.size() + retrying_.size() < limits_.waiting;
}

void WebhookQueue::offer(Record record) {
  const auto partition = static_cast<std::size_t>(record.at.partition);
  ORDO_CHECK(partition < next_.size(), "partition ", partition);
  if (record.offset < next_[partition]) return;
  next_[partition] = record.offset + 1;
  if (record.envelope.type.empty() || !wants(endpoint_, record.envelope.type)) return;
  // guard: webhook-import-announced
  if (is_unannounced(record)) return;
  open_[partition].insert(record.offset);
  ++open_count_;
  queue_.push_back(std::move(record));
}

std::size_t WebhookQueue::max_in_flight() const {
  return endpoint_.failing_since ? std::min(limits_.while_failing, limits_.in_flight) : limits_.in_flight;
}

std::optional<Record> WebhookQueue::take_event() {
  if (in_flight() >= max_in_flight()) return std::nullopt;
  std::set<std::string_view> before;  // keys of the events that must wait
  for (auto event = queue_.begin(); event != queue_.end(); ++event) {
    if (busy_.contains(event->key) || before.contains(event->key)) {
      before.insert(event->key);
      continue;
    }
    busy_.insert(event->key);
    auto taken = std::move(*event);
    queue_.erase(event);
    return taken;
  }
  return std::nullopt;
}

void WebhookQueue::event_answered(const std::string& key) {
  busy_.erase(key);
}

void WebhookQueue::event_recorded(int partition, std::int64_t offset) {
  open_count_ -= open_[static_cast<std::size_t>(partition)].erase(offset);
}

std::int64_t WebhookQueue::done(std::size_t partition) const {
  return open_[partition].empty() ? next_[partition] : *open_[partition].begin();
}

std::optional<WebhookProgress> WebhookQueue::progress() {
  WebhookProgress reached{endpoint_.generation, log_epoch_, {}};
  for (std::size_t partition = 0; partition < next_.size(); ++partition) reached.positions.push_back(done(partition));
  if (reached.positions == told_) return std::nullopt;
  told_ = reached.positions;
  return reached;
}

void WebhookQueue::wait_for(const std::string& delivery, std::int64_t attempts, Timestamp due) {
  if (retrying_.contains(delivery)) return;
  if (const auto known = waiting_.find(delivery); known != waiting_.end()) {
    if (attempts < known->second.attempts) return;  // an older state
    by_due_.erase({known->second.due, delivery});
    waiting_.erase(known);
  }
  waiting_[delivery] = {due, attempts};
  by_due_.emplace(due, delivery);
  if (waiting_.size() <= limits_.max_waiting) return;
  const auto last = std::prev(by_due_.end());
  waiting_.erase(last->second);
  by_due_.erase(last);
  incomplete_ = true;
}

std::optional<WebhookQueue::Retry> WebhookQueue::take_retry(Timestamp now) {
  // Retries leave room for new events.
  const auto most = std::max<std::size_t>(1, max_in_flight() / 2);
  if (by_due_.empty() || by_due_.begin()->first > now) return std::nullopt;
  if (retrying_.size() >= most || in_flight() >= max_in_flight()) return std::nullopt;
  const auto first = by_due_.begin();
  Retry retry{first->second, waiting_.at(first->second).attempts};
  by_due_.erase(first);
  waiting_.erase(retry.delivery);
  retrying_.insert(retry.delivery);
  return retry;
}

void WebhookQueue::retry_done(const std::string& delivery) {
  retrying_.erase(delivery);
}

bool WebhookQueue::take_incomplete() {
  if (!incomplete_ || waiting_.size() > limits_.max_waiting / 4) return false;
  incomplete_ = false;
  return true;
}

}  // namespace ordo::outbound
