#include "embedded/log_takeover.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/time.h"
#include "base/uuid.h"
#include "embedded/log_tables.h"
#include "embedded/meta_table.h"
#include "embedded/segment_writer.h"

namespace ordo::embedded {
namespace {

constexpr ReadLimit kAtOnce{4'096, std::size_t{4} << 20};

// All partitions that have a table, whatever the topology is today.
Result<std::vector<TopicPartition>> read_tables(Connection& writer) {
  auto query =
      writer.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'log\\_%' ESCAPE '\\'");
  if (!query) return fail(std::move(query.error()));
  std::vector<TopicPartition> partitions;
  while (true) {
    auto row = query->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return partitions;
    if (const auto at = parse_log_table(query->text(0))) partitions.push_back(*at);
  }
}

// The log's id, which the database keeps from before the first segment is written: so the next start knows what a start
// that was cut has left.
Result<std::string> note_log(Connection& writer) {
  auto known = read_meta(writer, "log");
  if (!known) return fail(std::move(known.error()));
  if (*known) return std::move(**known);
  std::string log = uuid_v7(now());
  if (auto noted = write_meta(writer, "log", log); !noted) return fail(std::move(noted.error()));
  return log;
}

Result<void> copy_table(Connection& writer, const TopicPartition& at, std::size_t partition, SegmentWriter& log) {
  while (true) {
    auto records = read_log(writer, at, log.end(partition), kAtOnce);
    if (!records) return fail(std::move(records.error()));
    if (records->empty()) return {};
    for (auto& record : *records) {
      const std::int64_t offset = record.offset;
      log.append(partition, record);
      if (record.offset != offset) {
        return fail(ErrorCode::kCorrupt, "damaged_database",
                    log_table(at) + " has no row with the offset " + std::to_string(record.offset));
      }
    }
    if (auto synced = log.sync(); !synced) return synced;
  }
}

}  // namespace

Result<void> take_over_log_tables(Connection& writer, const std::string& path, const char* vfs) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  auto tables = read_tables(writer);
  if (!tables) return fail(std::move(tables.error()));
  auto id = note_log(writer);
  if (!id) return fail(std::move(id.error()));
  log_info("taking over the log of an earlier version", {{"database", path}});
  if (auto removed = remove_log(directory, vfs, *id); !removed) return removed;

  std::vector<SegmentHeader::Partition> begins;
  begins.reserve(tables->size());
  for (const auto& at : *tables) {
    const auto range = read_log_range(writer, at);
    if (!range) return fail(range.error());
    begins.push_back({name_of(at), range->begin});
  }
  SegmentCatalog catalog;
  auto log = SegmentWriter::open(directory, catalog, {*id, vfs, SegmentOptions{}.segment_bytes}, std::move(begins));
  if (!log) return fail(std::move(log.error()));
  for (const auto& at : *tables) {
    auto copied = copy_table(writer, at, catalog.number_of(name_of(at)), **log);
    if (!copied) return copied;
  }

  auto done = writer.execute("BEGIN IMMEDIATE");
  for (const auto& at : *tables) {
    if (done) done = writer.execute("DROP TABLE " + log_table(at));
  }
  if (done) done = write_meta(writer, "records", std::to_string((*log)->records()));
  if (done) done = write_meta(writer, "format", kFormat);
  if (done) done = writer.execute("COMMIT");
  return done;
}

}  // namespace ordo::embedded
