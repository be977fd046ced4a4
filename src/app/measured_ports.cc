#include "app/measured_ports.h"

#include <utility>

#include "http/metrics.h"

namespace ordo::app {
namespace {

constexpr std::size_t kMaxReasons = 32;
constexpr std::string_view kNames[kStoreOperations] = {"recover", "load", "commit", "get", "list", "cursor"};

}  // namespace

void PortTimes::appended(std::chrono::steady_clock::duration took, const Error* error) {
  appends_.observe(took);
  if (error == nullptr) return;
  const std::lock_guard lock(mutex_);
  const bool room = failed_.contains(error->reason) || failed_.size() < kMaxReasons;
  ++failed_[room ? error->reason : "other"];
}

void PortTimes::append_metrics(std::string& out, const Histogram* commits) const {
  constexpr std::string_view kStore = "ordo_store_seconds";
  http::append_head(kStore, "histogram", "Duration of operations on the document store.", out);
  const bool engine = commits != nullptr;
  for (std::size_t i = 0; i < kStoreOperations; ++i) {
    const auto operation = static_cast<StoreOperation>(i);
    if (engine && (operation == StoreOperation::recover || operation == StoreOperation::load)) continue;
    const bool own = engine && operation == StoreOperation::commit;
    http::append_histogram(kStore, {{"operation", kNames[i]}}, own ? commits->figures() : store_[i].figures(), out);
  }
  constexpr std::string_view kLog = "ordo_log_seconds";
  http::append_head(kLog, "histogram", "Time until the log has made a record durable.", out);
  http::append_histogram(kLog, {{"operation", "append"}}, appends_.figures(), out);
  if (!engine) http::append_histogram(kLog, {{"operation", "send"}}, sends_.figures(), out);
  constexpr std::string_view kFailed = "ordo_appends_failed_total";
  http::append_head(kFailed, "counter", "Records of the API that the log refused.", out);
  const std::lock_guard lock(mutex_);
  for (const auto& [reason, count] : failed_) http::append_sample(kFailed, {{"reason", reason}}, count, out);
}

void MeasuredLog::append(Record record, Ack ack) {
  const auto begun = std::chrono::steady_clock::now();
  log_.append(std::move(record), [&times = times_, begun, ack = std::move(ack)](Result<LogPosition> result) {
    times.appended(std::chrono::steady_clock::now() - begun, result ? nullptr : &result.error());
    ack(std::move(result));
  });
}

Result<std::optional<Document>> MeasuredReader::get(Collection collection, std::string_view id) {
  const Stopwatch watch(times_.of(StoreOperation::get));
  return reader_.get(collection, id);
}

Result<Page> MeasuredReader::list(const Query& query) {
  const Stopwatch watch(times_.of(StoreOperation::list));
  return reader_.list(query);
}

Result<std::int64_t> MeasuredReader::count(const Query& query, std::int64_t most) {
  const Stopwatch watch(times_.of(StoreOperation::list));
  return reader_.count(query, most);
}

Result<Cursor> MeasuredReader::cursor(const Owner& owner) {
  const Stopwatch watch(times_.of(StoreOperation::cursor));
  return reader_.cursor(owner);
}

Result<Cursor> MeasuredStore::recover(const Owner& owner) {
  const Stopwatch watch(times_.of(StoreOperation::recover));
  return store_->recover(owner);
}

Result<std::vector<std::optional<Document>>> MeasuredStore::load(const Owner& owner, std::int64_t from,
                                                                 std::span<const DocumentKey> keys) {
  const Stopwatch watch(times_.of(StoreOperation::load));
  return store_->load(owner, from, keys);
}

Result<void> MeasuredStore::commit(const Commit& commit) {
  const Stopwatch watch(times_.of(StoreOperation::commit));
  return store_->commit(commit);
}

Result<void> MeasuredProducer::send(std::span<const Record> records, std::chrono::milliseconds timeout) {
  const Stopwatch watch(times_.sends());
  return producer_->send(records, timeout);
}

}  // namespace ordo::app
