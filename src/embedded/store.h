// The database for its only writer: documents and cursors behind one connection. For the engine's thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "embedded/cursor_table.h"
#include "embedded/document_writer.h"
#include "embedded/sqlite.h"
#include "engine/ports.h"

namespace ordo::embedded {

struct StoreOptions {
  std::string path;           // of the database file
  const char* vfs = nullptr;  // null: the system's
  // When the write-ahead log has this many pages, they are moved into the database file.
  std::int64_t checkpoint_pages = 8'000;
  std::int64_t cache_kib = 32 * 1024;
  // False: a power cut may undo the last commits, each as a whole, up to the last checkpoint. The engine folds the log
  // again from there.
  bool durable_commits = true;
};

// kConflict "other_format" when another version of ordo wrote the file, kNotFound "no_database" when it was never set
// up.
Result<void> check_format(Connection& connection);

// The first offsets that retention has left, by name of the partition.
Result<std::map<std::string, std::int64_t>> read_log_begins(Connection& connection);
// The number of records in the log at the last commit of documents.
Result<std::int64_t> read_log_records(Connection& connection);

class Store {
 public:
  // Opens the file, or sets it up. Takes over the log of a file that 0.1.0 wrote: `directory` is its directory. Errors
  // as Connection::open, check_format and SegmentWriter::open; kIo "no_write_ahead_log".
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options);

  // The id of the log that the documents follow from.
  const std::string& log() const { return log_; }

  Result<void> begin();
  Result<void> commit_step(const Commit& step);
  // A single document, for repairs while no engine runs.
  Result<void> put(const Document& document);
  Result<void> erase(const DocumentKey& key);
  Result<void> commit();
  Result<void> rollback();

  Result<std::vector<std::optional<Document>>> load(std::span<const DocumentKey> keys);
  Result<Cursor> cursor(const Owner& owner) { return read_cursor(connection_, owner); }
  Result<std::map<Owner, Cursor>> cursors() { return read_cursors(connection_); }

  // Records of a partition of the log before this offset are removed. Inside the transaction.
  Result<void> write_log_begin(const std::string& partition, std::int64_t offset);
  // The number of records in the log that the documents follow from with this commit. Inside the transaction.
  Result<void> write_log_records(std::int64_t records);
  Result<std::int64_t> log_records() { return read_log_records(connection_); }

  Result<std::map<std::string, std::int64_t>> log_begins() { return read_log_begins(connection_); }

  // Moves the write-ahead log into the file when it is large enough. Call it outside a transaction. True when it did:
  // then every commit is durable.
  Result<bool> checkpoint_if_due();
  Result<bool> checkpoint();

  // After a disk error: closing writes nothing more.
  void abandon() { connection_.forbid_checkpoint(); }

 private:
  Store(Connection connection, const StoreOptions& options);
  Result<void> configure();
  Result<void> set_up();
  Result<void> create_tables(Collection collection, bool is_new);
  Result<void> prepare();
  Result<void> settle();

  const StoreOptions options_;
  Connection connection_;
  std::string log_;
  // After the connection: their statements are finalized before it closes.
  std::vector<DocumentWriter> documents_;  // by collection
  Statement begin_;
  Statement commit_;
  std::int64_t checkpointed_pages_ = 0;  // in the write-ahead log after the last checkpoint that could not reset it
};

}  // namespace ordo::embedded
