#include "embedded/store.h"

#include <utility>

#include "base/number.h"
#include "base/time.h"
#include "base/uuid.h"
#include "embedded/document_fill.h"
#include "embedded/document_schema.h"
#include "embedded/log_takeover.h"
#include "embedded/meta_table.h"

namespace ordo::embedded {
namespace {

// When the write-ahead log is this many times its bound, a checkpoint that waits for readers truncates it.
constexpr std::int64_t kTruncateFactor = 8;

}  // namespace

Result<void> check_format(Connection& connection) {
  auto format = read_meta(connection, "format");
  if (!format) return fail(std::move(format.error()));
  if (*format == kFormat) return {};
  if (*format == kFormatWithLog) {
    return fail(ErrorCode::kConflict, "older_format",
                "the database is as an earlier version of ordo left it; start `ordo serve` once, which takes it over");
  }
  return fail(ErrorCode::kConflict, "other_format",
              "the database has format " + format->value_or("none") + " and this version of ordo reads format " +
                  std::string(kFormat) + "; use the version that wrote it");
}

Result<std::map<std::string, std::int64_t>> read_log_begins(Connection& connection) {
  auto query = connection.prepare("SELECT partition, begin FROM log_begins");
  if (!query) return fail(std::move(query.error()));
  std::map<std::string, std::int64_t> begins;
  while (true) {
    auto row = query->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return begins;
    begins.emplace(query->text(0), query->integer(1));
  }
}

Result<std::int64_t> read_log_records(Connection& connection) {
  const auto text = read_meta(connection, "records");
  if (!text) return fail(text.error());
  return parse_integer<std::int64_t>(text->value_or("")).value_or(0);
}

Store::Store(Connection connection, const StoreOptions& options)
    : options_(options), connection_(std::move(connection)) {}

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options) {
  auto connection = Connection::open(options.path, Connection::Mode::kWriter, options.vfs);
  if (!connection) return fail(std::move(connection.error()));
  // Not make_unique: the constructor is private. The address must not change: document writers refer to the connection.
  std::unique_ptr<Store> store(new Store(std::move(*connection), options));
  auto ready = store->configure();
  if (ready) ready = store->set_up();
  if (ready) ready = store->prepare();
  // guard: store-settles
  if (ready) ready = store->settle();
  if (ready && !options.durable_commits) ready = store->connection_.execute("PRAGMA synchronous = NORMAL");
  if (!ready) {
    // guard: store-abandons-open
    store->abandon();
    return fail(std::move(ready.error()));
  }
  return store;
}

Result<void> Store::configure() {
  // The page size only applies while the file is empty. No exclusive lock: readers in other processes need access.
  auto set = connection_.execute(
      // guard: store-sync-full
      "PRAGMA page_size = 4096; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;"
      "PRAGMA cache_size = -" +
      std::to_string(options_.cache_kib) + "; PRAGMA cache_spill = OFF");
  if (!set) return set;
  // Where a write-ahead log is impossible, SQLite continues without one and reports no error.
  auto mode = connection_.prepare("PRAGMA journal_mode = WAL");
  if (!mode) return fail(std::move(mode.error()));
  auto row = mode->step();
  if (!row) return fail(std::move(row.error()));
  const bool kept = *row && mode->text(0) == "wal";
  // The file has the new mode only at the end of the statement.
  if (row = mode->step(); !row) return fail(std::move(row.error()));
  // guard: store-write-ahead
  if (kept) return {};
  return fail(ErrorCode::kIo, "no_write_ahead_log",
              "cannot keep a write-ahead log beside " + options_.path +
                  ": its file system has no shared memory, like most network file systems; choose a data directory "
                  "on a local disk, then start again");
}

Result<void> Store::set_up() {
  const auto format = read_meta(connection_, "format");
  const bool is_new = !format && format.error().code == ErrorCode::kNotFound;
  if (!format && !is_new) return fail(format.error());
  Result<void> done;
  if (format && *format == kFormatWithLog) {
    done = take_over_log_tables(connection_, options_.path, options_.vfs);
  } else if (format) {
    done = check_format(connection_);
  }
  if (done) done = connection_.execute("BEGIN IMMEDIATE");
  if (done && is_new) {
    done = connection_.execute(
        "CREATE TABLE meta(name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;"
        "INSERT INTO meta VALUES('format', '" +
        std::string(kFormat) + "'), ('created_at', '" + to_rfc3339(now()) + "'), ('log', '" + uuid_v7(now()) + "')");
  }
  if (done) done = create_cursor_table(connection_);
  if (done) {
    done = connection_.execute(
        "CREATE TABLE IF NOT EXISTS log_begins(partition TEXT PRIMARY KEY NOT NULL, begin INTEGER NOT NULL) WITHOUT "
        "ROWID");
  }
  for (std::size_t i = 0; done && i < kCollections; ++i) done = create_tables(static_cast<Collection>(i), is_new);
  if (done) done = connection_.execute("COMMIT");
  for (std::size_t i = 0; done && !is_new && i < kCollections; ++i) {
    const auto collection = static_cast<Collection>(i);
    done = fill_columns(connection_, collection);
    // After the fill, whose updates would otherwise move the entries.
    if (done) done = DocumentSchema(collection).create_indexes(connection_);
  }
  if (!done) return done;
  auto log = read_meta(connection_, "log");
  if (!log) return fail(std::move(log.error()));
  log_ = log->value_or("");
  return {};
}

