#include "mongo/queries.h"

#include <algorithm>

#include "mongo/bson_writer.h"

namespace ordo::mongo {
namespace {

const IndexField* find_filter(const CollectionSpec& spec, std::string_view name) {
  const auto found =
      std::find_if(spec.filters.begin(), spec.filters.end(), [&](const auto& field) { return field.name == name; });
  return found == spec.filters.end() ? nullptr : &*found;
}

// As a pattern: a collation would need a separate index. The server scans the keys of the field's index, not the
// documents. maxTimeMS bounds the time.
void write_any_case(BsonWriter& out, std::string_view path, std::string_view value) {
  std::string pattern = "^";
  for (const char c : value) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && static_cast<unsigned char>(c) < 0x80) pattern.push_back('\\');
    pattern.push_back(c);
  }
  const auto match = out.begin_document(path);
  out.text("$regex", pattern + "$");
  out.text("$options", "i");
  out.end(match);
}

// A repeated filter must hold for each value. In one document the second would hide the first, hence $and.
Result<void> write_where(BsonWriter& out, const Query& query) {
  if (query.where.empty()) return {};
  const auto& spec = spec_of(query.collection);
  const auto all = out.begin_array("$and");
  ArrayIndex index;
  for (std::size_t i = 0; i < query.where.size(); ++i) {
    const auto& [name, value] = query.where[i];
    const IndexField* field = find_filter(spec, name);
    if (field == nullptr) {
      return fail(ErrorCode::kInvalid, "unknown_filter",
                  std::string(spec.name) + " cannot be filtered by \"" + name + "\"");
    }
    const auto one = out.begin_document(index(i));
    // guard: email-any-case-mongo
    if (field->any_case) {
      write_any_case(out, field->path, value);
    } else {
      out.text(field->path, value);
    }
    out.end(one);
  }
  out.end(all);
  return {};
}

// [from, to) of the time, and no later than the end of the last page. The $or beside it already implies the latter, but
// the server needs it to choose where to begin in its index.
void write_time_range(BsonWriter& out, std::string_view path, const Query& query) {
  if (!query.from && !query.to && !query.after) return;
  const auto range = out.begin_document(path);
  if (query.from) out.date("$gte", *query.from);
  if (query.to) out.date("$lt", *query.to);
  if (query.after) out.date("$lte", from_unix_ms(query.after->sort));
  out.end(range);
}

// After the previous page's last document in list order: earlier, or the same time with a lower id.
void write_after(BsonWriter& out, std::string_view path, const PageKey& after) {
  const auto time = from_unix_ms(after.sort);
  const auto either = out.begin_array("$or");

  const auto earlier = out.begin_document("0");
  const auto before = out.begin_document(path);
  out.date("$lt", time);
  out.end(before);
  out.end(earlier);

  const auto same = out.begin_document("1");
  out.date(path, time);
  const auto below = out.begin_document("_id");
  out.text("$lt", after.id);
  out.end(below);
  out.end(same);

  out.end(either);
}

}  // namespace

std::string id_filter(std::string_view id) {
  std::string filter;
  BsonWriter out(filter);
  const auto top = out.begin();
  out.text("_id", id);
  out.end(top);
  return filter;
}

std::string ids_filter(std::span<const std::string_view> ids) {
  std::string filter;
  BsonWriter out(filter);
  const auto top = out.begin();
  const auto key = out.begin_document("_id");
  const auto array = out.begin_array("$in");
  ArrayIndex index;
  for (std::size_t i = 0; i < ids.size(); ++i) out.text(index(i), ids[i]);
  out.end(array);
  out.end(key);
  out.end(top);
  return filter;
}

Result<std::string> list_filter(const Query& query) {
  const auto& spec = spec_of(query.collection);
  if (query.limit < 1 || query.limit > Query::kMaxPage) {
    return fail(ErrorCode::kInvalid, "bad_limit", "a page has 1 to " + std::to_string(Query::kMaxPage) + " documents");
  }
  if (spec.time_path.empty() && (query.from || query.to)) {
    return fail(ErrorCode::kInvalid, "no_time", std::string(spec.name) + " cannot be listed by time");
  }
  std::string filter;
  BsonWriter out(filter);
  const auto top = out.begin();
  if (auto written = write_where(out, query); !written) return fail(std::move(written.error()));
  if (!spec.time_path.empty()) {
    write_time_range(out, spec.time_path, query);
    if (query.after) write_after(out, spec.time_path, *query.after);
  } else if (query.after) {
    const auto above = out.begin_document("_id");
    out.text("$gt", query.after->id);
    out.end(above);
  }
  out.end(top);
  return filter;
}

std::string list_options(const Query& query, std::int64_t max_time_ms) {
  const auto& spec = spec_of(query.collection);
  std::string options;
  BsonWriter out(options);
  const auto top = out.begin();
  const auto sort = out.begin_document("sort");
  if (!spec.time_path.empty()) out.int32(spec.time_path, -1);
  out.int32("_id", spec.time_path.empty() ? 1 : -1);
  out.end(sort);
  out.int64("limit", static_cast<std::int64_t>(query.limit) + 1);
  if (max_time_ms > 0) out.int64("maxTimeMS", max_time_ms);
  out.end(top);
  return options;
}

std::string find_options(std::int64_t limit, std::int64_t max_time_ms, std::string_view without) {
  std::string options;
  BsonWriter out(options);
  const auto top = out.begin();
  if (limit > 0) {
    out.int64("limit", limit);
    out.boolean("singleBatch", true);
  }
  if (max_time_ms > 0) out.int64("maxTimeMS", max_time_ms);
  if (!without.empty()) {
    const auto projection = out.begin_document("projection");
    out.int32(without, 0);
    out.end(projection);
  }
  out.end(top);
  return options;
}

std::string projection(std::initializer_list<std::string_view> fields) {
  std::string options;
  BsonWriter out(options);
  const auto top = out.begin();
  const auto wanted = out.begin_document("projection");
  for (const auto field : fields) out.int32(field, 1);
  out.end(wanted);
  out.end(top);
  return options;
}

}  // namespace ordo::mongo
