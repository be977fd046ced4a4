#include "embedded/document_fill.h"

#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/number.h"
#include "embedded/document_writer.h"
#include "embedded/meta_table.h"

namespace ordo::embedded {
namespace {

// Of one transaction. The connection keeps the changed pages in memory until its end.
constexpr std::int64_t kDocuments = 2'000;
constexpr std::int64_t kMaxPages = 8'000;  // of the write-ahead log, before a checkpoint

std::string mark_of(Collection collection) {
  return "fill:" + std::string(to_string(collection));
}

// The row after which to continue; nullopt: nothing is to be filled.
Result<std::optional<std::int64_t>> read_mark(Connection& writer, Collection collection) {
  const auto mark = read_meta(writer, mark_of(collection));
  if (!mark) return fail(mark.error());
  if (!*mark) return std::nullopt;
  return parse_integer<std::int64_t>(**mark).value_or(0);
}

Result<void> write_mark(Connection& writer, Collection collection, std::int64_t after) {
  return write_meta(writer, mark_of(collection), std::to_string(after));
}

// Fills the columns of the next documents. Returns the last row, or nullopt when there was none.
Result<std::optional<std::int64_t>> fill_some(Connection& writer, DocumentWriter& documents, Collection collection,
                                              std::int64_t after) {
  auto query = writer.prepare("SELECT rowid, body FROM " + std::string(to_string(collection)) +
                              " WHERE rowid > ? ORDER BY rowid LIMIT ?");
  if (!query) return fail(std::move(query.error()));
  query->bind(1, after);
  query->bind(2, kDocuments);
  std::vector<Document> found;
  std::optional<std::int64_t> last;
  while (true) {
    const auto row = query->step();
    if (!row) return fail(row.error());
    if (!*row) break;
    last = query->integer(0);
    // A document that cannot be read is in no list.
    if (auto document = document_from_json(collection, query->text(1))) found.push_back(std::move(*document));
  }
  query->reset();
  for (const auto& document : found) {
    if (auto done = documents.refresh(document); !done) return fail(std::move(done.error()));
  }
  return last;
}

}  // namespace

Result<void> request_fill(Connection& writer, Collection collection) {
  return write_mark(writer, collection, 0);
}

Result<void> fill_columns(Connection& writer, Collection collection) {
  auto mark = read_mark(writer, collection);
  if (!mark) return fail(std::move(mark.error()));
  if (!*mark) return {};
  log_info("fills the indexes that are new in this release", {{"collection", to_string(collection)}});
  auto documents = DocumentWriter::open(writer, collection);
  if (!documents) return fail(std::move(documents.error()));
  while (*mark) {
    if (auto begun = writer.execute("BEGIN IMMEDIATE"); !begun) return begun;
    mark = fill_some(writer, *documents, collection, **mark);
    if (!mark) return fail(std::move(mark.error()));
    auto noted = *mark ? write_mark(writer, collection, **mark)
                       : writer.execute("DELETE FROM meta WHERE name = '" + mark_of(collection) + "'");
    if (noted) noted = writer.execute("COMMIT");
    if (!noted) return noted;
    if (writer.wal_pages() < kMaxPages) continue;
    if (auto moved = writer.checkpoint(Connection::Checkpoint::kPassive); !moved) return fail(moved.error());
  }
  return {};
}

}  // namespace ordo::embedded