Result<void> Store::create_tables(Collection collection, bool is_new) {
  const DocumentSchema schema(collection);
  const auto to_fill = schema.create(connection_);
  if (!to_fill) return fail(to_fill.error());
  // guard: store-fills-new-columns
  if (*to_fill) return request_fill(connection_, collection);
  return is_new ? schema.create_indexes(connection_) : Result<void>();
}

Result<void> Store::prepare() {
  documents_.reserve(kCollections);
  for (std::size_t i = 0; i < kCollections; ++i) {
    auto writer = DocumentWriter::open(connection_, static_cast<Collection>(i));
    if (!writer) return fail(std::move(writer.error()));
    documents_.push_back(std::move(*writer));
  }
  auto begin = connection_.prepare("BEGIN IMMEDIATE");
  auto commit = connection_.prepare("COMMIT");
  if (!begin) return fail(std::move(begin.error()));
  if (!commit) return fail(std::move(commit.error()));
  begin_ = std::move(*begin);
  commit_ = std::move(*commit);
  return {};
}

// After a failed sync, pages may seem to be on the disk although they are not: the system caches them and considers
// them written. An engine that stopped for such a failure may have left its last commit in this state. A crash of the
// machine would lose it, and everything after it in the write-ahead log. So ordo does not build on what it found: it
// writes it again, into the database file. If a reader in another process blocks this for long, the state stays as it
// is.
Result<void> Store::settle() {
  auto moved = connection_.checkpoint(Connection::Checkpoint::kWhole);
  if (!moved) return fail(std::move(moved.error()));
  return {};
}

Result<void> Store::begin() {
  return begin_.run();
}

Result<void> Store::commit() {
  return commit_.run();
}

Result<void> Store::rollback() {
  return connection_.execute("ROLLBACK");
}

Result<void> Store::commit_step(const Commit& step) {
  for (const auto& change : step.changes) {
    const auto collection = static_cast<std::size_t>(collection_of(*change.document));
    if (auto done = documents_[collection].put(*change.document, change.created); !done) return done;
  }
  return write_cursor(connection_, step.owner, *step.cursor);
}

Result<void> Store::put(const Document& document) {
  return documents_[static_cast<std::size_t>(collection_of(document))].put(document, false);
}

Result<void> Store::erase(const DocumentKey& key) {
  return documents_[static_cast<std::size_t>(key.collection)].erase(key.id);
}

Result<std::vector<std::optional<Document>>> Store::load(std::span<const DocumentKey> keys) {
  std::vector<std::optional<Document>> documents;
  documents.reserve(keys.size());
  for (const auto& key : keys) {
    auto document = documents_[static_cast<std::size_t>(key.collection)].load(key.id);
    if (!document) return fail(std::move(document.error()));
    documents.push_back(std::move(*document));
  }
  return documents;
}

Result<void> Store::write_log_begin(const std::string& partition, std::int64_t offset) {
  auto statement = connection_.cached("INSERT OR REPLACE INTO log_begins VALUES(?, ?)");
  if (!statement) return fail(std::move(statement.error()));
  (*statement)->bind(1, std::string_view(partition));
  (*statement)->bind(2, offset);
  return (*statement)->run();
}

Result<void> Store::write_log_records(std::int64_t records) {
  return write_meta(connection_, "records", std::to_string(records));
}

Result<bool> Store::checkpoint_if_due() {
  const std::int64_t pages = connection_.wal_pages();
  // The write-ahead log has restarted since a checkpoint that readers had blocked.
  if (pages < checkpointed_pages_) checkpointed_pages_ = 0;
  if (pages < options_.checkpoint_pages || pages - checkpointed_pages_ < options_.checkpoint_pages) return false;
  return checkpoint();
}

Result<bool> Store::checkpoint() {
  const std::int64_t pages = connection_.wal_pages();
  const bool far_too_long = pages >= options_.checkpoint_pages * kTruncateFactor;
  auto moved =
      connection_.checkpoint(far_too_long ? Connection::Checkpoint::kTruncate : Connection::Checkpoint::kPassive);
  if (moved) checkpointed_pages_ = pages;
  return moved;
}

}  // namespace ordo::embedded
