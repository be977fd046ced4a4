#include "mongo/reader.h"

#include "mongo/apply.h"
#include "mongo/driver.h"
#include "mongo/queries.h"

namespace ordo::mongo {

Result<std::optional<Document>> Reader::get(Collection collection, std::string_view id) {
  auto& driver = database_.driver();
  const auto lease = driver.lease(Purpose::read);
  if (!lease) return fail(lease.error());
  const auto from = driver.collection(*lease, to_string(collection));
  const std::string filter = id_filter(id);
  const std::string options = find_options(1, driver.max_time_ms, {});
  const bson_t filter_bson = view_of(filter);
  const bson_t options_bson = view_of(options);
  const Handle<mongoc_cursor_t> found(
      mongoc_collection_find_with_opts(from.get(), &filter_bson, &options_bson, nullptr));
  return next_document(*found, collection);
}

Result<Page> Reader::list(const Query& query) {
  const auto filter = list_filter(query);
  if (!filter) return fail(filter.error());
  auto& driver = database_.driver();
  const auto lease = driver.lease(Purpose::read);
  if (!lease) return fail(lease.error());
  const auto from = driver.collection(*lease, to_string(query.collection));
  const std::string options = list_options(query, driver.max_time_ms);
  const bson_t filter_bson = view_of(*filter);
  const bson_t options_bson = view_of(options);
  const Handle<mongoc_cursor_t> found(
      mongoc_collection_find_with_opts(from.get(), &filter_bson, &options_bson, nullptr));
  Page page;
  page.documents.reserve(query.limit);
  for (;;) {
    auto document = next_document(*found, query.collection);
    if (!document) return fail(std::move(document.error()));
    if (!*document) return page;
    if (page.documents.size() == query.limit) {
      const Document& last = page.documents.back();
      page.next = PageKey{index_entries(last).sort, id_of(last)};
      return page;
    }
    page.documents.push_back(std::move(**document));
  }
}

Result<Cursor> Reader::cursor(const Owner& owner) {
  auto& driver = database_.driver();
  const auto lease = driver.lease(Purpose::read);
  if (!lease) return fail(lease.error());
  const auto record = find_commit(driver, *lease, owner, false);
  if (!record) return fail(record.error());
  return *record ? (*record)->cursor : Cursor{};
}

}  // namespace ordo::mongo
