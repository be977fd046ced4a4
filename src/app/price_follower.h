// PriceFollower: the catalogue as a live view in memory. It loads the products, then folds product_events with the code
// of the catalog processor. It commits nothing.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "app/shop_rules_view.h"
#include "domain/pricing.h"
#include "engine/ports.h"
#include "engine/worker.h"
#include "processors/catalog.h"

namespace ordo::app {

struct PriceFollowerOptions {
  std::size_t max_records = 1'000;              // records per fold
  std::chrono::milliseconds poll_timeout{100};  // bounds the time of stop()
  std::chrono::milliseconds min_backoff{50};    // wait after an error
  std::chrono::milliseconds max_backoff{5'000};
  std::chrono::milliseconds settle_interval{1'000};  // time between two checks of unsettled products
};

// Any thread may call listed(), observe() and the figures. The whole view is in memory: a few hundred bytes per
// product.
class PriceFollower final : public PriceList {
 public:
  PriceFollower(const Topology& topology, Currency currency, LocationId location, PriceFollowerOptions options = {});
  // Calls stop() if necessary.
  ~PriceFollower() override;
  PriceFollower(const PriceFollower&) = delete;
  PriceFollower& operator=(const PriceFollower&) = delete;

  // Starts to load and to follow. Retries while the store or the log is unavailable. Both, and the targets of `rules`,
  // outlive the follower or its stop(). Call it once.
  void start(DocumentReader& reader, LogSource& log, LogRules rules = {});
  // Waits for the thread.
  void stop();

  std::optional<PricedProduct> listed(const ProductId& id) const override;

  // Shows a product that was just read from the store. If it is newer than the view, the view uses it at once. So a
  // client that saw the product can order it.
  void observe(const Product& product);

  // True once the follower has folded everything that was in the log when it started. False again while it rebuilds the
  // view after an error.
  bool caught_up() const { return caught_up_.load(); }
  std::size_t size() const;

 private:
  struct Entry {
    std::optional<Product> folded;      // result of the fold
    std::unique_ptr<Product> observed;  // newer than `folded`
  };
  // Products that changed between the cursors and the end of the log at the start. The store may already contain such a
  // change when it is read. If the fold then applies it a second time, and another change follows, an old price may
  // remain. So these products are read again once the catalog processor is past their changes.
  using Unsettled = std::map<std::string, std::int64_t>;  // product id -> first offset after its last change

  void run();
  Result<void> load();
  Result<void> load_products();
  Result<void> follow();
  Result<std::unique_ptr<LogReader>> open_log();
  Result<void> fold(std::vector<Record> records);
  void apply(const Commit& commit);
  Result<void> settle();
  Result<std::vector<Cursor>> read_cursors();
  std::optional<Product> folded(std::string_view id) const;
  bool wait_or_stop(std::chrono::milliseconds time);

  const Topology topology_;
  DocumentReader* reader_ = nullptr;  // set by start(); so are log_ and rules_
  LogSource* log_ = nullptr;
  LogRules rules_;
  const PriceFollowerOptions options_;

  // Only the thread uses these.
  processors::Catalog catalog_;
  std::vector<std::unique_ptr<PartitionWorker>> workers_;  // by partition
  Unsettled unsettled_;
  std::vector<std::int64_t> committed_;  // the catalog processor's `next` at the last check
  std::chrono::steady_clock::time_point next_settle_;

  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;  // guarded by mutex_

  std::atomic<bool> caught_up_{false};
  std::mutex stop_mutex_;
  std::condition_variable stop_wanted_;
  bool stopping_ = false;  // guarded by stop_mutex_
  std::thread thread_;
};

// Name and price for an order of the product; nullopt when it is archived.
std::optional<PricedProduct> for_sale(const Product& product);

// The store for the API. It shows products, and rules for prices, that the API reads to the views of them.
class ObservingReader final : public DocumentReader {
 public:
  ObservingReader(DocumentReader& reader, PriceFollower& prices, ShopRulesView& rules)
      : reader_(reader), prices_(prices), rules_(rules) {}

  Result<std::optional<Document>> get(Collection collection, std::string_view id) override;
  Result<Page> list(const Query& query) override { return reader_.list(query); }
  Result<std::int64_t> count(const Query& query, std::int64_t most) override { return reader_.count(query, most); }
  Result<Cursor> cursor(const Owner& owner) override { return reader_.cursor(owner); }

 private:
  DocumentReader& reader_;
  PriceFollower& prices_;
  ShopRulesView& rules_;
};

}  // namespace ordo::app
