#include "mongo/queries.h"

#include <algorithm>

#include "base/number.h"
#include "mongo/bson_writer.h"

namespace ordo::mongo {
namespace {

const IndexField* find_filter(const CollectionSpec& spec, std::string_view name) {
  const auto found =
      std::find_if(spec.filters.begin(), spec.filters.end(), [&](const auto& field) { return field.name == name; });
  return found == spec.filters.end() ? nullptr : &*found;
}

// A pattern for texts that begin with `value`.
std::string beginning_with(std::string_view value) {
  std::string pattern = "^";
  for (const char c : value) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && static_cast<unsigned char>(c) < 0x80) pattern.push_back('\\');
    pattern.push_back(c);
  }
  return pattern;
}

void write_pattern(BsonWriter& out, std::string_view path, const std::string& pattern, std::string_view options) {
  const auto match = out.begin_document(path);
  out.text("$regex", pattern);
  out.text("$options", options);
  out.end(match);
}

// The search terms of a document, or a member with an index of its own.
void write_search(BsonWriter& out, const CollectionSpec& spec, const IndexField& field, std::string_view value) {
  const std::string pattern = beginning_with(value);
  const auto either = out.begin_array("$or");
  ArrayIndex index;
  std::size_t count = 0;
  const auto write_one = [&](std::string_view path) {
    const auto one = out.begin_document(index(count++));
    write_pattern(out, path, pattern, "");
    out.end(one);
  };
  write_one(field.path);
  for (const auto column : spec.search_columns) {
    const IndexField* member = find_filter(spec, column);
    write_one(member != nullptr ? member->path : "_id");
  }
  out.end(either);
}

Result<void> write_condition(BsonWriter& out, const CollectionSpec& spec, const IndexField& field,
                             const std::string& value) {
  switch (field.match) {
    case Match::equal:
      out.text(field.path, value);
      break;
    case Match::any_case:
      // As a pattern: a collation would need a separate index. The server scans the keys of the field's index, not the
      // documents. maxTimeMS bounds the time.
      // guard: email-any-case-mongo
      write_pattern(out, field.path, beginning_with(value) + "$", "i");
      break;
    case Match::prefix:
      write_search(out, spec, field, value);
      break;
    case Match::at_least:
    case Match::at_most: {
      const auto number = parse_integer<std::int64_t>(value);
      if (!number) return fail(ErrorCode::kInvalid, "bad_number", std::string(field.name) + " is a whole number");
      const auto bound = out.begin_document(field.path);
      out.int64(field.match == Match::at_least ? "$gte" : "$lte", *number);
      out.end(bound);
    }
  }
  return {};
}

std::string_view time_path_of(const Query& query) {
  const auto& spec = spec_of(query.collection);
  return query.order == ListOrder::updated ? spec.updated_path : spec.time_path;
}

// The shorter of two limits of time, of which 0 is none.
std::int64_t shorter(std::int64_t a, std::int64_t b) {
  return a > 0 && b > 0 ? std::min(a, b) : std::max(a, b);
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
    if (auto written = write_condition(out, spec, *field, value); !written) return written;
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
  const auto time_path = time_path_of(query);
  if (time_path.empty() && (query.from || query.to || query.order == ListOrder::updated)) {
    return fail(ErrorCode::kInvalid, "no_time", std::string(spec.name) + " cannot be listed by this time");
  }
  std::string filter;
  BsonWriter out(filter);
  const auto top = out.begin();
  if (auto written = write_where(out, query); !written) return fail(std::move(written.error()));
  if (!time_path.empty()) {
    write_time_range(out, time_path, query);
    if (query.after) write_after(out, time_path, *query.after);
  } else if (query.after) {
    const auto above = out.begin_document("_id");
    out.text("$gt", query.after->id);
    out.end(above);
  }
  out.end(top);
  return filter;
}

std::string list_options(const Query& query, std::int64_t max_time_ms) {
  const auto time_path = time_path_of(query);
  std::string options;
  BsonWriter out(options);
  const auto top = out.begin();
  const auto sort = out.begin_document("sort");
  if (!time_path.empty()) out.int32(time_path, -1);
  out.int32("_id", time_path.empty() ? 1 : -1);
  out.end(sort);
  out.int64("limit", static_cast<std::int64_t>(query.limit) + 1);
  const auto limit = shorter(query.time_limit.count(), max_time_ms);
  if (limit > 0) out.int64("maxTimeMS", limit);
  out.end(top);
  return options;
}

Result<std::string> count_command(const Query& query, std::int64_t most, std::int64_t max_time_ms) {
  const auto filter = list_filter(query);
  if (!filter) return fail(filter.error());
  std::string command;
  BsonWriter out(command);
  const auto top = out.begin();
  out.text("count", spec_of(query.collection).name);
  out.document_head("query");
  command += *filter;
  out.int64("limit", most);
  const auto limit = shorter(query.time_limit.count(), max_time_ms);
  if (limit > 0) out.int64("maxTimeMS", limit);
  out.end(top);
  return command;
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
