#include "embedded/engine.h"

#include <mutex>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "embedded/data_directory.h"
#include "embedded/disk_error.h"
#include "embedded/reader.h"
#include "embedded/segment_catalog.h"
#include "embedded/segment_writer.h"

namespace ordo::embedded {

class Engine::FollowUps final : public RecordLog {
 public:
  explicit FollowUps(Engine& engine) : engine_(engine) {}
  void append(Record record, Ack ack) override { engine_.append(std::move(record), std::move(ack), true); }

 private:
  Engine& engine_;
};

// In order of construction. Destruction runs in reverse: connections before the VFS, and the lock last.
struct Engine::Parts {
  Parts(EngineOptions given, DataDirectory locked)
      : options(std::move(given)),
        directory(std::move(locked)),
        vfs(disk, options.vfs),
        layout(options.topology),
        catalog(layout),
        queue(options.queue) {}

  const EngineOptions options;
  DataDirectory directory;
  DiskCounters disk;
  CountingVfs vfs;
  const LogLayout layout;
  SegmentCatalog catalog;
  std::unique_ptr<Store> store;
  std::unique_ptr<SegmentWriter> log;
  std::unique_ptr<Folding> folding;
  AppendQueue queue;
  LoopCounters counters;
  std::unique_ptr<LogFeed> feed;
  std::unique_ptr<Reader> reader;
  std::atomic<bool> failed{false};
  std::mutex stopping;  // only one thread joins
  std::thread thread;

  // For the engine's thread.
  SegmentReader log_reader() { return {catalog, layout, directory.path(), vfs.name()}; }
  void run();
};

Engine::Engine(std::unique_ptr<Parts> parts)
    : parts_(std::move(parts)), follow_ups_(std::make_unique<FollowUps>(*this)) {}

Engine::~Engine() {
  stop();
}

Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options, std::span<Processor* const> processors) {
  auto directory = DataDirectory::lock(options.directory);
  if (!directory) return fail(std::move(directory.error()));
  auto parts = std::make_unique<Parts>(std::move(options), std::move(*directory));
  const EngineOptions& kept = parts->options;

  StoreOptions store_options;
  store_options.path = database_path(kept.directory);
  store_options.vfs = parts->vfs.name();
  store_options.checkpoint_pages = kept.checkpoint_pages;
  store_options.cache_kib = kept.cache_kib;
  store_options.durable_commits = false;
  const auto named = [&](Error error) {
    return disk_error(std::move(error), store_options.path, parts->vfs.failure());
  };
  auto store = Store::open(store_options);
  if (!store) return fail(named(std::move(store.error())));
  parts->store = std::move(*store);
  const auto refuse = [&](Error error) {
    parts->store->abandon();
    return fail(named(std::move(error)));
  };
  // The write-ahead log now exists. SQLite syncs its directory entry, but ignores errors of that sync.
  // guard: engine-syncs-directory
  if (auto synced = sync_data_directory(kept.directory); !synced) return refuse(std::move(synced.error()));

  SegmentOptions log_options;
  log_options.log = parts->store->log();
  log_options.vfs = parts->vfs.name();
  log_options.segment_bytes = kept.segment_bytes;
  auto log = SegmentWriter::open(kept.directory, parts->catalog, log_options, partitions_of(parts->layout));
  if (!log) return refuse(std::move(log.error()));
  parts->log = std::move(*log);
  auto begins = parts->store->log_begins();
  if (!begins) return refuse(std::move(begins.error()));
  parts->catalog.begin_at(*begins);

  auto folding = Folding::open(*parts->store, *parts->log, parts->log_reader(), kept.topology, parts->layout,
                               processors, kept.folding);
  if (!folding) return refuse(std::move(folding.error()));
  parts->folding = std::move(*folding);
  parts->feed = std::make_unique<LogFeed>(parts->layout, parts->folding->ends(), parts->folding->positions());

  ReaderOptions reader_options;
  reader_options.connections = kept.read_connections;
  reader_options.vfs = kept.vfs;
  reader_options.feed = parts->feed.get();
  reader_options.catalog = &parts->catalog;
  auto reader = Reader::open(kept.directory, kept.topology, reader_options);
  if (!reader) {
    Error error = reader.error();
    // The writer has opened the file, so it exists. The disk refused to open it again.
    if (error.reason == "no_database") error = {ErrorCode::kIo, "sqlite", error.message, {}};
    parts->store->abandon();
    return fail(disk_error(std::move(error), store_options.path, std::nullopt));
  }
  parts->reader = std::move(*reader);
  return std::unique_ptr<Engine>(new Engine(std::move(parts)));
}

