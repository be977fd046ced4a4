// GET /v1/days: sums of orders for the days of any time zone.
#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

class DaysTest : public ApiTest {
 protected:
  // Counts an order as a partition of crm does.
  void order(std::string_view placed_at, std::int64_t total, std::string_view currency = "EUR", int partition = 0) {
    Order placed;
    placed.placed_at = *parse_timestamp(placed_at);
    placed.total.amount = total;
    if (!currency.empty()) placed.total.currency = *Currency::parse(currency);
    const auto id = order_hour_id(placed.placed_at, placed.total.currency, partition);
    auto& hour = hours_[id];
    hour = count_order(hour ? &*hour : nullptr, id, whole_step(placed), Timestamp());
    engine_.put(*hour);
  }
  // "<day> <currency> <orders> <total>" for each, in the order of the answer.
  std::vector<std::string> days(const std::string& query) {
    const auto answer = client_->get("/v1/days" + query);
    EXPECT_EQ(answer.status, 200) << query << answer.body;
    std::vector<std::string> found;
    for (int i = 0; i < std::stoi(member(answer.body, "data")); ++i) {
      const auto at = "data." + std::to_string(i);
      found.push_back(member(answer.body, at + ".day") + " " + member(answer.body, at + ".currency") + " " +
                      member(answer.body, at + ".placed.orders") + " " +
                      member(answer.body, at + ".placed.total.amount"));
    }
    return found;
  }
  using Lines = std::vector<std::string>;

  std::map<std::string, std::optional<OrderHour>> hours_;
};

TEST_F(DaysTest, AddUpTheHoursOfEachDayAndCurrency) {
  order("2026-03-01T00:00:00Z", 100);
  order("2026-03-01T10:00:00Z", 200, "EUR", 1);
  order("2026-03-01T23:59:59.999Z", 300);
  order("2026-03-01T12:00:00Z", 7, "USD");
  order("2026-03-02T00:00:00Z", 400);
  order("2026-03-03T00:00:00Z", 500);
  order("2026-02-28T23:59:59.999Z", 600);
  EXPECT_EQ(days("?from=2026-03-01&to=2026-03-02"),
            (Lines{"2026-03-02 EUR 1 400", "2026-03-01 EUR 3 600", "2026-03-01 USD 1 7"}));
}

TEST_F(DaysTest, BeginAtMidnightOfTheZone) {
  order("2026-03-01T18:14:59Z", 1);   // 23:59:59 in Kathmandu
  order("2026-03-01T18:15:00Z", 10);  // midnight there
  EXPECT_EQ(days("?from=2026-03-01&to=2026-03-02&zone=Asia/Kathmandu"),
            (Lines{"2026-03-02 EUR 1 10", "2026-03-01 EUR 1 1"}));
  EXPECT_EQ(days("?from=2026-03-02&to=2026-03-02&zone=Asia/Kathmandu"), (Lines{"2026-03-02 EUR 1 10"}));
  EXPECT_EQ(days("?from=2026-03-01&to=2026-03-01&zone=Asia/Kathmandu"), (Lines{"2026-03-01 EUR 1 1"}));
  EXPECT_EQ(days("?from=2026-03-01&to=2026-03-01"), (Lines{"2026-03-01 EUR 2 11"}));
  EXPECT_EQ(days("?from=2026-03-01&to=2026-03-01&zone=-05:00"), (Lines{"2026-03-01 EUR 2 11"}));
}

TEST_F(DaysTest, ADayWithASetClockIsWhole) {
  // 25 hours in Berlin: from 22:00 to 23:00 in UTC.
  order("2026-10-24T21:59:59Z", 1);
  order("2026-10-24T22:00:00Z", 10);
  order("2026-10-25T22:59:59Z", 100);
  order("2026-10-25T23:00:00Z", 1000);
  EXPECT_EQ(days("?from=2026-10-25&to=2026-10-25&zone=Europe/Berlin"), (Lines{"2026-10-25 EUR 2 110"}));
}

TEST_F(DaysTest, SayWhatBecameOfTheOrders) {
  add_product("mug", 1250, 100);
  const auto first = settled_order("mug", 2);
  EXPECT_EQ(post("/v1/orders/" + first + "/cancel", R"({"reason":"mine","reason_code":"fraud"})").status, 200);
  settled_order("mug", 200);
  settled_order("mug", 1);
  engine_.settle();
  const auto answer = client_->get("/v1/days");
  ASSERT_EQ(member(answer.body, "data"), "1") << answer.body;
  EXPECT_EQ(member(answer.body, "zone"), "UTC");
  EXPECT_EQ(member(answer.body, "data.0.placed.orders"), "3");
  EXPECT_EQ(member(answer.body, "data.0.placed.total.amount"), std::to_string(1250 * 203));
  EXPECT_EQ(member(answer.body, "data.0.cancelled"), "1");
  EXPECT_EQ(member(answer.body, "data.0.rejected"), "1");
  EXPECT_EQ(member(answer.body, "data.0.reasons"), "2");
  EXPECT_EQ(member(answer.body, "data.0.reasons.0.reason"), "out_of_stock");
  EXPECT_EQ(member(answer.body, "data.0.reasons.1.reason"), "fraud");
  EXPECT_EQ(member(answer.body, "data.0.reasons.1.status"), "cancelled");
}

TEST_F(DaysTest, OrdersWithoutAPriceHaveNoCurrency) {
  order("2026-03-01T10:00:00Z", 0, "");
  EXPECT_EQ(days("?from=2026-03-01&to=2026-03-01"), (Lines{"2026-03-01 XXX 1 0"}));
}

TEST_F(DaysTest, WrongRequestsAreTold) {
  for (const auto* query : {"?from=2026-3-1", "?from=2026-02-30", "?to=yesterday", "?zone=Mars/Olympus",
                            "?day=2026-03-01", "?from=2026-03-02&to=2026-03-01", "?from=2026-01-01&to=2026-04-11",
                            "?from=2001-01-01", "?zone=%2B99:00", "?from=2026-03-01T00:00:00Z"}) {
    const auto answer = client_->get("/v1/days" + std::string(query));
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_EQ(member(answer.body, "code"), "bad_query") << query;
  }
  EXPECT_EQ(days("?from=2026-01-01&to=2026-04-10"), Lines()) << "100 days";
  EXPECT_EQ(days("?from=&to=&zone="), Lines());
  EXPECT_EQ(days("?zone=%2B07:00"), Lines());
}

class SlowDaysTest : public DaysTest {
 protected:
  SlowDaysTest() {
    stop();
    ApiOptions options;
    options.max_list_time = std::chrono::milliseconds(1);
    start(options);
  }
};

TEST_F(SlowDaysTest, ThatTakeTooLongAreTold) {
  // More than the pages that can be read within the time.
  for (int i = 0; i < 500 * 48; ++i) {
    OrderHour hour;
    hour.hour = *parse_timestamp("2026-03-01T00:00:00Z") + std::chrono::hours(i % 24);
    hour.id = order_hour_id(hour.hour, {}, i);
    engine_.put(hour);
  }
  const auto answer = client_->get("/v1/days?from=2026-03-01&to=2026-03-01");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(member(answer.body, "code"), "list_too_slow");
}

}  // namespace
}  // namespace ordo::api
