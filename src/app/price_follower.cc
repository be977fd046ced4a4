#include "app/price_follower.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "engine/page_walk.h"

namespace ordo::app {
namespace {

constexpr std::size_t kSettleAtOnce = 500;

using Clock = std::chrono::steady_clock;

}  // namespace

PriceFollower::PriceFollower(const Topology& topology, Currency currency, LocationId location,
                             PriceFollowerOptions options)
    : topology_(topology), options_(options), catalog_(currency, std::move(location)) {}

PriceFollower::~PriceFollower() {
  stop();
}

void PriceFollower::start(DocumentReader& reader, LogSource& log, LogRules rules) {
  ORDO_CHECK(reader_ == nullptr, "started twice");
  reader_ = &reader;
  log_ = &log;
  rules_ = rules;
  thread_ = std::thread([this] { run(); });
}

void PriceFollower::stop() {
  {
    const std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  stop_wanted_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::optional<PricedProduct> PriceFollower::listed(const ProductId& id) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(id.str());
  if (found == entries_.end()) return std::nullopt;
  const auto& entry = found->second;
  return for_sale(entry.observed ? *entry.observed : *entry.folded);
}

void PriceFollower::observe(const Product& product) {
  const std::unique_lock lock(mutex_);
  auto& entry = entries_[product.id.str()];
  if (entry.folded && entry.folded->rev >= product.rev) return;
  if (entry.observed && entry.observed->rev >= product.rev) return;
  entry.observed = std::make_unique<Product>(product);
}

std::size_t PriceFollower::size() const {
  const std::shared_lock lock(mutex_);
  return entries_.size();
}

void PriceFollower::run() {
  auto backoff = options_.min_backoff;
  do {
    auto done = load();
    if (done) {
      backoff = options_.min_backoff;
      done = follow();
    }
    if (done || wait_or_stop(std::chrono::milliseconds(0))) return;
    caught_up_ = false;
    log_warn("price list is rebuilt", {{"error", done.error().text()}, {"wait_ms", backoff.count()}});
    const auto wait = backoff;
    backoff = std::min(backoff * 2, options_.max_backoff);
    if (wait_or_stop(wait)) return;
  } while (true);
}

// Reads the cursors first. A product that is read afterwards contains every change before the cursors.
Result<void> PriceFollower::load() {
  auto cursors = read_cursors();
  if (!cursors) return fail(std::move(cursors.error()));
  if (auto loaded = load_products(); !loaded) return loaded;
  unsettled_.clear();
  committed_.assign(cursors->size(), -1);
  next_settle_ = Clock::now();
  workers_.clear();
  for (std::size_t i = 0; i < cursors->size(); ++i) {
    const Owner owner{ProcessorKind::catalog, static_cast<int>(i)};
    workers_.push_back(
        std::make_unique<PartitionWorker>(catalog_, topology_, owner, std::move((*cursors)[i]), 0, rules_));
  }
  return {};
}

Result<void> PriceFollower::load_products() {
  std::unordered_map<std::string, Entry> loaded;
  std::size_t unreadable = 0;
  Query query;
  query.collection = Collection::products;
  auto walked = each_page(*reader_, std::move(query), [&](Page& page) -> Result<Walk> {
    for (auto& document : page.documents) {
      auto& product = std::get<Product>(document);
      auto id = product.id.str();
      loaded[std::move(id)].folded = std::move(product);
    }
    unreadable += page.unreadable.size();
    if (wait_or_stop(std::chrono::milliseconds(0))) return fail(ErrorCode::kBusy, "stopping", "the process stops");
    return Walk::go_on;
  });
  if (!walked) return walked;
  // An order for such a product gets the answer that it is unknown. Other orders need not wait.
  if (unreadable > 0) log_error("products cannot be read, and cannot be ordered", {{"products", unreadable}});
  log_info("products loaded", {{"products", loaded.size()}});
  const std::unique_lock lock(mutex_);
  entries_ = std::move(loaded);
  return {};
}

Result<std::vector<Cursor>> PriceFollower::read_cursors() {
  std::vector<Cursor> cursors;
  for (int partition = 0; partition < topology_[Topic::product_events].partitions; ++partition) {
    auto cursor = reader_->cursor({ProcessorKind::catalog, partition});
    if (!cursor) return fail(std::move(cursor.error()));
    cursors.push_back(std::move(*cursor));
  }
  return cursors;
}

Result<void> PriceFollower::follow() {
  std::unique_ptr<LogReader> log;
  auto backoff = options_.min_backoff;
  // While the log is unavailable, the view stays usable.
  const auto wait_out = [&](Error error) -> Result<void> {
    if (error.code != ErrorCode::kUnavailable) return fail(std::move(error));
    log_warn("price list waits for the log", {{"error", error.text()}, {"wait_ms", backoff.count()}});
    wait_or_stop(backoff);
    backoff = std::min(backoff * 2, options_.max_backoff);
    return {};
  };
  while (!wait_or_stop(std::chrono::milliseconds(0))) {
    if (log == nullptr) {
      auto opened = open_log();
      if (!opened) {
        if (auto waited = wait_out(std::move(opened.error())); !waited) return waited;
        continue;
      }
      log = std::move(*opened);
    }
    if (!caught_up_ && log->caught_up()) {
      caught_up_ = true;
      log_info("price list has caught up", {{"products", size()}});
    }
    auto records = log->poll(options_.max_records, options_.poll_timeout);
    if (!records) {
      if (auto waited = wait_out(std::move(records.error())); !waited) return waited;
      continue;
    }
    backoff = options_.min_backoff;
    if (auto folded = fold(std::move(*records)); !folded) return folded;
    if (auto settled = settle(); !settled) {
      log_warn("price list cannot look at the store", {{"error", settled.error().text()}});
    }
  }
  return {};
}

Result<std::unique_ptr<LogReader>> PriceFollower::open_log() {
  std::vector<std::int64_t> from;
  from.reserve(workers_.size());
  for (const auto& worker : workers_) from.push_back(worker->next());
  return log_->open_reader(Topic::product_events, false, std::move(from));
}

Result<void> PriceFollower::fold(std::vector<Record> records) {
  std::map<int, std::vector<Record>> batches;
  for (auto& record : records) batches[record.at.partition].push_back(std::move(record));
  for (auto& [partition, batch] : batches) {
    auto& worker = *workers_.at(static_cast<std::size_t>(partition));
    std::erase_if(batch, [&](const Record& record) { return record.offset < worker.next(); });
    if (batch.empty()) continue;
    const auto keys = worker.prepare(std::move(batch));
    if (!keys) return fail(keys.error());
    std::vector<std::optional<Document>> documents;
    for (const auto& key : *keys) documents.emplace_back(folded(key.id));
    worker.supply(*keys, std::move(documents));
    if (auto folded = worker.fold(); !folded) return folded;
    static_cast<void>(worker.take_records());  // the catalog processor sends them
    apply(worker.commit());
    worker.committed();
  }
  return {};
}

std::optional<Product> PriceFollower::folded(std::string_view id) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(std::string(id));
  return found == entries_.end() ? std::nullopt : found->second.folded;
}

void PriceFollower::apply(const Commit& commit) {
  const std::unique_lock lock(mutex_);
  for (const auto& change : commit.changes) {
    const auto& product = std::get<Product>(*change.document);
    auto& entry = entries_[product.id.str()];
    entry.folded = product;
    if (entry.observed && entry.observed->rev <= product.rev) entry.observed.reset();
    // Unsettled: it changed before the view had caught up, or changed again since.
    if (!caught_up_ || unsettled_.contains(product.id.str())) unsettled_[product.id.str()] = commit.cursor->next;
  }
}

Result<void> PriceFollower::settle() {
  if (unsettled_.empty() || Clock::now() < next_settle_) return {};
  next_settle_ = Clock::now() + options_.settle_interval;
  // A cursor may become visible shortly before its documents. So this uses the cursors of the last check, whose
  // documents were written long ago.
  const auto past = committed_;
  std::vector<std::pair<std::string, std::optional<Product>>> read;
  for (const auto& [id, after] : unsettled_) {
    const auto partition = static_cast<std::size_t>(topology_.partition_of(Topic::product_events, id));
    if (past[partition] < after || read.size() == kSettleAtOnce) continue;
    auto document = reader_->get(Collection::products, id);
    if (!document && document.error().reason == kUnreadableDocument) document = std::optional<Document>();
    if (!document) return fail(std::move(document.error()));
    read.emplace_back(id, *document ? std::optional(std::get<Product>(std::move(**document))) : std::nullopt);
  }
  auto cursors = read_cursors();
  if (!cursors) return fail(std::move(cursors.error()));
  for (std::size_t i = 0; i < cursors->size(); ++i) committed_[i] = (*cursors)[i].next;
  const std::unique_lock lock(mutex_);
  for (auto& [id, product] : read) {
    const auto partition = static_cast<std::size_t>(topology_.partition_of(Topic::product_events, id));
    const auto next = workers_[partition]->next();
    if (product) {
      auto& entry = entries_[id];
      entry.folded = std::move(product);
      entry.observed.reset();
    }
    // The product may contain changes that this follower has yet to fold. Then it is read again after them.
    if (committed_[partition] <= next) {
      unsettled_.erase(id);
    } else {
      unsettled_[id] = committed_[partition];
    }
  }
  return {};
}

bool PriceFollower::wait_or_stop(std::chrono::milliseconds time) {
  std::unique_lock lock(stop_mutex_);
  return stop_wanted_.wait_for(lock, time, [this] { return stopping_; });
}

namespace {

bool is_shop_rule(Collection collection) {
  return collection == Collection::tax_rates || collection == Collection::shipping_methods ||
         collection == Collection::promotions;
}

}  // namespace

std::optional<PricedProduct> for_sale(const Product& product) {
  if (product.status == ProductStatus::archived) return std::nullopt;
  return PricedProduct{product.name, product.price, traits_of(product), product.category};
}

Result<std::optional<Document>> ObservingReader::get(Collection collection, std::string_view id) {
  auto document = reader_.get(collection, id);
  if (document && *document) {
    if (collection == Collection::products) prices_.observe(std::get<Product>(**document));
    if (is_shop_rule(collection)) rules_.observe(id_of(**document), rev_of(**document));
  }
  return document;
}

}  // namespace ordo::app
