#include "mongo/replacement.h"

#include "base/uuid.h"
#include "mongo/apply.h"
#include "mongo/bson_codec.h"
#include "mongo/bson_writer.h"
#include "mongo/commit_record.h"
#include "mongo/driver.h"
#include "mongo/store.h"

namespace ordo::mongo {
namespace {

constexpr std::string_view kDoing = "replace rebuilt documents";

// {_id, rev}
std::string filter_of(const Replacement& replacement) {
  std::string filter;
  BsonWriter out(filter);
  const auto top = out.begin();
  out.text("_id", replacement.key.id);
  out.int64("rev", *replacement.rev);
  out.end(top);
  return filter;
}

// True when the write found the expected document.
Result<bool> write_one(mongoc_collection_t& collection, const Replacement& replacement) {
  Reply reply;
  bson_error_t error{};
  if (!replacement.replacement) {
    if (!replacement.rev) return true;
    const std::string filter = filter_of(replacement);
    const bson_t filter_bson = view_of(filter);
    if (!mongoc_collection_delete_one(&collection, &filter_bson, nullptr, reply.receive(), &error)) {
      return fail(to_error(error, kDoing));
    }
    return reply.number("deletedCount") == 1;
  }
  const Change change{&*replacement.replacement, !replacement.rev};
  const auto encoded = encode_changes(std::span(&change, 1));
  const RecordedChange& recorded = encoded.changes.front();
  if (!replacement.rev) {
    const auto there = insert_new(collection, {&recorded});
    if (!there) return fail(there.error());
    return there->empty();
  }
  const std::string filter = filter_of(replacement);
  const bson_t filter_bson = view_of(filter);
  const bson_t document = view_of(recorded.bson);
  if (!mongoc_collection_replace_one(&collection, &filter_bson, &document, nullptr, reply.receive(), &error)) {
    const auto outcome = outcome_of(reply, false, error, to_string(replacement.key.collection), kDoing);
    if (!outcome) return fail(outcome.error());
    return fail(unique_index(to_string(replacement.key.collection), outcome->duplicates.front().key));
  }
  return reply.number("matchedCount") == 1;
}

}  // namespace

Result<Cursor> Replacer::settle(const Owner& owner) {
  Store store(database_);
  auto cursor = store.recover(owner);
  if (!cursor || cursor->partitions == 0) return cursor;
  if (auto emptied = store.drop_changes(owner, *cursor); !emptied) return fail(std::move(emptied.error()));
  return cursor;
}

Result<std::size_t> Replacer::replace(std::span<const Replacement> replacements) {
  auto lease = database_.driver().lease(Purpose::write);
  if (!lease) return fail(std::move(lease.error()));
  std::size_t written = 0;
  for (const auto& replacement : replacements) {
    const auto collection = database_.driver().collection(*lease, to_string(replacement.key.collection));
    const auto done = write_one(*collection, replacement);
    if (!done) return fail(done.error());
    if (*done) ++written;
  }
  return written;
}

}  // namespace ordo::mongo