void Engine::Parts::run() {
  Retention retention(*store, catalog, *log, log_reader(), layout, *folding, options.loop.retention);
  EngineLoop loop(*store, *log, *folding, std::move(retention), queue, *feed, counters, options.loop);
  const auto done = loop.run();
  if (done) return;
  store->abandon();
  failed = true;
  const Error error = disk_error(done.error(), database_path(options.directory), vfs.failure());
  log_error("the engine has stopped for good", {{"code", to_string(error.code)}, {"error", error.text()}});
  if (options.on_fatal) options.on_fatal(error);
}

void Engine::start(CommitListener* listener) {
  ORDO_CHECK(!parts_->thread.joinable(), "started twice");
  if (listener != nullptr) parts_->folding->listen(*listener);
  parts_->thread = std::thread([parts = parts_.get()] { parts->run(); });
}

void Engine::stop() {
  const std::lock_guard lock(parts_->stopping);
  parts_->queue.close(Error{ErrorCode::kUnavailable, "stopping", "the engine is stopping", {}});
  if (parts_->thread.joinable()) parts_->thread.join();
  // Never started: no thread answers these appends.
  for (auto& pending : parts_->queue.take(static_cast<std::size_t>(-1)).appends) {
    pending.ack(fail(ErrorCode::kUnavailable, "stopping", "the engine is stopping"));
  }
}

void Engine::append(Record record, Ack ack) {
  append(std::move(record), std::move(ack), false);
}

RecordLog& Engine::follow_ups() {
  return *follow_ups_;
}

void Engine::append(Record record, Ack ack, bool patient) {
  if (!parts_->layout.contains(record.at)) {
    return ack(
        fail(ErrorCode::kInvalid, "unknown_partition",
             std::string(to_string(record.at.topic)) + " has no partition " + std::to_string(record.at.partition)));
  }
  PendingAppend pending{std::move(record), std::move(ack), patient};
  parts_->feed->began();
  auto pushed = parts_->queue.push(pending);
  if (pushed) return;
  parts_->feed->answered(1);
  pending.ack(fail(std::move(pushed.error())));
}

Result<std::optional<Document>> Engine::get(Collection collection, std::string_view id) {
  return parts_->reader->get(collection, id);
}

Result<Page> Engine::list(const Query& query) {
  return parts_->reader->list(query);
}

Result<std::int64_t> Engine::count(const Query& query, std::int64_t most) {
  return parts_->reader->count(query, most);
}

Result<Cursor> Engine::cursor(const Owner& owner) {
  return parts_->reader->cursor(owner);
}

Result<std::unique_ptr<LogReader>> Engine::open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) {
  return parts_->reader->open_reader(topic, dlq, std::move(from));
}

Result<std::vector<LogRange>> Engine::ranges(Topic topic, bool dlq) {
  return parts_->reader->ranges(topic, dlq);
}

std::map<Owner, LogRange> Engine::unfolded() const {
  return parts_->feed->unfolded();
}

std::map<Owner, std::int64_t> Engine::lags() const {
  return parts_->feed->lags();
}

bool Engine::idle() const {
  return parts_->feed->idle();
}

bool Engine::wait_idle(std::chrono::milliseconds timeout) const {
  return parts_->feed->wait_idle(timeout);
}

bool Engine::failed() const {
  return parts_->failed;
}

std::size_t Engine::waiting_appends() const {
  const auto waiting = parts_->queue.waiting();
  return waiting.count + waiting.patient;
}

const LoopCounters& Engine::counters() const {
  return parts_->counters;
}

const DiskCounters& Engine::disk() const {
  return parts_->disk;
}

}  // namespace ordo::embedded
