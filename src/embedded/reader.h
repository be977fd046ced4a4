// Reads documents and log: in the engine's process, or from another process, whether or not an engine runs.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "embedded/log_feed.h"
#include "embedded/log_layout.h"
#include "embedded/read_pool.h"
#include "embedded/segment_catalog.h"
#include "embedded/segment_follower.h"
#include "embedded/segment_reader.h"
#include "engine/ports.h"

namespace ordo::embedded {

struct ReaderOptions {
  std::size_t connections = 4;
  // All reads see the state at open(): all collections, and the log that they follow from. While the reader lives, the
  // write-ahead log cannot be trimmed. So use it for checks, not in servers.
  bool snapshot = false;
  const char* vfs = nullptr;  // null: the system's
  // Of an engine in this process; they outlive the reader. Null: log readers look at the files again and again.
  const LogFeed* feed = nullptr;
  SegmentCatalog* catalog = nullptr;
};

// DocumentReader and LogSource on read-only connections. Any thread. Outlives the LogReaders that it opened.
class Reader : public DocumentReader, public LogSource {
 public:
  // kNotFound "no_database", kConflict "other_format".
  static Result<std::unique_ptr<Reader>> open(const std::string& directory, const Topology& topology,
                                              ReaderOptions options = {});

  Result<std::optional<Document>> get(Collection collection, std::string_view id) override;
  Result<Page> list(const Query& query) override;
  Result<std::int64_t> count(const Query& query, std::int64_t most) override;
  Result<Cursor> cursor(const Owner& owner) override;

  // kInvalid "bad_offsets" when `from` names more partitions than exist.
  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) override;
  Result<std::vector<LogRange>> ranges(Topic topic, bool dlq) override;

  // The cursors of every owner that ever ran, for checks.
  Result<std::map<Owner, Cursor>> cursors();

 private:
  class SegmentLogReader;
  Reader(std::string directory, std::unique_ptr<ReadPool> pool, const Topology& topology, const ReaderOptions& options);
  Result<void> refresh();
  Result<void> find_ends(Connection& connection);
  LogRange range(std::size_t partition) const;

  const std::string directory_;
  const std::unique_ptr<ReadPool> pool_;
  const LogLayout layout_;
  const ReaderOptions options_;
  // Without an engine in this process.
  SegmentCatalog own_catalog_;
  std::mutex following_;
  std::optional<SegmentFollower> follower_;
  SegmentCatalog& catalog_;
  std::vector<std::int64_t> ends_;  // of a snapshot, by index of the layout
};

}  // namespace ordo::embedded
