// The database for its only writer: log, documents and cursors behind one connection and one transaction. For the
// engine's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "embedded/cursor_table.h"
#include "embedded/document_writer.h"
#include "embedded/log_tables.h"
#include "embedded/sqlite.h"
#include "engine/ports.h"

namespace ordo::embedded {

struct StoreOptions {
  std::string path;           // of the database file
  const char* vfs = nullptr;  // null: the system's
  // When the write-ahead log has this many pages, they are moved into the database file.
  std::int64_t checkpoint_pages = 8'000;
  std::int64_t cache_kib = 32 * 1024;
};

// kConflict "other_format" when another version of ordo wrote the file, kNotFound "no_database" when it was never set
// up.
Result<void> check_format(Connection& connection);

class Store {
 public:
  // Opens the file, or sets it up for `layout`. Errors as Connection::open and check_format; kIo "no_write_ahead_log".
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options, const LogLayout& layout);

  Result<void> begin();
  Result<void> append(std::size_t partition, const Record& record) { return log_->append(partition, record); }
  Result<void> commit_step(const Commit& step);
  // A single document, for repairs while no engine runs.
  Result<void> put(const Document& document);
  Result<void> erase(const DocumentKey& key);
  Result<void> commit();
  Result<void> rollback();

  Result<std::vector<std::optional<Document>>> load(std::span<const DocumentKey> keys);
  Result<std::vector<Record>> read(const TopicPartition& at, std::int64_t offset, ReadLimit limit) {
    return read_log(connection_, at, offset, limit);
  }
  Result<LogRange> range(const TopicPartition& at) { return read_log_range(connection_, at); }
  Result<std::vector<RecordAge>> ages(const TopicPartition& at, std::size_t max) {
    return read_ages(connection_, at, max);
  }
  Result<void> remove_before(const TopicPartition& at, std::int64_t offset) {
    return remove_log(connection_, at, offset);
  }
  Result<Cursor> cursor(const Owner& owner) { return read_cursor(connection_, owner); }
  Result<std::map<Owner, Cursor>> cursors() { return read_cursors(connection_); }

  // Moves the write-ahead log into the file when it is large enough; true when it did. Call it outside a transaction.
  Result<bool> checkpoint_if_due();

  // After a disk error: closing writes nothing more.
  void abandon() { connection_.forbid_checkpoint(); }

 private:
  Store(Connection connection, const StoreOptions& options);
  Result<void> configure();
  Result<void> set_up(const LogLayout& layout);
  Result<void> create_tables(Collection collection, bool is_new);
  Result<void> prepare(const LogLayout& layout);
  Result<void> settle();

  const StoreOptions options_;
  Connection connection_;
  // After the connection: their statements are finalized before it closes.
  std::optional<LogWriter> log_;
  std::vector<DocumentWriter> documents_;  // by collection
  Statement begin_;
  Statement commit_;
  std::int64_t checkpointed_pages_ = 0;  // in the write-ahead log after the last checkpoint that could not reset it
};

}  // namespace ordo::embedded
