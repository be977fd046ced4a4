#include <gtest/gtest.h>

#include "records/documents.h"
#include "records/json_codec.h"
#include "records/messages.h"

namespace ordo {
namespace {

TEST(Json, KeepsNumberTokens) {
  const auto event =
      from_json<ProductFields>(R"({"_id":"p1","price":19.990000000000000001,"stock":3})", Fields::strict);
  ASSERT_TRUE(event.has_value()) << event.error().text();
  EXPECT_EQ(event->price->text, "19.990000000000000001");
  EXPECT_EQ(event->stock, 3);
}

TEST(Json, NamesEachWrongField) {
  const auto order = from_json<NewOrder>(
      R"({"userId":7,"products":[{"productId":"a","quantity":1.5}],"curency":"USD"})", Fields::strict);
  ASSERT_FALSE(order.has_value());
  const auto& found = order.error().violations;
  ASSERT_EQ(found.size(), 3U) << order.error().text();
  EXPECT_EQ(found[0].pointer, "/userId");
  EXPECT_EQ(found[1].pointer, "/products/0/quantity");
  EXPECT_EQ(found[2].pointer, "/curency");
  EXPECT_NE(found[2].detail.find("\"currency\""), std::string::npos);
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const auto* bad : {"", "{", "{\"a\":1,\"a\":2}", "{} x", "nul", "\"\xff\"", "[1,]", "01", "{\"a\":1}{}"}) {
    EXPECT_FALSE(JsonTape::parse(bad).has_value()) << bad;
  }
  std::string deep(40, '[');
  deep.append(40, ']');
  EXPECT_FALSE(JsonTape::parse(deep).has_value());
}

TEST(Json, UnescapesStrings) {
  const auto tape = JsonTape::parse(R"({"a\u0041":"x\ny","plain":"z"} )");
  ASSERT_TRUE(tape.has_value());
  EXPECT_EQ((*tape)[1].text, "aA");
  EXPECT_EQ((*tape)[2].text, "x\ny");
  EXPECT_EQ((*tape)[4].text, "z");
}

TEST(Json, UnescapesStringsThatBeginWithAnEscape) {
  const auto tape = JsonTape::parse(R"({"\u00c9":"\u00c9clair","\u00c8":"\n","\"":{"\t":["\\a","\\b",""]}})");
  ASSERT_TRUE(tape.has_value()) << tape.error().text();
  std::vector<std::string_view> texts;
  for (std::size_t i = 0; i < (*tape)[0].end; ++i) {
    if ((*tape)[i].kind == JsonNode::Kind::string) texts.push_back((*tape)[i].text);
  }
  EXPECT_EQ(texts,
            (std::vector<std::string_view>{"\u00c9", "\u00c9clair", "\u00c8", "\n", "\"", "\t", "\\a", "\\b", ""}));
}

TEST(Documents, RoundTripThroughJson) {
  Order order;
  order.id = OrderId("o-1");
  order.customer_id = CustomerId("c");
  order.location = LocationId("main");
  order.lines.push_back(
      {ProductId("p"), "Tea \"green\"", 2, Money{250, *Currency::parse("EUR")}, {500, *Currency::parse("EUR")}});
  order.lines.push_back({ProductId("q"), "", 1, std::nullopt, {0, *Currency::parse("EUR")}});
  order.total = {500, *Currency::parse("EUR")};
  order.status = OrderStatus::reserved;
  order.metadata["k"] = "v";
  order.placed_at = from_unix_ms(1'700'000'000'123);
  order.history.push_back({"t", order.placed_at, "s", "m"});
  order.rev = 3;
  const Document document(order);
  const auto back = document_from_json(Collection::orders, document_to_json(document));
  ASSERT_TRUE(back.has_value()) << back.error().text();
  EXPECT_EQ(*back, document);

  Order empty;
  empty.id = OrderId("o-2");
  const auto unpriced = document_from_json(Collection::orders, document_to_json(Document(empty)));
  ASSERT_TRUE(unpriced.has_value()) << unpriced.error().text();
}

TEST(Messages, SeedRecordsNeedNoHeaders) {
  Record record;
  record.at.topic = Topic::order_created;
  record.value = R"({"userId":"66f","products":[{"productId":"p1","quantity":2}],"totalAmount":39.98,"extra":true})";
  const auto message = decode(record);
  ASSERT_TRUE(message.has_value()) << message.error().text();
  EXPECT_EQ(std::get<NewOrder>(*message).totalAmount->text, "39.98");
  record.at.topic = Topic::order_events;
  EXPECT_EQ(decode(record).error().reason, "unknown_type");
}

TEST(Envelope, RoundTripsThroughHeaders) {
  Envelope envelope;
  envelope.id = "/ordo/orders/3/0:5";
  envelope.source = "/ordo/orders/3/0";
  envelope.type = std::string(type::kOrderReserved);
  envelope.subject = "o-1";
  envelope.time = from_unix_ms(1'700'000'000'123);
  envelope.sequence = sequence_of(4, 1);
  envelope.previous = 0;
  envelope.extra.emplace_back("x-shop", "1");
  EXPECT_EQ(from_headers(to_headers(envelope)), envelope);
}

}  // namespace
}  // namespace ordo
