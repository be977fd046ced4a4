// GET /v1/orders: pages and CSV; and the counts of such a list.
#include <algorithm>

#include "api/api_context.h"
#include "api/content_permissions.h"
#include "api/list_request.h"
#include "api/orders/order_csv.h"
#include "api/ownership.h"
#include "api/views.h"
#include "http/problem.h"
#include "http/router.h"
#include "records/json_codec.h"

namespace ordo::api {
namespace {

constexpr std::int64_t kMostCounted = 10'000;
constexpr std::string_view kCountedBy[] = {"status", "payment_status", "fulfillment_status"};

// A customer's token sees the own orders only, whatever the query says.
void keep_own(const http::Request& request, Query& query) {
  const auto* only = only_customer(request);
  // guard: list-own-orders
  if (only == nullptr) return;
  std::erase_if(query.where, [](const auto& filter) { return filter.first == "customer_id"; });
  query.where.emplace_back("customer_id", *only);
}

void list_as_csv(ApiContext& context, const CallPtr& call) {
  const auto parameters = http::QueryString::parse(call->request.query());
  if (!parameters) return call->refuse(parameters.error());
  auto list = parse_list(Collection::orders, *parameters);
  if (!list) return call->refuse(list.error());
  if (list->query.after) {
    return call->refuse(http::bad_query("a list as CSV has no pages, so it takes no cursor").value());
  }
  keep_own(call->request, list->query);
  list->query.max_bytes = context.options.max_page_bytes;
  list->query.time_limit = context.options.max_list_time;
  const auto* limit = parameters->find("limit");
  const bool limited = limit != nullptr && !limit->empty();
  answer_order_csv(context, call, list->query, limited ? std::optional(list->query.limit) : std::nullopt);
}

void list_orders(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  if (wants_csv(call->request)) return list_as_csv(context, call);
  ListAnswer how;
  how.view = [reader = reader_of(call->request)](const Document& document) {
    return order_view(std::get<Order>(document), reader);
  };
  if (only_customer(call->request) != nullptr) {
    // The query filters by the customer, and each order is checked again: a failing filter must not show another
    // customer's orders.
    how.adjust = [call](Query& query) { keep_own(call->request, query); };
    how.shown = [call](const Document& document) {
      return may_see(call->request, std::get<Order>(document).customer_id.str());
    };
  }
  answer_list(context, call, Collection::orders, std::move(how));
}

struct ValueCount {
  std::string value;
  std::int64_t count = 0;
  bool at_least = false;  // there are more than were counted
};
BOOST_DESCRIBE_STRUCT(ValueCount, (), (value, count, at_least))
struct Counts {
  std::string by;
  std::vector<ValueCount> data;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (by, data))
constexpr auto notes(NotesOf<ValueCount>) {
  return std::array{Note{"at_least", "true: there are more; ordo stops to count at 10000"}};
}

// The filter of the list with this name.
const IndexField& counted_field(std::string_view name) {
  const auto filters = spec_of(Collection::orders).filters;
  return *std::find_if(filters.begin(), filters.end(), [&](const IndexField& field) { return field.name == name; });
}

Result<Counts> count_each(ApiContext& context, const Query& query, const std::string& by) {
  Counts counts{by, {}};
  for (const auto value : counted_field(by).names()) {
    Query one = query;
    one.where.emplace_back(by, value);
    const auto count = context.ports.documents.count(one, kMostCounted + 1);
    if (!count) return fail(count.error());
    counts.data.push_back({std::string(value), std::min(*count, kMostCounted), *count > kMostCounted});
  }
  return counts;
}

void count_orders(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  const auto parameters = http::QueryString::parse(call->request.query());
  if (!parameters) return call->refuse(parameters.error());
  const auto* by = parameters->find("by");
  if (by == nullptr || std::find(std::begin(kCountedBy), std::end(kCountedBy), *by) == std::end(kCountedBy)) {
    return call->refuse(http::bad_query("by is one of status, payment_status, fulfillment_status").value());
  }
  auto list = parse_list(Collection::orders, *parameters, {.paged = false, .other = "by"});
  if (!list) return call->refuse(list.error());
  keep_own(call->request, list->query);
  list->query.time_limit = context.options.max_list_time;
  context.on_pool(call, [&context, query = std::move(list->query), by = *by](const CallPtr& under_way) {
    const auto counts = count_each(context, query, by);
    if (!counts) return refuse_list(under_way, counts.error());
    under_way->answer(json_response(200, to_json(*counts)));
  });
}

std::string counted_by_schema(SchemaSet&) {
  return R"({"type":"string","enum":["status","payment_status","fulfillment_status"]})";
}

std::vector<http::Parameter> count_parameters() {
  auto parameters = list_parameters(Collection::orders, {.paged = false, .other = "by"});
  parameters.insert(parameters.begin(), {.name = "by",
                                         .text = "The member whose values are counted. The filter of the same name "
                                                 "restricts the orders, too.",
                                         .schema = counted_by_schema,
                                         .required = true});
  return parameters;
}

}  // namespace

void add_order_list_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  router.add(http::Method::kGet, "/v1/orders", bind(list_orders),
             {.tag = "Orders",
              .operation = "listOrders",
              .summary = "List orders",
              .text = "Newest first. With `Accept: text/csv` all orders of the filter as a CSV file, one row an order; "
                      "`limit` then bounds the rows.",
              .parameters = list_parameters(Collection::orders),
              .answers = {{200, "A page, or the file.", http::page_schema<order_schema>, http::kJson, {"Link"}, kCsv}},
              .problems = {{400, "bad_query, bad_cursor"}, {503, "list_too_slow, too_many_exports"}}});
  router.add(http::Method::kGet, "/v1/orders/counts", bind(count_orders),
             {.tag = "Orders",
              .operation = "countOrders",
              .summary = "Count the orders of a list",
              .text = "One count for each value of `by`, with the filters of the list. Exact up to 10000.",
              .parameters = count_parameters(),
              .answers = {{200, "The counts, in the order of the values.", schema_of<Counts>}},
              .problems = {{400, "bad_query"}, {503, "list_too_slow"}}});
}

}  // namespace ordo::api
