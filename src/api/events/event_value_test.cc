// Parts of live events: their places, their text, and the filters of clients.
#include <gtest/gtest.h>

#include <algorithm>

#include "api/events/event_hub.h"

namespace ordo::api {
namespace {

const EventLog kLog{Topic::order_events, 0, 4};

TEST(EventPosition, AnIdNamesAPlaceInOneLog) {
  EXPECT_EQ(event_id(kLog, {12, 7, 0, 44}), "order_events.0.12.7.0.44");
  EXPECT_EQ(*parse_event_id(kLog, "order_events.0.12.7.0.44"), (Offsets{12, 7, 0, 44}));
  const auto reason = [](std::string_view id) { return parse_event_id(kLog, id).error().reason; };
  EXPECT_EQ(reason("stock.0.1.1.1.1"), "other_topic");
  EXPECT_EQ(reason("order_events.1.12.7.0.44"), "other_epoch");
  EXPECT_EQ(reason("order_events.0.12.7.0"), "other_partitions");
  for (const auto* bad :
       {"", "x", "order_events", "order_events.0", "order_events.0.a.1.1.1", "order_events.0.-1.1.1.1",
        "order_events.0.1..1.1", "order_events.0.99999999999999999999.1.1.1", "42", "order_events.0.12.7.0.44.",
        "order_events.0.012.7.0.44", "order_events.-0.12.7.0.44"}) {
    EXPECT_EQ(reason(bad), "unknown_id") << bad;
  }
}

Event event_of(std::string value, std::string type = "ordo.payment.captured.v1", std::string subject = "o1") {
  Record record;
  record.at = {Topic::order_events, 2, false};
  record.offset = 7;
  record.key = "key";
  record.value = std::move(value);
  record.appended_at = from_unix_ms(1'000);
  record.envelope.type = std::move(type);
  record.envelope.subject = std::move(subject);
  return Event(std::move(record));
}

TEST(Event, ItsTextIsOneLineOfJson) {
  EXPECT_EQ(*event_of("{\"a\":\r\n [1.50,\n\t\"\\n\"]}").text(PaymentTokens::kShown),
            "event: ordo.payment.captured.v1\n"
            "data: {\"id\":\"\",\"source\":\"\",\"type\":\"ordo.payment.captured.v1\",\"subject\":\"o1\","
            "\"time\":\"1970-01-01T00:00:01.000Z\",\"topic\":\"order_events\",\"partition\":2,\"offset\":7,"
            "\"data\":{\"a\":   [1.50,  \"\\n\"]}}\n\n");
  const auto data = [](std::string value) {
    const auto event = event_of(std::move(value), "a\nb: c", "");
    const auto& text = *event.text(PaymentTokens::kShown);
    EXPECT_EQ(text.substr(0, text.find("data")), "event: a b: c\n");
    EXPECT_NE(text.find("\"subject\":\"key\""), std::string::npos);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
    return text.substr(text.find("\"data\":") + 7);
  };
  EXPECT_EQ(data("no json\n"), "\"no json\\n\"}\n\n");
  EXPECT_EQ(data("\xff{"), "\"\xEF\xBF\xBD{\"}\n\n");
  EXPECT_EQ(data(""), "\"\"}\n\n");
  EXPECT_EQ(data("null"), "null}\n\n");
  const auto bare = event_of("1", "");
  EXPECT_TRUE(bare.text(PaymentTokens::kShown)->starts_with("data: "));
}

TEST(Event, SaysWhoCausedIt) {
  Record record;
  record.at = {Topic::order_events, 2, false};
  record.offset = 7;
  record.value = "1";
  record.envelope.by = Actor{ActorKind::key, "4fQ0", "web shop"};
  std::string own;
  append_event_json(record, PaymentTokens::kShown, own);
  EXPECT_NE(own.find(R"("offset":7,"by":{"kind":"key","id":"4fQ0","name":"web shop"},"data":1})"), std::string::npos)
      << own;
  // A CloudEvent's attributes are plain strings.
  EXPECT_NE(cloud_event(record).find(R"("offset":7,"bykind":"key","byid":"4fQ0","byname":"web shop","data":1})"),
            std::string::npos)
      << cloud_event(record);
}

TEST(Event, PaymentTokensCanBeLeftOut) {
  const auto data = [](std::string value) {
    const auto event = event_of(std::move(value));
    const auto& text = *event.text(PaymentTokens::kLeftOut);
    return text.substr(text.find("\"data\":") + 7);
  };
  EXPECT_EQ(data(R"({"a": [1.50, {"payment_method":"tok_1"}],"payment_method":"tok_1","b":"\n"})"),
            "{\"a\":[1.50,{}],\"b\":\"\\n\"}}\n\n");
  EXPECT_EQ(data(R"({"paymentMethod":"tok_1"})"), "{}}\n\n");
  EXPECT_EQ(data(R"({"pa\u0079ment_method":"tok_1","data_base64":"dG9rXzE="})"), "{}}\n\n");
  EXPECT_EQ(data("tok_1"), "null}\n\n");
  EXPECT_NE(event_of(R"({"payment_method":"tok_1"})").text(PaymentTokens::kShown)->find("tok_1"), std::string::npos);
}

TEST(EventFilter, TypesAndOrders) {
  const auto event = event_of("1");
  const auto matches = [&](std::vector<std::string> types, std::string order = "") {
    return EventFilter{std::move(types), std::move(order)}.matches(event);
  };
  EXPECT_TRUE(matches({}));
  EXPECT_TRUE(matches({"ordo.payment.captured.v1"}));
  EXPECT_TRUE(matches({"x", "ordo.payment.*"}));
  EXPECT_TRUE(matches({"*"}, "o1"));
  EXPECT_TRUE(matches({}, "key"));
  EXPECT_FALSE(matches({"ordo.payment"}));
  EXPECT_FALSE(matches({"ordo.payment.captured.v1x", "ordo.order.*"}));
  EXPECT_FALSE(matches({}, "o2"));
  EXPECT_FALSE(matches({"ordo.stock.*"}, "o1"));
}

}  // namespace
}  // namespace ordo::api
