// Shared by the tests and the benchmark of this folder: a temporary directory, the real processors, their records.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <future>
#include <span>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/uuid.h"
#include "embedded/data_directory.h"
#include "embedded/engine.h"
#include "embedded/segment_writer.h"
#include "embedded/store.h"
#include "processors/processor_set.h"
#include "records/messages.h"

namespace ordo::embedded {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ordo-embedded-XXXXXX").string();
    ORDO_CHECK(::mkdtemp(pattern.data()) != nullptr, pattern);
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string data() const { return (path_ / "data").string(); }

 private:
  std::filesystem::path path_;
};

// All processors, over an empty catalogue: orders carry their prices.
class Shop {
 public:
  std::span<Processor* const> processors() const { return processors_.in_order(); }

 private:
  processors::NoPrices prices_;
  processors::ProcessorSet processors_{{*Currency::parse("USD"), LocationId("main")}, prices_};
};

inline Record record_for(const Topology& topology, Topic topic, std::string key, std::string_view type,
                         std::string value) {
  Record record;
  record.at = {topic, topology.partition_of(topic, key), false};
  record.envelope.id = uuid_v7(now());
  record.envelope.source = "/ordo/api/test";
  record.envelope.type = type;
  record.envelope.subject = key;
  record.envelope.time = now();
  record.key = std::move(key);
  record.value = std::move(value);
  return record;
}

// An order as the API writes it.
inline Record order_record(const Topology& topology, const std::string& id, const std::string& customer,
                           const std::vector<std::string>& products, std::int64_t quantity = 1) {
  NewOrder order;
  order.orderId = OrderId(id);
  order.userId = CustomerId(customer);
  for (const auto& product : products) {
    order.products.push_back(
        {{}, ProductId(product), quantity, "Product " + product, Money{1999, *Currency::parse("USD")}});
  }
  order.placedAt = now();
  order.fresh = true;
  return record_for(topology, Topic::order_created, id, kTypeOf<NewOrder>, encode(order));
}

inline Record count_record(const Topology& topology, const std::string& product, std::int64_t on_hand) {
  StockCounted counted;
  counted.movement_id = uuid_v7(now());
  counted.location = LocationId("main");
  counted.product_id = ProductId(product);
  counted.on_hand = on_hand;
  counted.reason = "first count";
  return record_for(topology, Topic::stock, "main", kTypeOf<StockCounted>, encode(counted));
}

// Appends a record and waits for the acknowledgement.
inline Result<LogPosition> append_and_wait(RecordLog& log, Record record) {
  std::promise<Result<LogPosition>> answer;
  log.append(std::move(record), [&](Result<LogPosition> result) { answer.set_value(std::move(result)); });
  return answer.get_future().get();
}

// Appends a record while no engine runs, as one that stopped before it folded.
inline Result<LogPosition> append_to_files(const std::string& directory, const Topology& topology, Record record) {
  StoreOptions options;
  options.path = database_path(directory);
  auto store = Store::open(options);
  if (!store) return fail(std::move(store.error()));
  const LogLayout layout(topology);
  SegmentCatalog catalog(layout);
  SegmentOptions log_options;
  log_options.log = (*store)->log();
  auto log = SegmentWriter::open(directory, catalog, std::move(log_options), partitions_of(layout));
  if (!log) return fail(std::move(log.error()));
  (*log)->append(layout.index(record.at), record);
  if (auto synced = (*log)->sync(); !synced) return fail(std::move(synced.error()));
  return LogPosition{record.at, record.offset};
}

}  // namespace ordo::embedded
