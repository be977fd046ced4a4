// GET /v1/days: what was ordered on each day, from the sums that crm keeps by the hour.
#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/api_context.h"
#include "api/list_request.h"
#include "base/time_zone.h"
#include "domain/order_hour.h"
#include "engine/page_walk.h"
#include "http/problem.h"
#include "http/router.h"
#include "records/json_codec.h"
#include "records/notes.h"

namespace ordo::api {
namespace {

using Day = std::chrono::local_days;
constexpr std::chrono::days kDefaultDays{30};
constexpr std::chrono::days kMostDays{100};

struct DayPlaced {
  std::int64_t orders = 0;
  Money total;
};
BOOST_DESCRIBE_STRUCT(DayPlaced, (), (orders, total))

struct DayView {
  std::string day;
  Currency currency;
  DayPlaced placed;
  Money captured;
  Money refunded;
  std::int64_t completed = 0;
  std::int64_t rejected = 0;
  std::int64_t expired = 0;
  std::int64_t cancelled = 0;
  std::vector<EndCount> reasons;
};
BOOST_DESCRIBE_STRUCT(DayView, (),
                      (day, currency, placed, captured, refunded, completed, rejected, expired, cancelled, reasons))
constexpr auto notes(NotesOf<DayView>) {
  return std::array{Note{"", "The orders that were placed on a day in one currency, and what became of them since."},
                    Note{"day", "in the time zone of the request", R"("2026-11-30")", R"({"format":"date"})"},
                    Note{"captured", "of these orders, whenever it was paid"},
                    Note{"refunded", "of these orders, whenever it was paid back"},
                    Note{"reasons", "why orders were rejected, expired or were cancelled: a code, or other"}};
}

struct Days {
  std::vector<DayView> data;
  std::string zone;
  std::optional<std::int64_t> unreadable;
};
BOOST_DESCRIBE_STRUCT(Days, (), (data, zone, unreadable))
constexpr auto notes(NotesOf<Days>) {
  return std::array{Note{"data", "newest day first; a day without orders is left out"},
                    Note{"unreadable", "how many of ordo's own documents could not be read and are missing here"}};
}

struct DaysRequest {
  Day from;
  Day to;  // inclusive
  TimeZone zone;
  std::string zone_name = "UTC";
};

std::optional<Day> parse_day(const std::string& text) {
  constexpr std::size_t kLength = std::string_view("2026-11-30").size();
  if (text.size() != kLength) return std::nullopt;
  const auto midnight = parse_timestamp(text);
  if (!midnight) return std::nullopt;
  return Day(std::chrono::floor<std::chrono::days>(midnight->time_since_epoch()));
}

std::string show(Day day) {
  const auto text = to_rfc3339(Timestamp(day.time_since_epoch()));
  return text.substr(0, text.find('T'));
}

Result<DaysRequest> parse_days(const http::QueryString& parameters) {
  DaysRequest request;
  std::optional<Day> from;
  std::optional<Day> to;
  for (const auto& [name, value] : parameters.parameters()) {
    if (name != "from" && name != "to" && name != "zone") {
      return http::bad_query("there is no parameter " + name + "; known are from, to, zone");
    }
    if (value.empty()) continue;
    if (name == "zone") {
      auto zone = TimeZone::find(value);
      if (!zone) return http::bad_query("zone: " + zone.error().message);
      request.zone = *zone;
      request.zone_name = value;
      continue;
    }
    const auto day = parse_day(value);
    if (!day) return http::bad_query(name + " is a day such as 2026-11-30");
    (name == "from" ? from : to) = *day;
  }
  const auto today = std::chrono::floor<std::chrono::days>(request.zone.local_time(now()));
  request.to = to.value_or(today);
  request.from = from.value_or(request.to - kDefaultDays + std::chrono::days(1));
  if (request.from > request.to) return http::bad_query("from is a later day than to");
  if (request.to - request.from >= kMostDays) {
    return http::bad_query("an answer has at most 100 days; without to, the last one is today");
  }
  return request;
}

// Adds up the hours of the days. An hour that a day begins or ends in is counted by its quarters.
class DayCount {
 public:
  explicit DayCount(const DaysRequest& request) : request_(request) {}

