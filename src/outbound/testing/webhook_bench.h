// For tests of the webhook sender: a log, and the webhooks processor over documents in memory. It folds each record
// when it is appended.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "engine/commit_listener.h"
#include "engine/worker.h"
#include "processors/webhooks.h"
#include "records/messages.h"
#include "records/testing/query_match.h"

namespace ordo::outbound {

class WebhookBench final : public RecordLog, public LogSource, public DocumentReader {
 public:
  WebhookBench() {
    for (auto& topic : topology.topics) topic.partitions = 1;
    Cursor cursor;
    cursor.partitions = 1;
    worker_ = std::make_unique<PartitionWorker>(webhooks_, topology, kOwner, cursor, 100);
  }

  static constexpr Owner kOwner{ProcessorKind::webhooks, 0};
  Topology topology;

  // Receives notifications of commits; null: no listener.
  void listen(CommitListener* listener) {
    const std::lock_guard lock(mutex_);
    listener_ = listener;
    if (listener != nullptr) listener->taken(kOwner);
  }
  void refuse_appends(bool refuse) {
    const std::lock_guard lock(mutex_);
    refuse_ = refuse;
  }

  // Appends an event of an order; returns its offset.
  std::int64_t event(const std::string& order, const std::string& type = "ordo.order.created.v1") {
    Record record;
    record.at = {Topic::order_events, 0, false};
    record.key = order;
    record.envelope.id = "event-" + order;
    record.envelope.source = "/test";
    record.envelope.type = type;
    record.envelope.subject = order;
    record.value = R"({"order_id":")" + order + "\"}";
    const std::lock_guard lock(mutex_);
    return store(std::move(record));
  }
  // Removes events before this offset from the log.
  void forget_before(std::int64_t offset) {
    const std::lock_guard lock(mutex_);
    begin_ = offset;
  }

  template <class M>
  void tell(std::string_view type, const std::string& webhook, const M& message) {
    Record record;
    record.at = {Topic::webhooks, 0, false};
    record.key = webhook;
    record.envelope.type = type;
    record.envelope.time = now();
    record.value = encode(message);
    append(std::move(record), [](const Result<LogPosition>&) {});
  }

  Webhook webhook(const std::string& id) { return std::get<Webhook>(**get(Collection::webhook_endpoints, id)); }
  std::optional<WebhookDelivery> delivery(const std::string& id) {
    const auto found = *get(Collection::webhook_deliveries, id);
    return found ? std::optional(std::get<WebhookDelivery>(*found)) : std::nullopt;
  }

  // --- the ports

  void append(Record record, Ack ack) override {
    std::unique_lock lock(mutex_);
    if (refuse_) {
      lock.unlock();
      return ack(fail(ErrorCode::kBusy, "queue_full", "no"));
    }
    const LogPosition position{record.at, store(record)};
    record.offset = position.offset;
    if (record.at.topic == Topic::webhooks) fold(std::move(record));
    lock.unlock();
    ack(position);
  }

  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool, std::vector<std::int64_t> from) override {
    return std::make_unique<Reader>(*this, topic, std::max(from.at(0), begin_));
  }
  Result<std::vector<LogRange>> ranges(Topic topic, bool) override {
    const std::lock_guard lock(mutex_);
    return std::vector{LogRange{begin_, static_cast<std::int64_t>(logs_[topic].size())}};
  }

  Result<std::optional<Document>> get(Collection collection, std::string_view id) override {
    const std::lock_guard lock(mutex_);
    const auto found = documents_.find(DocumentKey{collection, std::string(id)});
    return found == documents_.end() ? std::nullopt : std::optional(found->second);
  }
  Result<Page> list(const Query& query) override {
    const std::lock_guard lock(mutex_);
    Page page;
    for (const auto& [key, document] : documents_) {
      if (key.collection == query.collection && matches(document, query)) page.documents.push_back(document);
    }
    return page;
  }
  Result<Cursor> cursor(const Owner&) override { return Cursor{}; }

 private:
  class Reader final : public LogReader {
   public:
    Reader(WebhookBench& bench, Topic topic, std::int64_t next) : bench_(bench), topic_(topic), next_(next) {}
    Result<std::vector<Record>> poll(std::size_t max, std::chrono::milliseconds) override {
      const std::lock_guard lock(bench_.mutex_);
      std::vector<Record> some;
      const auto& log = bench_.logs_[topic_];
      while (some.size() < max && next_ < static_cast<std::int64_t>(log.size())) {
        some.push_back(log[static_cast<std::size_t>(next_++)]);
      }
      return some;
    }
    bool caught_up() const override {
      const std::lock_guard lock(bench_.mutex_);
      return next_ >= static_cast<std::int64_t>(bench_.logs_[topic_].size());
    }

   private:
    WebhookBench& bench_;
    const Topic topic_;
    std::int64_t next_;
  };

  std::int64_t store(Record record) {
    auto& log = logs_[record.at.topic];
    record.offset = static_cast<std::int64_t>(log.size());
    log.push_back(std::move(record));
    return log.back().offset;
  }

  void fold(Record record) {
    std::vector<Record> batch;
    batch.push_back(std::move(record));
    const auto keys = worker_->prepare(std::move(batch));
    ORDO_CHECK(keys.has_value());
    std::vector<std::optional<Document>> found;
    for (const auto& key : *keys) {
      const auto document = documents_.find(key);
      found.push_back(document == documents_.end() ? std::nullopt : std::optional(document->second));
    }
    worker_->supply(*keys, std::move(found));
    ORDO_CHECK(worker_->fold().has_value());
    ORDO_CHECK(worker_->take_records().empty(), "a dead letter");
    const auto commit = worker_->commit();
    for (const auto& change : commit.changes) {
      documents_[DocumentKey{collection_of(*change.document), id_of(*change.document)}] = *change.document;
    }
    if (listener_ != nullptr) listener_->committed(kOwner, commit.changes);
    worker_->committed();
  }

  processors::Webhooks webhooks_;
  mutable std::mutex mutex_;  // guards the members below
  std::unique_ptr<PartitionWorker> worker_;
  std::map<Topic, std::vector<Record>> logs_;
  std::map<DocumentKey, Document> documents_;
  CommitListener* listener_ = nullptr;
  std::int64_t begin_ = 0;
  bool refuse_ = false;
};

}  // namespace ordo::outbound
