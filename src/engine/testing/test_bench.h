// A processor as a pure fold, for tests: records go in, documents and records come out.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/pricing.h"
#include "engine/processor.h"
#include "engine/worker.h"
#include "records/messages.h"

namespace ordo {

inline const Currency kUsd = *Currency::parse("USD");

class Prices : public PriceList {
 public:
  std::map<ProductId, PricedProduct> products;
  std::optional<PricedProduct> listed(const ProductId& id) const override {
    const auto found = products.find(id);
    return found == products.end() ? std::nullopt : std::optional(found->second);
  }
  // A product that is not listed may be `elsewhere`, which cannot be read while `away` is set.
  Result<std::optional<PricedProduct>> find(const ProductId& id) const override {
    if (auto known = listed(id)) return known;
    if (away) return fail(ErrorCode::kUnavailable, "store_away", "the store is away");
    const auto found = elsewhere.find(id);
    return found == elsewhere.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<ProductId, PricedProduct> elsewhere;
  bool away = false;
};

// One processor over a map of documents, one partition.
class Bench {
 public:
  Bench(Processor& processor, int partitions = 1) : processor_(processor) {
    for (auto& topic : topology.topics) topic.partitions = partitions;
    restart({});
  }

  void restart(Cursor start) {
    worker = std::make_unique<PartitionWorker>(processor_, topology, Owner{processor_.kind(), 0}, std::move(start),
                                               cache_documents, rules, budget);
  }

  Result<std::vector<Record>> feed(std::vector<Record> records) {
    auto keys = worker->prepare(std::move(records));
    if (!keys) return fail(keys.error());
    std::vector<std::optional<Document>> found;
    for (const auto& key : *keys) {
      const auto it = documents.find(key);
      found.push_back(it == documents.end() ? std::nullopt : std::optional(it->second));
    }
    worker->supply(*keys, std::move(found));
    if (auto folded = worker->fold(); !folded) return fail(folded.error());
    auto out = worker->take_records();
    const auto commit = worker->commit();
    for (const auto& change : commit.changes) {
      const DocumentKey key{collection_of(*change.document), id_of(*change.document)};
      EXPECT_EQ(change.created, !documents.contains(key)) << key.id;
      documents[key] = *change.document;
    }
    cursor = *commit.cursor;
    worker->committed();
    return out;
  }

  Record record(std::string_view type, std::string value) {
    Record record;
    record.at = {inbox_of(processor_.kind()), 0, false};
    record.offset = next_offset++;
    record.envelope.type = type;
    record.envelope.time = from_unix_ms(1'700'000'000'000 + record.offset);
    record.value = std::move(value);
    return record;
  }
  template <class M>
  std::vector<Record> send(std::string_view type, const M& message) {
    auto out = feed({record(type, encode(message))});
    EXPECT_TRUE(out.has_value()) << out.error().text();
    return out ? *out : std::vector<Record>();
  }
  template <class T>
  const T* get(Collection collection, const std::string& id) {
    const auto it = documents.find({collection, id});
    return it == documents.end() ? nullptr : &std::get<T>(it->second);
  }

  Topology topology;
  // Used from the next restart() on.
  LogRules rules;
  std::size_t cache_documents = 2;
  CacheBudget* budget = nullptr;
  std::map<DocumentKey, Document> documents;
  std::unique_ptr<PartitionWorker> worker;
  Cursor cursor;
  std::int64_t next_offset = 0;

 private:
  Processor& processor_;
};

inline std::string reason_of(const Record& dlq) {
  for (const auto& [name, value, null] : dlq.envelope.extra) {
    if (name == "ordo_dlq_reason") return value;
  }
  return {};
}

inline OrderCreated created(const std::string& id, std::int64_t quantity = 2) {
  OrderCreated message;
  message.order_id = OrderId(id);
  message.number = "1";
  message.customer_id = CustomerId("c");
  message.location = LocationId("main");
  message.lines = {{{}, ProductId("p"), "Tea", quantity, Money{250, kUsd}, {250 * quantity, kUsd}}};
  message.total = {250 * quantity, kUsd};
  message.fresh = true;
  return message;
}

}  // namespace ordo
