// The lists of stock: levels, movements, reservations, and the locations that have levels.
#include <algorithm>

#include "api/api_context.h"
#include "api/list_request.h"
#include "api/views.h"
#include "http/router.h"
#include "records/json_codec.h"

namespace ordo::api {
namespace {

constexpr std::size_t kMaxLocations = 1'000;
constexpr std::int64_t kMaxProductsCounted = 10'000;

void list_levels(ApiContext& context, http::Request request, http::Respond respond) {
  answer_list(context, make_call(std::move(request), std::move(respond)), Collection::stock_levels,
              {[](const Document& document) { return stock_level_view(std::get<StockLevel>(document)); }});
}

void list_movements(ApiContext& context, http::Request request, http::Respond respond) {
  answer_list(context, make_call(std::move(request), std::move(respond)), Collection::stock_movements,
              {[](const Document& document) { return stock_movement_view(std::get<StockMovement>(document)); }});
}

void list_reservations(ApiContext& context, http::Request request, http::Respond respond) {
  answer_list(context, make_call(std::move(request), std::move(respond)), Collection::reservations,
              {[](const Document& document) { return reservation_view(std::get<Reservation>(document)); }});
}

struct LocationStock {
  LocationId location;
  std::int64_t products = 0;
};
BOOST_DESCRIBE_STRUCT(LocationStock, (), (location, products))
struct Locations {
  std::vector<LocationStock> data;
};
BOOST_DESCRIBE_STRUCT(Locations, (), (data))
constexpr auto notes(NotesOf<LocationStock>) {
  return std::array{Note{"products", "products with a stock level there; counted up to 10000"}};
}

// After every id of a level at `location`: ids are location/product, and no location has a slash.
PageKey after_location(const LocationId& location) {
  return {0, location.str() + "/\U0010ffff"};
}

// Steps from the first level of each location to the first one of the next.
Result<Locations> find_locations(ApiContext& context) {
  const auto end = ApiContext::Clock::now() + context.options.max_list_time;
  Locations found;
  Query query;
  query.collection = Collection::stock_levels;
  query.limit = 1;
  query.time_limit = context.options.max_list_time;
  while (found.data.size() < kMaxLocations) {
    if (ApiContext::Clock::now() > end) return fail(ErrorCode::kUnavailable, std::string(kTooSlow), "many locations");
    const auto page = context.ports.documents.list(query);
    if (!page) return fail(page.error());
    if (page->documents.empty()) {
      if (!page->next) break;
      query.after = page->next;  // a level that cannot be read
      continue;
    }
    const auto& location = std::get<StockLevel>(page->documents.front()).location;
    Query levels;
    levels.collection = Collection::stock_levels;
    levels.where.emplace_back("location", location.str());
    levels.time_limit = query.time_limit;
    const auto products = context.ports.documents.count(levels, kMaxProductsCounted);
    if (!products) return fail(products.error());
    found.data.push_back({location, *products});
    query.after = after_location(location);
  }
  // In the order of the ids, "main-2/" comes before "main/".
  std::sort(found.data.begin(), found.data.end(),
            [](const LocationStock& a, const LocationStock& b) { return a.location < b.location; });
  return found;
}

void list_locations(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto found = find_locations(context);
    if (!found) return refuse_list(call, found.error());
    call->answer(json_response(200, to_json(*found)));
  });
}

}  // namespace

void add_stock_list_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const std::vector<http::ProblemDescription> problems = {{400, "bad_query, bad_cursor"}, {503, "list_too_slow"}};
  router.add(http::Method::kGet, "/v1/stock", bind(list_levels),
             {.tag = "Stock",
              .operation = "listStock",
              .summary = "List stock levels",
              .text = "By location and product. `availability=none` lists those with nothing left to order.",
              .parameters = list_parameters(Collection::stock_levels),
              .answers = {{200, "A page.", http::page_schema<stock_level_schema>, http::kJson, {"Link"}}},
              .problems = problems});
  router.add(http::Method::kGet, "/v1/stock-movements", bind(list_movements),
             {.tag = "Stock",
              .operation = "listStockMovements",
              .summary = "List counts and adjustments of stock",
              .text = "Newest first, also those that were refused.",
              .parameters = list_parameters(Collection::stock_movements),
              .answers = {{200, "A page.", http::page_schema<stock_movement_schema>, http::kJson, {"Link"}}},
              .problems = problems});
  router.add(http::Method::kGet, "/v1/reservations", bind(list_reservations),
             {.tag = "Stock",
              .operation = "listReservations",
              .summary = "List reservations",
              .text = "By order. A reservation has the id of its order.",
              .parameters = list_parameters(Collection::reservations),
              .answers = {{200, "A page.", http::page_schema<reservation_schema>, http::kJson, {"Link"}}},
              .problems = problems});
  router.add(http::Method::kGet, "/v1/locations", bind(list_locations),
             {.tag = "Stock",
              .operation = "listLocations",
              .summary = "List the locations that have stock",
              .text = "Sorted; at most 1000.",
              .answers = {{200, "The locations.", schema_of<Locations>}},
              .problems = {{503, "list_too_slow"}}});
}

}  // namespace ordo::api
