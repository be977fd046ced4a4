// The embedded engine: log, documents and all processors in one process. The log is in segment files, the documents in
// a SQLite file beside them.
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
#include "engine/commit_listener.h"
#include "engine/ports.h"
#include "engine/processor.h"
#include "records/topology.h"

namespace ordo::embedded {

struct EngineOptions {
  std::string directory;
  Topology topology;
  QueueLimits queue;
  LoopOptions loop;
  FoldingOptions folding;
  std::size_t read_connections = 4;
  std::int64_t checkpoint_pages = 8'000;                  // size of the write-ahead log in pages of 4 KiB
  std::int64_t cache_kib = 32 * 1024;                     // the writer's page cache
  std::uint64_t segment_bytes = std::uint64_t{64} << 20;  // size of a file of the log
  const char* vfs = nullptr;                              // SQLite's, for tests with a failing disk; null: the system's
  // Called once, on the engine's thread, when it has stopped for good: the disk failed, or a record is missing.
  std::function<void(const Error&)> on_fatal;
};

class Engine : public RecordLog, public DocumentReader, public LogSource {
 public:
  // Opens or creates the data directory, and checks that every cursor fits the log. `processors` are in the order in
  // which records flow through them, and outlive the engine. kConflict "directory_in_use", "other_format",
  // "partition_count_changed", "log_truncated"; kIo; kCorrupt.
  static Result<std::unique_ptr<Engine>> open(EngineOptions options, std::span<Processor* const> processors);
  // Stops.
  ~Engine() override;

  // Begins to write and fold. Call it once. Reads are possible before; appends wait until then. `listener`, if any,
  // outlives the engine. The engine's thread notifies it of commits.
  void start(CommitListener* listener = nullptr);
  // Makes accepted appends durable, acknowledges them, and waits for the engine's thread. Unfolded records are folded
  // after the next start. Any thread, idempotent.
  void stop();

  // kInvalid "unknown_partition". With kBusy, kInvalid, or kUnavailable after a stop, `ack` is called within append().
  void append(Record record, Ack ack) override;
  // The same log for appends without urgency. They join the next commit, within a few hundred milliseconds. They take
  // no engine time from clients that wait for an answer. Lives as long as the engine.
  RecordLog& follow_ups();

  Result<std::optional<Document>> get(Collection collection, std::string_view id) override;
  Result<Page> list(const Query& query) override;
  Result<std::int64_t> count(const Query& query, std::int64_t most) override;
  Result<Cursor> cursor(const Owner& owner) override;
  // A LogReader must be destroyed before the engine.
  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) override;
  Result<std::vector<LogRange>> ranges(Topic topic, bool dlq) override;

  // Records that each owner has not folded, as of the last commit: their range, and their number. Any thread.
  std::map<Owner, LogRange> unfolded() const;
  std::map<Owner, std::int64_t> lags() const;
  // True when no append and no fold is pending. Any thread.
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
