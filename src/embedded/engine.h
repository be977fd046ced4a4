// The embedded engine: log, documents and all processors in one process on one SQLite file.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "embedded/append_queue.h"
#include "embedded/counting_vfs.h"
#include "embedded/engine_loop.h"
#include "embedded/folding.h"
#include "process/commit_listener.h"
#include "process/ports.h"
#include "process/processor.h"
#include "records/topology.h"

namespace ordo::embedded {

struct EngineOptions {
  std::string directory;
  Topology topology;
  QueueLimits queue;
  LoopOptions loop;
  FoldingOptions folding;
  std::size_t read_connections = 4;
  std::int64_t checkpoint_pages = 8'000;  // of the write-ahead log, 4 KiB each
  std::int64_t cache_kib = 32 * 1024;     // pages kept by the writer
  const char* vfs = nullptr;              // of SQLite, for tests with a disk that fails; null: the system's
  // Called once, on the engine's thread, when it has stopped for good: the disk failed, or a record is missing.
  std::function<void(const Error&)> on_fatal;
};

class Engine : public RecordLog, public DocumentReader, public LogSource {
 public:
  // Opens or makes the data directory and checks that every cursor fits the log. `processors` are in the order records
  // flow through them and outlive the engine. kConflict "directory_in_use", "other_format", "partition_count_changed",
  // "log_truncated"; kIo; kCorrupt.
  static Result<std::unique_ptr<Engine>> open(EngineOptions options, std::span<Processor* const> processors);
  // Stops.
  ~Engine() override;

  // Begins to write and fold. Reading is possible before; appends wait until then. Once. `listener`, if any, outlives
  // the engine and hears from its thread what becomes durable.
  void start(CommitListener* listener = nullptr);
  // Makes what was appended durable, answers it, and waits for the engine's thread. Records not yet folded are folded
  // after the next start. Any thread, idempotent.
  void stop();

  // kInvalid "unknown_partition". kBusy, kInvalid and kUnavailable after a stop are answered within the call.
  void append(Record record, Ack ack) override;
  // The same log for whoever is in no hurry: what is appended here goes along with the next commit, within a few
  // hundred milliseconds, and takes no part of the engine's time from those who wait for an answer. Lives as long as
  // the engine.
  RecordLog& follow_ups();

  Result<std::optional<Document>> get(Collection collection, std::string_view id) override;
  Result<Page> list(const Query& query) override;
  Result<Cursor> cursor(const Owner& owner) override;
  // A LogReader must be gone before the engine is.
  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) override;
  Result<std::vector<LogRange>> ranges(Topic topic, bool dlq) override;

  // Records each owner has not folded, as of the last commit. Any thread.
  std::map<Owner, std::int64_t> lags() const;
  // True when nothing waits to be written or folded. Any thread.
  bool idle() const;
  bool wait_idle(std::chrono::milliseconds timeout) const;
  // True after on_fatal. Any thread.
  bool failed() const;

  std::size_t waiting_appends() const;
  const LoopCounters& counters() const;
  const DiskCounters& disk() const;

 private:
  struct Parts;
  class FollowUps;
  explicit Engine(std::unique_ptr<Parts> parts);
  void append(Record record, Ack ack, bool patient);

  std::unique_ptr<Parts> parts_;
  std::unique_ptr<RecordLog> follow_ups_;
};

}  // namespace ordo::embedded
