// Wraps the ports of the engine to measure them: the time of the log and the store, and the reasons of failed appends.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/histogram.h"
#include "engine/ports.h"

namespace ordo::app {

enum class StoreOperation { recover, load, commit, get, list, cursor };
inline constexpr std::size_t kStoreOperations = 6;

// Any thread. Failed attempts count too, so that timeouts show.
class PortTimes {
 public:
  Histogram& of(StoreOperation operation) { return store_[static_cast<std::size_t>(operation)]; }
  Histogram& sends() { return sends_; }
  void appended(std::chrono::steady_clock::duration took, const Error* error);

  // `commits`: the commit times that the embedded engine measures itself. That engine has neither recover, load nor
  // send.
  void append_metrics(std::string& out, const Histogram* commits = nullptr) const;

 private:
  std::array<Histogram, kStoreOperations> store_;
  Histogram appends_;
  Histogram sends_;
  mutable std::mutex mutex_;
  // By reason, bounded. Starts with the reasons that every log may have. Guarded by mutex_.
  std::map<std::string, std::uint64_t, std::less<>> failed_{{"broker_unavailable", 0}, {"queue_full", 0}};
};

// For the appends of the API. The times outlive every ack.
class MeasuredLog final : public RecordLog {
 public:
  MeasuredLog(RecordLog& log, PortTimes& times) : log_(log), times_(times) {}
  void append(Record record, Ack ack) override;

 private:
  RecordLog& log_;
  PortTimes& times_;
};

class MeasuredReader final : public DocumentReader {
 public:
  MeasuredReader(DocumentReader& reader, PortTimes& times) : reader_(reader), times_(times) {}
  Result<std::optional<Document>> get(Collection collection, std::string_view id) override;
  Result<Page> list(const Query& query) override;
  Result<std::int64_t> count(const Query& query, std::int64_t most) override;
  Result<Cursor> cursor(const Owner& owner) override;

 private:
  DocumentReader& reader_;
  PortTimes& times_;
};

class MeasuredStore final : public StateStore {
 public:
  MeasuredStore(std::unique_ptr<StateStore> store, PortTimes& times) : store_(std::move(store)), times_(times) {}
  Result<Cursor> recover(const Owner& owner) override;
  Result<std::vector<std::optional<Document>>> load(const Owner& owner, std::int64_t from,
                                                    std::span<const DocumentKey> keys) override;
  Result<void> commit(const Commit& commit) override;

 private:
  const std::unique_ptr<StateStore> store_;
  PortTimes& times_;
};

class MeasuredProducer final : public StepProducer {
 public:
  MeasuredProducer(std::unique_ptr<StepProducer> producer, PortTimes& times)
      : producer_(std::move(producer)), times_(times) {}
  Result<void> send(std::span<const Record> records, std::chrono::milliseconds timeout) override;

 private:
  const std::unique_ptr<StepProducer> producer_;
  PortTimes& times_;
};

}  // namespace ordo::app
