// PriceFollower: the catalogue as a live view in memory. It loads the products, then folds product_events with the
// catalog processor's own code, and commits nothing.
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

#include "domain/pricing.h"
#include "process/catalog.h"
#include "process/ports.h"
#include "process/worker.h"

namespace ordo::cli {

struct PriceFollowerOptions {
  std::size_t max_records = 1'000;              // folded at once
  std::chrono::milliseconds poll_timeout{100};  // bounds how long stop() waits
  std::chrono::milliseconds min_backoff{50};    // after an error
  std::chrono::milliseconds max_backoff{5'000};
  std::chrono::milliseconds settle_interval{1'000};  // between two looks at products that may be a change ahead
};

// find(), observe() and the figures: any thread. The view lives in memory as a whole: a few hundred bytes a product.
class PriceFollower final : public PriceList {
 public:
  PriceFollower(const Topology& topology, Currency currency, LocationId location, PriceFollowerOptions options = {});
  // stop()s when nobody did.
  ~PriceFollower() override;
  PriceFollower(const PriceFollower&) = delete;
  PriceFollower& operator=(const PriceFollower&) = delete;

  // Begins to load and to follow; tries again for as long as the store or the log is away. Both outlive the follower,
  // or its stop(). Once.
  void start(DocumentReader& reader, LogSource& log);
  // Waits for the thread.
  void stop();

  std::optional<PricedProduct> find(const ProductId& id) const override;

  // A product as it was just read from the store. When that is newer than the view, the view shows it at once: who was
  // told that a product is there can order it.
  void observe(const Product& product);

  // True once everything that was in the log when the follower began has been folded; false again while the view is
  // built anew after an error.
  bool caught_up() const { return caught_up_.load(); }
  std::size_t size() const;

 private:
  struct Entry {
    std::optional<Product> folded;      // what the fold has made of it
    std::unique_ptr<Product> observed;  // newer than `folded`
  };
  // Products that changed between the cursors and the end of the log as they were at the start. The store may have had
  // such a change in it already when it was read, and a change that is applied twice, with another one after it, can
  // leave a price behind that is not the last one. They are read again once the catalog is past them.
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
  DocumentReader* reader_ = nullptr;  // from start() on, as is log_
  LogSource* log_ = nullptr;
  const PriceFollowerOptions options_;

  // Of the thread alone.
  Catalog catalog_;
  std::vector<std::unique_ptr<PartitionWorker>> workers_;  // by partition
  Unsettled unsettled_;
  std::vector<std::int64_t> committed_;  // the catalog's `next` at the last look
  std::chrono::steady_clock::time_point next_settle_;

  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;  // guarded by mutex_

  std::atomic<bool> caught_up_{false};
  std::mutex stop_mutex_;
  std::condition_variable stop_wanted_;
  bool stopping_ = false;  // guarded by stop_mutex_
  std::thread thread_;
};

// The store as the API reads it: products it reads are shown to the follower as well.
class ObservingReader final : public DocumentReader {
 public:
  ObservingReader(DocumentReader& reader, PriceFollower& prices) : reader_(reader), prices_(prices) {}

  Result<std::optional<Document>> get(Collection collection, std::string_view id) override;
  Result<Page> list(const Query& query) override { return reader_.list(query); }
  Result<Cursor> cursor(const Owner& owner) override { return reader_.cursor(owner); }

 private:
  DocumentReader& reader_;
  PriceFollower& prices_;
};

}  // namespace ordo::cli