  void add(const OrderHour& hour) {
    for (const auto& quarter : hour.quarters) {
      const auto local = request_.zone.local_time(hour.hour + std::chrono::minutes(quarter.minute));
      const auto day = std::chrono::floor<std::chrono::days>(local);
      // guard: days-begin-at-midnight
      if (day < request_.from || day > request_.to) continue;
      auto& total = totals_[{day, std::string(hour.currency.code())}];
      total.currency = hour.currency;
      add_sums(quarter.sums, total.sums);
    }
  }

  std::vector<DayView> views() const {
    std::vector<DayView> views;
    for (const auto& [key, total] : totals_) {
      const auto& [currency, sums] = total;
      if (is_nothing(sums)) continue;
      const auto money = [&of = total.currency](std::int64_t amount) { return Money{amount, of}; };
      views.push_back({show(key.first),
                       currency,
                       {sums.orders.placed, money(sums.total)},
                       money(sums.captured),
                       money(sums.refunded),
                       sums.orders.completed,
                       sums.orders.rejected,
                       sums.orders.expired,
                       sums.orders.cancelled,
                       sums.reasons});
    }
    std::stable_sort(views.begin(), views.end(), [](const auto& a, const auto& b) { return a.day > b.day; });
    return views;
  }

 private:
  struct Total {
    Currency currency;  // "XXX" of orders that were rejected before they had a price
    OrderSums sums;
  };

  const DaysRequest& request_;
  std::map<std::pair<Day, std::string>, Total> totals_;  // by day and currency
};

Result<Days> count_days(ApiContext& context, const DaysRequest& request) {
  Query hours;
  hours.collection = Collection::order_hours;
  hours.from = hour_of(request.zone.instant(request.from));
  hours.to = request.zone.instant(request.to + std::chrono::days(1));
  hours.time_limit = context.options.max_list_time;
  const auto until = ApiContext::Clock::now() + hours.time_limit;
  DayCount count(request);
  std::int64_t unreadable = 0;
  auto walked = each_page(context.ports.documents, std::move(hours), [&](const Page& page) -> Result<Walk> {
    for (const auto& document : page.documents) count.add(std::get<OrderHour>(document));
    unreadable += static_cast<std::int64_t>(page.unreadable.size());
    // guard: days-time-limit
    if (page.next && context.options.max_list_time.count() > 0 && ApiContext::Clock::now() >= until) {
      return fail(ErrorCode::kUnavailable, std::string(kTooSlow), "the days have too many hours to add up in time");
    }
    return Walk::go_on;
  });
  if (!walked) return fail(std::move(walked.error()));
  return Days{count.views(), request.zone_name, unreadable > 0 ? std::optional(unreadable) : std::nullopt};
}

void get_days(ApiContext& context, http::Request request, http::Respond respond) {
  const auto made = make_call(std::move(request), std::move(respond));
  const auto parameters = http::QueryString::parse(made->request.query());
  if (!parameters) return made->refuse(parameters.error());
  auto wanted = parse_days(*parameters);
  if (!wanted) return made->refuse(wanted.error());
  context.on_pool(made, [&context, wanted = std::move(*wanted)](const CallPtr& call) {
    const auto days = count_days(context, wanted);
    if (!days) return refuse_list(call, days.error());
    call->answer(json_response(200, to_json(*days)));
  });
}

std::string day_schema(SchemaSet&) {
  return R"({"type":"string","format":"date"})";
}
std::string zone_schema(SchemaSet&) {
  return R"({"type":"string","maxLength":64,"default":"UTC"})";
}

}  // namespace

void add_day_routes(http::Router& router, ApiContext& context) {
  router.add(
      http::Method::kGet, "/v1/days", bind_to(context)(get_days),
      {.tag = "Orders",
       .operation = "listDays",
       .summary = "What was ordered on each day",
       .text = "For each day and currency: the orders that were placed, what became of them, and their money. At "
               "most 100 days, by default the last 30. The same orders are in `/v1/orders` with `from` and `to`.",
       .parameters = {{.name = "from", .text = "The first day.", .schema = day_schema},
                      {.name = "to", .text = "The last day.", .schema = day_schema},
                      {.name = "zone",
                       .text = "Where the days begin: a name of the zone data, or an offset such as `+07:00`.",
                       .schema = zone_schema,
                       .example = R"("Europe/Berlin")"}},
       .answers = {{200, "The days.", schema_of<Days>}},
       .problems = {{400, "bad_query"}, {503, "list_too_slow"}}});
}

}  // namespace ordo::api
