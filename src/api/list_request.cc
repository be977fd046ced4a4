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

constexpr std::string_view kSortNames[] = {"placed_at", "updated_at"};
std::string sort_schema(SchemaSet&) {
  return R"({"type":"string","enum":["placed_at","updated_at"],"default":"placed_at"})";
}

Result<void> check_value(const IndexField& filter, const std::string& value) {
  if (filter.is_number() && !parse_integer<std::int64_t>(value)) {
    return http::bad_query(std::string(filter.name) + " is a whole number of minor units");
  }
  if (filter.names == nullptr) return {};
  const auto allowed = filter.names();
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return {};
  return http::bad_query(std::string(filter.name) + " is one of " + joined(allowed, ", "));
}

tl::unexpected<Error> unknown_parameter(const std::string& name, const CollectionSpec& spec,
                                        const ListParameters& how) {
  std::vector<std::string_view> known;
  if (how.paged) known = {"limit", "cursor"};
  if (how.paged && !spec.updated_path.empty()) known.push_back("sort");
  if (!how.other.empty()) known.push_back(how.other);
  if (!spec.time_path.empty()) known.insert(known.end(), {"from", "to"});
  for (const auto& filter : spec.filters) {
    if (filter.listed && filter.name != how.in_path) known.push_back(filter.name);
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

Result<ListOrder> parse_sort(const std::string& text, const CollectionSpec& spec) {
  if (text == spec.time_path) return ListOrder::time;
  if (text == spec.updated_path) return ListOrder::updated;
  return http::bad_query("sort is one of " + joined(kSortNames, ", "));
}

// Reads one parameter other than the cursor. The cursor depends on all the others.
Result<void> apply(const std::string& name, const std::string& value, const CollectionSpec& spec,
                   const ListParameters& known, Query& query) {
  if (name == "limit" && known.paged) {
    const auto limit = parse_limit(value);
    if (!limit) return fail(limit.error());
    query.limit = *limit;
    return {};
  }
  if (name == "sort" && known.paged && !spec.updated_path.empty()) {
    const auto order = parse_sort(value, spec);
    if (!order) return fail(order.error());
    query.order = *order;
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
  if (filter == spec.filters.end() || !filter->listed || name == known.in_path) {
    return unknown_parameter(name, spec, known);
  }
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
  // guard: cursor-of-its-order
  if (query.order == ListOrder::updated) text += "\nsort=updated";
  if (query.from) text += "\nfrom=" + to_rfc3339(*query.from);
  if (query.to) text += "\nto=" + to_rfc3339(*query.to);
  return text;
}

// What a filter does, for people.
std::string_view text_of(const IndexField& filter) {
  if (filter.match == Match::at_least) return "Only documents with at least this amount, in minor units.";
  if (filter.match == Match::at_most) return "Only documents with at most this amount, in minor units.";
  if (filter.match == Match::any_case) return "Only documents with this value, in capitals or not.";
  return "Only documents with this value.";
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

Result<ListRequest> parse_list(Collection collection, const http::QueryString& parameters,
                               const ListParameters& known) {
  ListRequest list;
  list.query.collection = collection;
  const auto& spec = spec_of(collection);
  const std::string* cursor = nullptr;
  for (const auto& [name, value] : parameters.parameters()) {
    if (name == known.other && !name.empty()) continue;
    if (name == "cursor" && known.paged) {
      if (!value.empty()) cursor = &value;
      continue;
    }
    const bool may_be_empty = name == "from" || name == "to" || (known.paged && (name == "limit" || name == "sort"));
    if (value.empty() && may_be_empty) continue;
    if (auto applied = apply(name, value, spec, known, list.query); !applied) return fail(std::move(applied.error()));
  }
  list.fingerprint = fingerprint_of(list.query);
  if (cursor != nullptr) {
    auto key = decode_cursor(*cursor, list.fingerprint);
    if (!key) return fail(std::move(key.error()));
    list.query.after = std::move(*key);
  }
  return list;
}

std::vector<http::Parameter> list_parameters(Collection collection, const ListParameters& known) {
  const auto& spec = spec_of(collection);
  std::vector<http::Parameter> list;
  for (const auto& filter : spec.filters) {
    if (!filter.listed || filter.name == known.in_path) continue;
    list.push_back({.name = filter.name, .text = text_of(filter), .schema = filter.schema});
  }
  const bool sorted = known.paged && !spec.updated_path.empty();
  if (!spec.time_path.empty()) {
    list.push_back({.name = "from",
                    .text = sorted ? "At this time or later, of the time that `sort` names." : "At this time or later.",
                    .schema = schema_of<Timestamp>});
    list.push_back({.name = "to", .text = "Before this time.", .schema = schema_of<Timestamp>});
  }
  if (sorted) list.push_back({.name = "sort", .text = "Newest first by this time.", .schema = sort_schema});
  if (!known.paged) return list;
  list.push_back({.name = "limit", .text = "Maximum number of documents on the page.", .schema = limit_schema});
  list.push_back({.name = "cursor", .text = "The next_cursor of the previous page, with the same filters."});
  return list;
}

}  // namespace ordo::api
