#include "mongo/apply.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

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

Error bad_answer(const std::string& what) {
  return {ErrorCode::kUnavailable, "database_unavailable", what + ": the server's answer is inconsistent", {}};
}

Result<std::vector<Met>> insert_some(mongoc_collection_t& collection, std::span<const RecordedChange* const> changes) {
  const auto bulk = new_bulk(collection);
  const std::string unvalidated = option("validate", false);  // our own bytes; another check would only cost time
  const bson_t options = view_of(unvalidated);
  const auto what = doing("insert into", collection);
  for (const auto* change : changes) {
    const bson_t document = view_of(change->bson);
    bson_error_t error{};
    if (!mongoc_bulk_operation_insert_with_opts(bulk.get(), &document, &options, &error)) {
      return fail(to_error(error, what));
    }
  }
  auto outcome = execute(*bulk, mongoc_collection_get_name(&collection), what);
  if (!outcome) return fail(std::move(outcome.error()));
  std::vector<Met> there;
  for (auto& [position, key] : outcome->duplicates) {
    if (position >= changes.size()) return fail(bad_answer(what));
    there.push_back({changes[position], std::move(key)});
  }
  // With errors, servers report different counts.
  if (there.empty() && outcome->inserted != std::ssize(changes)) return fail(bad_answer(what));
  return there;
}

// Returns how many matched.
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
  const auto outcome = execute(*bulk, mongoc_collection_get_name(&collection), what);
  if (!outcome) return fail(outcome.error());
  // A replacement keeps its document's id, so the duplicate is not in the index of `_id`.
  if (!outcome->duplicates.empty()) {
    return fail(unique_index(mongoc_collection_get_name(&collection), outcome->duplicates.front().key));
  }
  return static_cast<std::size_t>(outcome->matched);
}

// The revs of the documents with these ids, from the primary; -1 for a document without one.
Result<std::unordered_map<std::string, std::int64_t>> find_revs(mongoc_collection_t& collection,
                                                                std::span<const Met> changes) {
  std::vector<std::string_view> ids;
  ids.reserve(changes.size());
  for (const auto& met : changes) ids.push_back(met.change->id);
  const std::string filter = ids.size() == 1 ? id_filter(ids.front()) : ids_filter(ids);
  const std::string options = projection({"rev"});
  const bson_t filter_bson = view_of(filter);
  const bson_t options_bson = view_of(options);
  const Handle<mongoc_read_prefs_t> primary(mongoc_read_prefs_new(MONGOC_READ_PRIMARY));
  const Handle<mongoc_cursor_t> cursor(
      mongoc_collection_find_with_opts(&collection, &filter_bson, &options_bson, primary.get()));
  std::unordered_map<std::string, std::int64_t> revs;
  for (;;) {
    const auto bson = next_bson(*cursor, doing("read back from", collection));
    if (!bson) return fail(bson.error());
    if (!*bson) return revs;
    const bson_t found = view_of(**bson);
    bson_iter_t id;
    bson_iter_t rev;
    if (!bson_iter_init_find(&id, &found, "_id") || !BSON_ITER_HOLDS_UTF8(&id)) continue;
    const bool has_rev = bson_iter_init_find(&rev, &found, "rev") && BSON_ITER_HOLDS_NUMBER(&rev);
    revs[bson_iter_utf8(&id, nullptr)] = has_rev ? bson_iter_as_int64(&rev) : -1;
  }
}

// Checks that each document exists with its rev or a higher one.
Result<void> read_back(mongoc_collection_t& collection, std::span<const Met> changes) {
  const auto revs = find_revs(collection, changes);
  if (!revs) return fail(revs.error());
  const std::string_view name = mongoc_collection_get_name(&collection);
  for (const auto& met : changes) {
    const auto found = revs->find(std::string(met.change->id));
    if (found == revs->end()) return fail(unique_index(name, met.key));
    if (found->second >= met.change->rev) continue;
    return fail(
        ErrorCode::kUnavailable, "foreign_document",
        "collection " + std::string(name) + ", _id \"" + std::string(met.change->id) +
            "\": ordo cannot write this document because another program stored one with the same id: remove that one");
  }
  return {};
}

// Inserts those of `unmatched` that are missing. Only a person can have removed them, because ordo never deletes
// documents. The others have their rev or a higher one. Only an insert distinguishes them without a race.
Result<void> put_back_missing(mongoc_collection_t& collection, const Changes& unmatched, const Pace& pace) {
  const auto there = insert_new(collection, unmatched);
  if (!there) return fail(there.error());
  if (there->size() < unmatched.size()) {
    log_warn("documents were missing and have been put back", {{"collection", mongoc_collection_get_name(&collection)},
                                                               {"documents", unmatched.size() - there->size()}});
  }
  for (std::size_t begin = 0; begin < there->size(); begin += pace.ids) {
    const auto some = std::span(*there).subspan(begin, std::min(pace.ids, there->size() - begin));
    if (auto known = read_back(collection, some); !known) return known;
  }
  return {};
}

}  // namespace

Result<std::vector<Met>> insert_new(mongoc_collection_t& collection, const Changes& changes) {
  std::vector<Met> there;
  for (std::size_t begin = 0; begin < changes.size(); begin += kInsertsPerRequest) {
    auto some = insert_some(collection,
                            std::span(changes).subspan(begin, std::min(kInsertsPerRequest, changes.size() - begin)));
    if (!some) return some;
    std::move(some->begin(), some->end(), std::back_inserter(there));
  }
  return there;
}

Result<void> replace_older(mongoc_collection_t& collection, const Changes& changes, const Pace& pace) {
  Changes unmatched;
  for (std::size_t begin = 0; begin < changes.size(); begin += pace.replaces) {
    const auto some = std::span(changes).subspan(begin, std::min(pace.replaces, changes.size() - begin));
    const auto matched = replace_some(collection, some);
    if (!matched) return fail(matched.error());
    if (*matched < some.size()) unmatched.insert(unmatched.end(), some.begin(), some.end());
  }
  return put_back_missing(collection, unmatched, pace);
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
