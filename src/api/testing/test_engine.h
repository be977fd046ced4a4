// For tests of the API: the real processors over logs and documents in memory. They run on their own thread, like a
// backend.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "effects/effect.h"
#include "effects/simulated_gateway.h"
#include "engine/document_waits.h"
#include "engine/ports.h"
#include "engine/result_log.h"
#include "engine/worker.h"
#include "processors/processor_set.h"
#include "records/testing/query_match.h"

namespace ordo::api {

class TestEngine final : public RecordLog, public DocumentReader, public PriceList, public ShopRulesSource {
 public:
  TestEngine() : processors_({*Currency::parse("USD"), LocationId("main")}, *this) {
    for (Processor* processor : processors_.in_order()) {
      const auto partitions = topology[inbox_of(processor->kind())].partitions;
      for (int p = 0; p < partitions; ++p) {
        Cursor cursor;
        cursor.partitions = partitions;
        workers_.push_back(
            std::make_unique<PartitionWorker>(*processor, topology, Owner{processor->kind(), p}, cursor, 100));
      }
    }
    thread_ = std::thread([this] { run(); });
  }
  ~TestEngine() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  // --- controls for tests

  // true: the simulated gateway answers at once. false: it does not answer, and orders stay reserved.
  void pay(bool paying) {
    const std::lock_guard lock(mutex_);
    paying_ = paying;
  }
  // true: the simulated carrier moves shipments at once. false: it does not, and orders stay confirmed.
  void ship(bool shipping) {
    const std::lock_guard lock(mutex_);
    shipping_ = shipping;
  }
  // true: appends still become durable, but no record is processed.
  void pause(bool paused) {
    const std::lock_guard lock(mutex_);
    paused_ = paused;
    idle_ = false;  // until the thread has checked again
    changed_.notify_all();
  }
  void fail_appends(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    append_error_ = std::move(error);
  }
  void fail_reads(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    read_error_ = std::move(error);
  }
  // true: reads wait until this is set to false.
  void block_reads(bool blocked) {
    const std::lock_guard lock(mutex_);
    reads_blocked_ = blocked;
    changed_.notify_all();
  }
  // Waits until all appended records are processed.
  void settle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return idle_ && waiting_.empty(); });
  }
  std::vector<Record> records(Topic topic) {
    const std::lock_guard lock(mutex_);
    std::vector<Record> all;
    for (const auto& [at, records] : logs_) {
      if (at.topic == topic && !at.dlq) all.insert(all.end(), records.begin(), records.end());
    }
    return all;
  }
  std::size_t dead_letters() {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& [at, records] : logs_) count += at.dlq ? records.size() : 0;
    return count;
  }
  std::vector<Record> partition(const TopicPartition& at) {
    const std::lock_guard lock(mutex_);
    return logs_[at];
  }
  void put(Document document) {
    const std::lock_guard lock(mutex_);
    DocumentKey key{collection_of(document), id_of(document)};
    documents_[std::move(key)] = std::move(document);
  }

  // The country of the shop.
  std::string home;

  // Receives all commits.
  DocumentWaits waits;

  // --- the ports

  std::shared_ptr<const ShopRules> current() const override {
    const std::lock_guard lock(mutex_);
    std::vector<TaxRate> rates;
    std::vector<ShippingMethod> methods;
    std::vector<Promotion> promotions;
    for (const auto& [key, document] : documents_) {
      if (const auto* rate = std::get_if<TaxRate>(&document)) rates.push_back(*rate);
      if (const auto* method = std::get_if<ShippingMethod>(&document)) methods.push_back(*method);
      if (const auto* promotion = std::get_if<Promotion>(&document)) promotions.push_back(*promotion);
    }
    return std::make_shared<const ShopRules>(std::move(rates), std::move(methods), std::move(promotions), home);
  }

  void append(Record record, Ack ack) override {
    const std::lock_guard lock(mutex_);
    waiting_.emplace_back(std::move(record), std::move(ack));
    changed_.notify_all();
  }

  Result<std::optional<Document>> get(Collection collection, std::string_view id) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !reads_blocked_; });
    if (read_error_) return fail(*read_error_);
    const auto found = documents_.find(DocumentKey{collection, std::string(id)});
    return found == documents_.end() ? std::nullopt : std::optional(found->second);
  }

  Result<Page> list(const Query& query) override {
    const std::lock_guard lock(mutex_);
    if (read_error_) return fail(*read_error_);
    std::vector<std::pair<PageKey, const Document*>> found;
    for (const auto& [key, document] : documents_) {
      if (key.collection != query.collection || !matches(document, query)) continue;
      found.emplace_back(list_key(document, query), &document);
    }
    const auto before = [&query](const PageKey& a, const PageKey& b) { return comes_before(a, b, query); };
    std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) { return before(a.first, b.first); });
    Page page;
    std::size_t bytes = 0;
    for (const auto& [key, document] : found) {
      if (query.after && !before(*query.after, key)) continue;
      if (unreadable.contains(key.id)) {
        page.unreadable.push_back(key.id);
        continue;
      }
      if (query.is_full(page.documents.size(), bytes)) {
        page.next = list_key(page.documents.back(), query);
        break;
      }
      page.documents.push_back(*document);
      bytes += document_to_json(*document).size();
    }
    return page;
  }

  Result<Cursor> cursor(const Owner& owner) override {
    const std::lock_guard lock(mutex_);
    Cursor cursor;
    cursor.next = folded_[owner];
    return cursor;
  }

  std::optional<PricedProduct> listed(const ProductId& id) const override {
    const std::lock_guard lock(mutex_);
    return unlisted.contains(id.str()) ? std::nullopt : for_sale(id);
  }
  Result<std::optional<PricedProduct>> find(const ProductId& id) const override {
    const std::lock_guard lock(mutex_);
    if (unlisted.contains(id.str()) && read_error_) return fail(*read_error_);
    return for_sale(id);
  }

  std::set<std::string> unreadable;  // ids that lists leave out; set it while no reads run
  std::set<std::string> unlisted;  // ids of products that this process does not know; set it while no orders are placed
  Topology topology;

 private:
  std::optional<PricedProduct> for_sale(const ProductId& id) const {
    const auto found = documents_.find(DocumentKey{Collection::products, id.str()});
    if (found == documents_.end()) return std::nullopt;
    const auto& product = std::get<Product>(found->second);
    if (product.status == ProductStatus::archived) return std::nullopt;
    return PricedProduct{product.name, product.price, traits_of(product)};
  }

  LogPosition store(Record record) {
    auto& log = logs_[record.at];
    record.offset = static_cast<std::int64_t>(log.size());
    record.appended_at = now();
    const LogPosition position{record.at, record.offset};
    log.push_back(std::move(record));
    return position;
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      auto appends = std::exchange(waiting_, {});
      for (auto& [record, ack] : appends) {
        Result<LogPosition> result =
            append_error_ ? Result<LogPosition>(fail(*append_error_)) : store(std::move(record));
        lock.unlock();
        ack(std::move(result));
        lock.lock();
      }
      if (!paused_ && process(lock)) continue;
      idle_ = waiting_.empty();
      changed_.notify_all();
      if (!stopping_ && waiting_.empty()) changed_.wait(lock);
      idle_ = false;
    }
  }

  // Lets every worker fold its records. True when there were any. Releases the lock while a worker folds, because
  // intake asks for prices.
  bool process(std::unique_lock<std::mutex>& lock) {
    bool progress = false;
    for (const auto& worker : workers_) {
      const TopicPartition inbox{inbox_of(worker->owner().processor), worker->owner().partition, false};
      const auto& log = logs_[inbox];
      const auto next = static_cast<std::size_t>(worker->next());
      if (next >= log.size()) continue;
      progress = true;
      std::vector<Record> batch(log.begin() + static_cast<std::ptrdiff_t>(next), log.end());
      const auto keys = worker->prepare(std::move(batch));
      ORDO_CHECK(keys.has_value(), "a gap");
      std::vector<std::optional<Document>> found;
      for (const auto& key : *keys) {
        const auto document = documents_.find(key);
        found.push_back(document == documents_.end() ? std::nullopt : std::optional(document->second));
      }
      worker->supply(*keys, std::move(found));
      lock.unlock();
      ORDO_CHECK(worker->fold().has_value());
      lock.lock();
      for (auto& record : worker->take_records()) store(std::move(record));
      for (const auto& change : worker->commit().changes) {
        documents_[DocumentKey{collection_of(*change.document), id_of(*change.document)}] = *change.document;
        run_effect(*change.document);
      }
      waits.committed(worker->owner(), worker->commit().changes);
      worker->committed();
      folded_[worker->owner()] = worker->next();
    }
    return progress;
  }

  // Runs the effect of the document, if its outside service is on. Effects that wait for time do nothing.
  void run_effect(const Document& document) {
    const effects::EffectRules rules;
    const auto effect = effects::effect_of(document, rules);
    if (!effect) return;
    if (const auto* asked = std::get_if<effects::effect::AskGateway>(&effect->what); asked != nullptr && paying_) {
      const auto& call = asked->call;
      gateway_.ask(
          {call.id, call.kind, effect->order_id, call.amount, asked->method, call.refund_id, call.attempts + 1},
          [&](effects::GatewayReply reply, std::chrono::milliseconds delay) {
            const bool answered = delay.count() == 0 && reply.outcome != GatewayOutcome::unavailable;
            if (answered) bring(effects::result_record_of(effect->order_id, *asked, std::move(reply), rules));
          });
    }
    if (shipping_ && std::holds_alternative<effects::effect::MoveShipment>(effect->what))
      bring(effects::result_record_of(*effect));
  }

  void bring(ResultRecord result) { store(to_record(topology, "/ordo/errands/test", std::move(result))); }

  effects::SimulatedGateway gateway_;
  processors::ProcessorSet processors_;
  std::vector<std::unique_ptr<PartitionWorker>> workers_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<TopicPartition, std::vector<Record>> logs_;
  std::map<DocumentKey, Document> documents_;
  std::deque<std::pair<Record, Ack>> waiting_;
  std::optional<Error> append_error_;
  std::optional<Error> read_error_;
  std::map<Owner, std::int64_t> folded_;
  bool paying_ = false;
  bool shipping_ = false;
  bool reads_blocked_ = false;
  bool paused_ = false;
  bool idle_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace ordo::api
