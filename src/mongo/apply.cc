#include "mongo/apply.h"

#include <algorithm>

#include "base/log.h"
#include "mongo/bson_writer.h"
#include "mongo/queries.h"

namespace ordo::mongo {
namespace {

constexpr std::size_t kInsertsPerRequest = 500;

// {name: value}, an option of a call.
std::string option(std::string_view name, bool value) {
  std::string options;
  BsonWriter out(options);
  const auto top = out.begin();
  out.boolean(name, value);
  out.end(top);
  return options;
}

Handle<mongoc_bulk_operation_t> new_bulk(mongoc_collection_t& collection) {
  const std::string unordered = option("ordered", false);
  const bson_t bson = view_of(unordered);
  return Handle<mongoc_bulk_operation_t>(mongoc_collection_create_bulk_operation_with_opts(&collection, &bson));
}

// {_id, rev: {$lt: rev}} into `filter`.
void write_filter(const RecordedChange& change, std::string& filter) {
  filter.clear();
  BsonWriter out(filter);
  const auto top = out.begin();
  out.text("_id", change.id);
  const auto rev = out.begin_document("rev");
  out.int64("$lt", change.rev);
  out.end(rev);
  out.end(top);
}

std::string doing(std::string_view what, mongoc_collection_t& collection) {
  return std::string(what) + " " + mongoc_collection_get_name(&collection);
}

Result<Changes> insert_some(mongoc_collection_t& collection, std::span<const RecordedChange* const> changes) {
  const auto bulk = new_bulk(collection);
  const std::string unvalidated = option("validate", false);  // our own bytes; once more would cost for nothing
  const bson_t options = view_of(unvalidated);
  const auto what = doing("insert into", collection);
  for (const auto* change : changes) {
    const bson_t document = view_of(change->bson);
    bson_error_t error{};
    if (!mongoc_bulk_operation_insert_with_opts(bulk.get(), &document, &options, &error)) {
      return fail(to_error(error, what));
    }
  }
  const auto outcome = execute(*bulk, what);
  if (!outcome) return fail(outcome.error());
  Changes there;
  for (const auto index : outcome->duplicates) {
    if (index >= changes.size()) return fail(ErrorCode::kUnavailable, "database_unavailable", what + ": a bad answer");
    there.push_back(changes[index]);
  }
  return there;
}

// How many of them matched.
Result<std::size_t> replace_some(mongoc_collection_t& collection, std::span<const RecordedChange* const> changes) {
  const auto bulk = new_bulk(collection);
  const std::string unvalidated = option("validate", false);
  const bson_t options = view_of(unvalidated);
  const auto what = doing("replace in", collection);
  std::string filter;
  for (const auto* change : changes) {
    write_filter(*change, filter);
    const bson_t filter_bson = view_of(filter);
    const bson_t document = view_of(change->bson);
    bson_error_t error{};
    if (!mongoc_bulk_operation_replace_one_with_opts(bulk.get(), &filter_bson, &document, &options, &error)) {
      return fail(to_error(error, what));
    }
  }
  const auto outcome = execute(*bulk, what);
  if (!outcome) return fail(outcome.error());
  return static_cast<std::size_t>(outcome->matched);
}

// Inserts those of `unmatched` that are not there. Nobody but a person can have caused that, for documents are never
// deleted; the others are there with their rev or a higher one. Which is which only an insert tells without a race.
Result<void> put_back_missing(mongoc_collection_t& collection, const Changes& unmatched) {
  const auto there = insert_new(collection, unmatched);
  if (!there) return fail(there.error());
  if (there->size() < unmatched.size()) {
    log_warn("documents were missing and have been put back", {{"collection", mongoc_collection_get_name(&collection)},
                                                               {"documents", unmatched.size() - there->size()}});
  }
  return {};
}

}  // namespace

Result<Changes> insert_new(mongoc_collection_t& collection, const Changes& changes) {
  Changes there;
  for (std::size_t begin = 0; begin < changes.size(); begin += kInsertsPerRequest) {
    auto some = insert_some(collection,
                            std::span(changes).subspan(begin, std::min(kInsertsPerRequest, changes.size() - begin)));
    if (!some) return some;
    there.insert(there.end(), some->begin(), some->end());
  }
  return there;
}

Result<void> replace_older(mongoc_collection_t& collection, const Changes& changes, std::size_t at_once) {
  Changes unmatched;
  for (std::size_t begin = 0; begin < changes.size(); begin += at_once) {
    const auto some = std::span(changes).subspan(begin, std::min(at_once, changes.size() - begin));
    const auto matched = replace_some(collection, some);
    if (!matched) return fail(matched.error());
    if (*matched < some.size()) unmatched.insert(unmatched.end(), some.begin(), some.end());
  }
  return put_back_missing(collection, unmatched);
}

Result<std::optional<CommitRecord>> find_commit(Database::Driver& driver, const Lease& lease, const Owner& owner,
                                                bool with_changes) {
  const auto commits = driver.collection(lease, kCommits);
  const std::string filter = id_filter(to_string(owner));
  const std::string options = find_options(1, driver.max_time_ms, with_changes ? "" : "changes");
  const bson_t filter_bson = view_of(filter);
  const bson_t options_bson = view_of(options);
  const Handle<mongoc_cursor_t> cursor(
      mongoc_collection_find_with_opts(commits.get(), &filter_bson, &options_bson, driver.primary.get()));
  const auto bson = next_bson(*cursor, "read commit " + to_string(owner));
  if (!bson) return fail(bson.error());
  if (!*bson) return std::nullopt;
  auto record = decode_commit(**bson);
  if (!record) return fail(std::move(record.error()));
  return std::optional<CommitRecord>(std::move(*record));
}

Result<std::vector<Document>> find_by_ids(Database::Driver& driver, mongoc_collection_t& from, Collection collection,
                                          std::span<const std::string_view> ids) {
  const std::string filter = ids.size() == 1 ? id_filter(ids.front()) : ids_filter(ids);
  const std::string options = find_options(ids.size() == 1 ? 1 : 0, driver.max_time_ms, {});
  const bson_t filter_bson = view_of(filter);
  const bson_t options_bson = view_of(options);
  const Handle<mongoc_cursor_t> cursor(
      mongoc_collection_find_with_opts(&from, &filter_bson, &options_bson, driver.primary.get()));
  std::vector<Document> out;
  for (;;) {
    auto document = next_document(*cursor, collection);
    if (!document) return fail(std::move(document.error()));
    if (!*document) return out;
    out.push_back(std::move(**document));
  }
}

}  // namespace ordo::mongo
