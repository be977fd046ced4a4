#include "mongo/computed_fields.h"

#include <optional>
#include <string>

#include "base/log.h"
#include "mongo/bson_codec.h"
#include "mongo/queries.h"

namespace ordo::mongo {
namespace {

constexpr std::int64_t kDocuments = 500;  // of one step

// The values of `document`; null: none.
void write_values(const IndexField& field, std::size_t filter, const IndexEntries* entries, BsonWriter& out) {
  const auto array = field.many ? out.begin_array(field.path) : BsonWriter::Mark{};
  ArrayIndex index;
  std::size_t count = 0;
  for (std::size_t i = 0; entries != nullptr && i < entries->values.size(); ++i) {
    const auto& [of, value] = entries->values[i];
    if (of == filter) out.text(field.many ? index(count++) : field.path, value);
  }
  if (field.many) return out.end(array);
  if (entries == nullptr) out.text(field.path, "");
}

// {path: {$exists: false}}
std::string without_field(std::string_view path) {
  std::string filter;
  BsonWriter out(filter);
  const auto top = out.begin();
  const auto field = out.begin_document(path);
  out.boolean("$exists", false);
  out.end(field);
  out.end(top);
  return filter;
}

// One step of a fill: adds the field to some documents that lack it.
class Filling {
 public:
  Filling(mongoc_collection_t& documents, Collection collection, std::size_t filter)
      : collection_(collection),
        filter_(filter),
        bulk_(mongoc_collection_create_bulk_operation_with_opts(&documents, nullptr)) {}

  Result<void> add(std::string_view bytes) {
    const bson_t bson = view_of(bytes);
    bson_iter_t id;
    bson_iter_t rev;
    if (!bson_iter_init_find(&id, &bson, "_id") || !bson_iter_init_find(&rev, &bson, "rev")) return {};
    // Another process may have replaced the document in the meantime, with the field.
    bson_t* same = bson_new();
    bson_append_iter(same, "_id", -1, &id);
    bson_append_iter(same, "rev", -1, &rev);
    const std::string set = update_of(bytes);
    const bson_t update = view_of(set);
    bson_error_t error{};
    const bool taken = mongoc_bulk_operation_update_one_with_opts(bulk_.get(), same, &update, nullptr, &error);
    bson_destroy(same);
    if (!taken) return fail(to_error(error, "fill an index"));
    ++added_;
    return {};
  }

  // How many documents have the field now.
  Result<std::int64_t> write() {
    if (added_ == 0) return 0;
    const auto outcome = execute(*bulk_, to_string(collection_), "fill an index");
    if (!outcome) return fail(outcome.error());
    return outcome->matched;
  }

 private:
  // {$set: {path: values}}. A document that cannot be read is found by no value.
  std::string update_of(std::string_view bytes) const {
    const auto document = document_from_bson(collection_, bytes);
    std::optional<IndexEntries> entries;
    if (document) entries = index_entries(*document);
    std::string update;
    BsonWriter out(update);
    const auto top = out.begin();
    const auto set = out.begin_document("$set");
    write_values(spec_of(collection_).filters[filter_], filter_, entries ? &*entries : nullptr, out);
    out.end(set);
    out.end(top);
    return update;
  }

  const Collection collection_;
  const std::size_t filter_;
  const Handle<mongoc_bulk_operation_t> bulk_;
  std::size_t added_ = 0;
};

// Returns how many documents got the field; 0: none lacks it, or none of them is ordo's.
Result<std::int64_t> fill_some(mongoc_collection_t& documents, Collection collection, std::size_t filter) {
  const std::string missing = without_field(spec_of(collection).filters[filter].path);
  const std::string options = find_options(kDocuments, 0, {});
  const bson_t missing_bson = view_of(missing);
  const bson_t options_bson = view_of(options);
  const Handle<mongoc_read_prefs_t> primary(mongoc_read_prefs_new(MONGOC_READ_PRIMARY));
  const Handle<mongoc_cursor_t> cursor(
      mongoc_collection_find_with_opts(&documents, &missing_bson, &options_bson, primary.get()));
  Filling filling(documents, collection, filter);
  for (;;) {
    const auto bson = next_bson(*cursor, "fill an index");
    if (!bson) return fail(bson.error());
    if (!*bson) return filling.write();
    if (auto added = filling.add(**bson); !added) return fail(std::move(added.error()));
  }
}

}  // namespace

void write_computed(const Document& document, BsonWriter& out) {
  const auto filters = spec_of(collection_of(document)).filters;
  std::optional<IndexEntries> entries;
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (!filters[i].computed) continue;
    if (!entries) entries = index_entries(document);
    write_values(filters[i], i, &*entries, out);
  }
}

Result<void> fill_computed(Database::Driver& driver, const Lease& lease, Collection collection, std::size_t filter) {
  const auto documents = driver.collection(lease, to_string(collection));
  std::int64_t filled = 0;
  while (true) {
    const auto some = fill_some(*documents, collection, filter);
    if (!some) return fail(some.error());
    if (*some == 0) break;
    filled += *some;
  }
  if (filled > 0) log_info("filled an index", {{"collection", to_string(collection)}, {"documents", filled}});
  return {};
}

}  // namespace ordo::mongo
