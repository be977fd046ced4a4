// Reading the database: beside the engine in its own process, or from another process while an engine runs or not.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "embedded/log_feed.h"
#include "embedded/log_tables.h"
#include "embedded/read_pool.h"
#include "process/ports.h"

namespace ordo::embedded {

struct ReaderOptions {
  std::size_t connections = 4;
  // Everything is seen as of open(), all collections and the log at one moment. Holds up the trimming of the
  // write-ahead log while it lives: for checks, not for servers.
  bool snapshot = false;
  const char* vfs = nullptr;      // null: the system's
  const LogFeed* feed = nullptr;  // of an engine in this process, which outlives the reader; null: readers of the log
                                  // ask the file
};

// DocumentReader and LogSource from read-only connections. Any thread; outlives the LogReaders it has opened.
class Reader : public DocumentReader, public LogSource {
 public:
  // kNotFound "no_database", kConflict "other_format".
  static Result<std::unique_ptr<Reader>> open(const std::string& directory, const Topology& topology,
                                              ReaderOptions options = {});

  Result<std::optional<Document>> get(Collection collection, std::string_view id) override;
  Result<Page> list(const Query& query) override;
  Result<Cursor> cursor(const Owner& owner) override;

  // kInvalid "bad_offsets" when `from` names more partitions than there are.
  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) override;
  Result<std::vector<LogRange>> ranges(Topic topic, bool dlq) override;

  // The cursors of every owner that ever ran, for checks.
  Result<std::map<Owner, Cursor>> cursors();

 private:
  Reader(std::unique_ptr<ReadPool> pool, const Topology& topology, const LogFeed* feed)
      : pool_(std::move(pool)), layout_(topology), feed_(feed) {}

  std::unique_ptr<ReadPool> pool_;
  const LogLayout layout_;
  const LogFeed* const feed_;
};

}  // namespace ordo::embedded
