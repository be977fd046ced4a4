// Whatever records foreign producers write, in any order, each processor folds or refuses them: none ends the process,
// and the stock and the uses of promotions stay consistent. The input is a list of records as in record_text.h,
// separated by lines of "----". The records that the processors emit go to their topics, as in a log of one partition
// each.
#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "domain/stock.h"
#include "engine/worker.h"
#include "processors/processor_set.h"
#include "record_text.h"
#include "records/proof.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

constexpr std::size_t kMostRecords = 24;  // of an input
constexpr int kMostFolds = 400;           // in a run: what a few orders need to end
constexpr std::size_t kCached = 2;        // so that most documents are read again

Topology one_partition_each() {
  Topology topology;
  for (auto& topic : topology.topics) topic.partitions = 1;
  return topology;
}

// Every product costs the same.
class OnePrice final : public PriceList {
 public:
  std::optional<PricedProduct> listed(const ProductId& id) const override {
    return PricedProduct{"product " + id.str(), {250, *Currency::parse("USD")}};
  }
};

// All processors over one map of documents.
class Shop {
 public:
  Shop() {
    for (Processor* processor : processors_.in_order()) {
      workers_.push_back(
          std::make_unique<PartitionWorker>(*processor, topology_, Owner{processor->kind(), 0}, Cursor(), kCached));
    }
  }

  void write(Record record) {
    if (record.at.dlq) return;
    record.at.partition = 0;
    inboxes_[static_cast<std::size_t>(record.at.topic)].push_back(std::move(record));
  }

  void fold_all() {
    for (bool folded = true; folded;) {
      folded = false;
      for (auto& worker : workers_) {
        auto& inbox = inboxes_[static_cast<std::size_t>(inbox_of(worker->owner().processor))];
        if (inbox.empty() || folds_ >= kMostFolds) continue;
        fold(*worker, std::move(inbox.front()));
        inbox.pop_front();
        folded = true;
      }
    }
  }

  void check() const {
    std::map<std::string, std::int64_t> held;
    for (const auto& [key, document] : documents_) {
      ORDO_CHECK(!key.id.empty(), to_string(key.collection));
      const auto text = document_to_json(document);
      const auto again = document_from_json(key.collection, text);
      ORDO_CHECK(again.has_value() && *again == document, text);
      const auto* reservation = std::get_if<Reservation>(&document);
      if (reservation == nullptr) continue;
      for (const auto& line : held_lines(*reservation)) {
        held[stock_level_id(reservation->location, line.product_id)] += line.quantity;
      }
    }
    for (const auto& [key, document] : documents_) {
      if (const auto* level = std::get_if<StockLevel>(&document)) {
        ORDO_CHECK(level->reserved == held[level->id], level->id, " reserves ", level->reserved);
      }
    }
    check_promotions();
  }

 private:
  void check_promotions() const {
    std::map<std::string, std::int64_t> used;
    for (const auto& [key, document] : documents_) {
      const auto* use = std::get_if<Redemption>(&document);
      if (use == nullptr || use->status != RedemptionStatus::held) continue;
      ++used[use->promotion_id];
      ++used[promotion_buyer_id(use->promotion_id, use->customer_id)];
    }
    for (const auto& [key, document] : documents_) {
      if (const auto* promotion = std::get_if<Promotion>(&document)) {
        ORDO_CHECK(promotion->used == used[promotion->id], promotion->id, " is used ", promotion->used, " times");
        ORDO_CHECK(promotion->used <= promotion->usage_limit.value_or(promotion->used), promotion->id);
      }
      if (const auto* buyer = std::get_if<PromotionBuyer>(&document)) {
        ORDO_CHECK(buyer->used == used[buyer->id], buyer->id, " uses it ", buyer->used, " times");
      }
    }
  }

  void fold(PartitionWorker& worker, Record record) {
    ++folds_;
    record.offset = worker.next();
    record.appended_at = from_unix_ms(1'700'000'000'000 + folds_);
    const auto keys = worker.prepare({std::move(record)});
    ORDO_CHECK(keys.has_value(), keys.error().text());
    std::vector<std::optional<Document>> found;
    for (const auto& key : *keys) {
      const auto known = documents_.find(key);
      found.push_back(known == documents_.end() ? std::nullopt : std::optional(known->second));
    }
    worker.supply(*keys, std::move(found));
    const auto folded = worker.fold();
    ORDO_CHECK(folded.has_value(), folded.error().text());
    for (auto& emitted : worker.take_records()) write(std::move(emitted));
    for (const auto& change : worker.commit().changes) {
      const DocumentKey key{collection_of(*change.document), id_of(*change.document)};
      ORDO_CHECK(change.created == !documents_.contains(key), to_string(key.collection), "/", key.id);
      documents_.insert_or_assign(key, *change.document);
    }
    worker.committed();
  }

  const Topology topology_ = one_partition_each();
  OnePrice prices_;
  processors::ProcessorSet processors_{{*Currency::parse("USD"), LocationId("main")}, prices_};
  std::vector<std::unique_ptr<PartitionWorker>> workers_;
  std::array<std::deque<Record>, kTopics> inboxes_;
  std::map<DocumentKey, Document> documents_;
  int folds_ = 0;
};

// As a foreign producer may write it. The sources and headers of ordo need a proof.
Record foreign(Record record) {
  record.envelope.sequence.reset();
  record.envelope.previous.reset();
  if (is_ordo_source(record.envelope.source)) record.envelope.source = "/outside";
  std::erase_if(record.envelope.extra, [](const Header& header) { return header.name.starts_with("ordo_"); });
  return record;
}

}  // namespace

void folds(std::string_view input) {
  static constexpr std::string_view kBetween = "----\n";
  Shop shop;
  for (std::size_t i = 0; i < kMostRecords && !input.empty(); ++i) {
    const auto end = std::min(input.find(kBetween), input.size());
    shop.write(foreign(record_of(input.substr(0, end))));
    input.remove_prefix(std::min(end + kBetween.size(), input.size()));
    shop.fold_all();
  }
  shop.check();
}

}  // namespace ordo::fuzz
