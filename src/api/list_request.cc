#include "api/list_request.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "records/schema.h"

namespace ordo::api {
namespace {

std::string limit_schema(SchemaSet&) {
  static_assert(Query::kMaxPage == 500 && Query().limit == 50);
  return R"({"type":"integer","minimum":1,"maximum":500,"default":50})";
}

Result<void> check_value(const IndexField& filter, const std::string& value) {
  if (filter.names == nullptr) return {};
  const auto allowed = filter.names();
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return {};
  return http::bad_query(std::string(filter.name) + " is one of " + joined(allowed, ", "));
}

tl::unexpected<Error> unknown_parameter(const std::string& name, const CollectionSpec& spec, std::string_view in_path) {
  std::vector<std::string_view> known = {"limit", "cursor"};
  if (!spec.time_path.empty()) known.insert(known.end(), {"from", "to"});
  for (const auto& filter : spec.filters) {
    if (filter.name != in_path) known.push_back(filter.name);
  }
  const auto near = nearest(name, known);
  return http::bad_query(
      "there is no parameter " + name +
      (near.empty() ? "; known are " + joined(known, ", ") : "; did you mean " + std::string(near) + "?"));
}

Result<std::size_t> parse_limit(const std::string& text) {
  const auto limit = parse_integer<std::size_t>(text);
  if (!limit || *limit < 1 || *limit > Query::kMaxPage) return http::bad_query("limit is a whole number from 1 to 500");
  return *limit;
}

// Reads one parameter other than the cursor. The cursor depends on all the others.
Result<void> apply(const std::string& name, const std::string& value, const CollectionSpec& spec,
                   std::string_view in_path, Query& query) {
  if (name == "limit") {
    const auto limit = parse_limit(value);
    if (!limit) return fail(limit.error());
    query.limit = *limit;
    return {};
  }
  if ((name == "from" || name == "to") && !spec.time_path.empty()) {
    const auto time = parse_timestamp(value);
    if (!time) return http::bad_query(name + ": " + time.error().message);
    (name == "from" ? query.from : query.to) = *time;
    return {};
  }
  const auto filter =
      std::find_if(spec.filters.begin(), spec.filters.end(), [&](const IndexField& one) { return one.name == name; });
  if (filter == spec.filters.end() || name == in_path) return unknown_parameter(name, spec, in_path);
  // guard: list-empty-filter
  if (value.empty()) return http::empty_filter(name);
  if (auto fine = check_value(*filter, value); !fine) return fine;
  query.where.emplace_back(name, value);
  return {};
}

std::string fingerprint_of(const Query& query) {
  auto where = query.where;
  std::sort(where.begin(), where.end());
  std::string text(to_string(query.collection));
  for (const auto& [name, value] : where) text.append("\n").append(name).append("=").append(value);
  if (query.from) text += "\nfrom=" + to_rfc3339(*query.from);
  if (query.to) text += "\nto=" + to_rfc3339(*query.to);
  return text;
}

}  // namespace

std::string next_link(const http::Request& request, const http::QueryString& parameters, const std::string& cursor) {
  std::string link = "<" + std::string(request.path()) + "?";
  for (const auto& [name, value] : parameters.parameters()) {
    if (name == "cursor") continue;
    append_percent_encoded(name, link);
    link.push_back('=');
    append_percent_encoded(value, link);
    link.push_back('&');
  }
  return link + "cursor=" + cursor + ">; rel=\"next\"";
}

Result<ListRequest> parse_list(Collection collection, const http::QueryString& parameters, std::string_view in_path) {
  ListRequest list;
  list.query.collection = collection;
  const auto& spec = spec_of(collection);
  const std::string* cursor = nullptr;
  for (const auto& [name, value] : parameters.parameters()) {
    if (name == "cursor") {
      if (!value.empty()) cursor = &value;
      continue;
    }
    if (value.empty() && (name == "limit" || name == "from" || name == "to")) continue;
    if (auto applied = apply(name, value, spec, in_path, list.query); !applied) return fail(std::move(applied.error()));
  }
  list.fingerprint = fingerprint_of(list.query);
  if (cursor != nullptr) {
    auto key = decode_cursor(*cursor, list.fingerprint);
    if (!key) return fail(std::move(key.error()));
    list.query.after = std::move(*key);
  }
  return list;
}

std::vector<http::Parameter> list_parameters(Collection collection, std::string_view in_path) {
  const auto& spec = spec_of(collection);
  std::vector<http::Parameter> list;
  for (const auto& filter : spec.filters) {
    if (filter.name == in_path) continue;
    list.push_back({.name = filter.name, .text = "Only documents with this value.", .schema = filter.schema});
  }
  if (!spec.time_path.empty()) {
    list.push_back({.name = "from", .text = "At this time or later.", .schema = schema_of<Timestamp>});
    list.push_back({.name = "to", .text = "Before this time.", .schema = schema_of<Timestamp>});
  }
  list.push_back({.name = "limit", .text = "Maximum number of documents on the page.", .schema = limit_schema});
  list.push_back({.name = "cursor", .text = "The next_cursor of the previous page, with the same filters."});
  return list;
}

}  // namespace ordo::api
