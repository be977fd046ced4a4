#include "http/list_request.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "records/describe.h"

namespace ordo::http {
namespace {

template <class E>
std::vector<std::string_view> names_of() {
  std::vector<std::string_view> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto enumerator) { names.push_back(enumerator.name); });
  return names;
}

// A filter whose values are those of an enum.
struct EnumFilter {
  Collection collection;
  std::string_view name;
  std::vector<std::string_view> (*values)();
  Schema schema;
};
constexpr std::array<EnumFilter, 7> kEnumFilters = {
    {{Collection::orders, "status", names_of<OrderStatus>, schema_of<OrderStatus>},
     {Collection::orders, "payment_status", names_of<PaymentStatus>, schema_of<PaymentStatus>},
     {Collection::orders, "fulfillment_status", names_of<FulfillmentStatus>, schema_of<FulfillmentStatus>},
     {Collection::products, "status", names_of<ProductStatus>, schema_of<ProductStatus>},
     {Collection::payments, "status", names_of<PaymentState>, schema_of<PaymentState>},
     {Collection::payments, "open_call", names_of<CallKind>, schema_of<CallKind>},
     {Collection::shipments, "status", names_of<ShipmentStatus>, schema_of<ShipmentStatus>}}};

const EnumFilter* find_enum(Collection collection, std::string_view filter) {
  const auto* found = std::find_if(kEnumFilters.begin(), kEnumFilters.end(), [&](const EnumFilter& one) {
    return one.collection == collection && one.name == filter;
  });
  return found == kEnumFilters.end() ? nullptr : found;
}

// The schema of a filter's value.
Schema filter_schema(Collection collection, std::string_view filter) {
  const auto* known = find_enum(collection, filter);
  return known != nullptr ? known->schema : schema_of<std::string>;
}

std::string limit_schema(SchemaSet&) {
  static_assert(Query::kMaxPage == 500 && Query().limit == 50);
  return R"({"type":"integer","minimum":1,"maximum":500,"default":50})";
}

Result<void> check_value(Collection collection, const std::string& name, const std::string& value) {
  const auto* known = find_enum(collection, name);
  if (known == nullptr) return {};
  const auto allowed = known->values();
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return {};
  std::string list;
  for (const auto& one : allowed) list += (list.empty() ? "" : ", ") + std::string(one);
  return bad_query(name + " is one of " + list);
}

tl::unexpected<Error> unknown_parameter(const std::string& name, const CollectionSpec& spec) {
  std::vector<std::string_view> known = {"limit", "cursor"};
  if (!spec.time_path.empty()) known.insert(known.end(), {"from", "to"});
  for (const auto& filter : spec.filters) known.push_back(filter.name);
  const auto near = nearest(name, known);
  std::string list;
  for (const auto& one : known) list += (list.empty() ? "" : ", ") + std::string(one);
  return bad_query("there is no parameter " + name +
                   (near.empty() ? "; known are " + list : "; did you mean " + std::string(near) + "?"));
}

Result<std::size_t> parse_limit(const std::string& text) {
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit < 1 || limit > Query::kMaxPage) {
    return bad_query("limit is a whole number from 1 to 500");
  }
  return limit;
}

// One parameter other than the cursor, which can be judged only when all others are known.
Result<void> apply(const std::string& name, const std::string& value, const CollectionSpec& spec, Query& query) {
  if (name == "limit") {
    const auto limit = parse_limit(value);
    if (!limit) return fail(limit.error());
    query.limit = *limit;
    return {};
  }
  if ((name == "from" || name == "to") && !spec.time_path.empty()) {
    const auto time = parse_timestamp(value);
    if (!time) return bad_query(name + ": " + time.error().message);
    (name == "from" ? query.from : query.to) = *time;
    return {};
  }
  const bool known = std::any_of(spec.filters.begin(), spec.filters.end(),
                                 [&](const IndexField& filter) { return filter.name == name; });
  if (!known) return unknown_parameter(name, spec);
  if (const auto fine = check_value(query.collection, name, value); !fine) return fail(fine.error());
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

std::string next_link(const Request& request, const QueryString& parameters, const std::string& cursor) {
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

Result<ListRequest> parse_list(Collection collection, const QueryString& parameters) {
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
    const bool filter = std::any_of(spec.filters.begin(), spec.filters.end(),
                                    [&known = name](const IndexField& field) { return field.name == known; });
    if (value.empty() && filter) continue;
    if (auto applied = apply(name, value, spec, list.query); !applied) return fail(std::move(applied.error()));
  }
  list.fingerprint = fingerprint_of(list.query);
  if (cursor != nullptr) {
    auto key = decode_cursor(*cursor, list.fingerprint);
    if (!key) return fail(std::move(key.error()));
    list.query.after = std::move(*key);
  }
  return list;
}

std::vector<Parameter> list_parameters(Collection collection) {
  const auto& spec = spec_of(collection);
  std::vector<Parameter> list;
  for (const auto& filter : spec.filters) {
    list.push_back(
        {.name = filter.name, .text = "Only those with this value.", .schema = filter_schema(collection, filter.name)});
  }
  if (!spec.time_path.empty()) {
    list.push_back({.name = "from", .text = "Not older than this.", .schema = schema_of<Timestamp>});
    list.push_back({.name = "to", .text = "Older than this.", .schema = schema_of<Timestamp>});
  }
  list.push_back({.name = "limit", .text = "How many at most.", .schema = limit_schema});
  list.push_back({.name = "cursor", .text = "The next_cursor of the page before, with the same filters."});
  return list;
}

}  // namespace ordo::http
