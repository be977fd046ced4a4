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

// As 0.1.0 wrote them. Newer members have their initial values.
TEST(Documents, OfTheFirstReleaseAreRead) {
  const auto order = document_from_json(
      Collection::orders,
      R"({"id":"o","number":"1","customer_id":"c","location":"main","lines":[{"product_id":"p","name":"Tea","quantity":2,)"
      R"("unit_price":{"amount":250,"currency":"EUR"},"total":{"amount":500,"currency":"EUR"},"shipped":1,"returned":0}],)"
      R"("total":{"amount":500,"currency":"EUR"},"status":"confirmed","payment_status":"captured",)"
      R"("fulfillment_status":"partially_shipped","captured":{"amount":500,"currency":"EUR"},)"
      R"("refunded":{"amount":0,"currency":"EUR"},"refunds":[{"id":"r","amount":{"amount":1,"currency":"EUR"},)"
      R"("reason":"x","status":"failed","detail":"closed","at":"2026-01-31T08:05:00.000Z"}],"returns":[],)"
      R"("parcels":[{"shipment_id":"o:1","lines":[{"product_id":"p","quantity":1}],"status":"shipped","tracking":"",)"
      R"("at":"2026-01-31T08:05:00.000Z"}],"dispatch_hold_s":0,"placed_at":"2026-01-31T08:05:00.000Z",)"
      R"("dispatch_requested_at":"2026-01-31T08:05:00.000Z","updated_at":"2026-01-31T08:05:00.000Z","metadata":{},"history":[],"rev":7})");
  ASSERT_TRUE(order) << order.error().text();
  EXPECT_EQ(unshipped_lines(std::get<Order>(*order)), (std::vector<StockLine>{{ProductId("p"), 1}}));
  EXPECT_EQ(open_shipments(std::get<Order>(*order)), (std::vector<OpenShipment>{{"o:2", {{ProductId("p"), 1}}}}));

  const auto payment = document_from_json(
      Collection::payments,
      R"({"id":"o","customer_id":"c","amount":{"amount":500,"currency":"EUR"},"method":"tok","status":"captured",)"
      R"("status_reason":"","captured":{"amount":500,"currency":"EUR"},"refunded":{"amount":0,"currency":"EUR"},)"
      R"("calls":[{"id":"o:refund:2","kind":"refund","amount":{"amount":1,"currency":"EUR"},"refund_id":"r",)"
      R"("attempts":0,"last_error":""}],"open_call":"refund","refunds":["r"],"calls_made":2,"history":[],)"
      R"("created_at":"2026-01-31T08:05:00.000Z","updated_at":"2026-01-31T08:05:00.000Z","rev":3})");
  ASSERT_TRUE(payment) << payment.error().text();
  const payment_command::Answer made{"o:refund:2", GatewayOutcome::refunded, "", ""};
  const auto decided = decide(&std::get<Payment>(*payment), made, Timestamp());
  ASSERT_TRUE(decided) << decided.error().text();
  EXPECT_EQ(decided->payment->refunded.amount, 1);

  const auto shipment = document_from_json(
      Collection::shipments,
      R"({"id":"o:2","order_id":"o","number":2,"location":"main","lines":[{"product_id":"p","quantity":1}],)"
      R"("status":"requested","carrier":"","tracking":"","last_note":"","requested_at":"2026-01-31T08:05:00.000Z",)"
      R"("updated_at":"2026-01-31T08:05:00.000Z","rev":1})");
  EXPECT_TRUE(shipment) << shipment.error().text();
}

TEST(Records, OfTheFirstReleaseAreRead) {
  const auto read = [](Topic topic, std::string_view type, const char* value) {
    Record record;
    record.at.topic = topic;
    record.envelope.type = type;
    record.value = value;
    const auto message = decode(record);
    return message ? std::string() : message.error().text();
  };
  EXPECT_EQ(read(Topic::order_events, kTypeOf<CancelRequested>, R"({"order_id":"o","reason":""})"), "");
  EXPECT_EQ(read(Topic::order_events, kTypeOf<ShipmentCancelled>, R"({"order_id":"o"})"), "");
  EXPECT_EQ(read(Topic::order_events, kTypeOf<ShipmentCancelRefused>, R"({"order_id":"o"})"), "");
  EXPECT_EQ(read(Topic::shipments, kTypeOf<ShipmentRequested>, R"({"order_id":"o","location":"main","lines":[]})"), "");
  EXPECT_EQ(read(Topic::shipments, kTypeOf<ShipmentCancelRequested>, R"({"order_id":"o"})"), "");
  EXPECT_EQ(read(Topic::payments, kTypeOf<GatewayAnswered>, R"({"order_id":"o","call_id":"c","outcome":"captured"})"),
            "");
  EXPECT_EQ(read(Topic::customers, kTypeOf<CustomerOrderChanged>,
                 R"({"customer_id":"c","order_id":"o","status":"pending","placed":true,"ended":false,)"
                 R"("placed_at":"2026-01-31T08:05:00.000Z","captured":{"amount":0,"currency":"EUR"},)"
                 R"("refunded":{"amount":0,"currency":"EUR"}})"),
            "");
  EXPECT_EQ(read(Topic::order_events, kTypeOf<OrderCreated>,
                 R"({"order_id":"o","number":"1","customer_id":"c","location":"main","lines":[{"product_id":"p",)"
                 R"("name":"Tea","quantity":2,"unit_price":{"amount":250,"currency":"EUR"},)"
                 R"("total":{"amount":500,"currency":"EUR"},"shipped":0,"returned":0}],)"
                 R"("total":{"amount":500,"currency":"EUR"},"placed_at":"2026-01-31T08:05:00.000Z","metadata":{},)"
                 R"("fresh":false,"dispatch_hold_s":0})"),
            "");
}

TEST(Documents, RoundTripThroughJson) {
  Order order;
  order.id = OrderId("o-1");
  order.customer_id = CustomerId("c");
  order.location = LocationId("main");
  order.lines.push_back(
      {{}, ProductId("p"), "Tea \"green\"", 2, Money{250, *Currency::parse("EUR")}, {500, *Currency::parse("EUR")}});
  order.lines.push_back({{}, ProductId("q"), "", 1, std::nullopt, {0, *Currency::parse("EUR")}});
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

Result<Message> seed_record(Topic topic, std::string value) {
  Record record;
  record.at.topic = topic;
  record.value = std::move(value);
  return decode(record);
}

// An order's history keeps the source of each record, so every store must be able to keep it.
TEST(Messages, ASourceIsShortText) {
  Record record;
  record.at.topic = Topic::order_events;
  record.envelope.type = kTypeOf<PaymentTimedOut>;
  record.value = R"({"order_id":"o"})";
  for (const auto& source : {std::string("/warehouse"), std::string("/thé"), std::string(512, 's')}) {
    record.envelope.source = source;
    EXPECT_TRUE(decode(record).has_value()) << source;
  }
  for (const auto& source : {std::string("/ware\xffhouse"), std::string(513, 's')}) {
    record.envelope.source = source;
    EXPECT_EQ(decode(record).error().reason, "invalid_source") << source;
  }
}

// So does it keep who caused the record.
TEST(Messages, AnActorIsKnownAndShort) {
  Record record;
  record.at.topic = Topic::order_events;
  record.value = R"({"order_id":"o"})";
  const auto reason = [&](const std::string& kind, const std::string& id, std::optional<std::string> name = {}) {
    Headers headers = {{"ce_specversion", "1.0"},
                       {"ce_id", "1"},
                       {"ce_source", "/crm"},
                       {"ce_type", kTypeOf<PaymentTimedOut>},
                       {"ce_time", "2026-01-02T03:04:05.678Z"},
                       {"content-type", "application/json"},
                       {"ce_bykind", kind},
                       {"ce_byid", id}};
    if (name) headers.emplace_back("ce_byname", *name);
    record.envelope = from_headers(headers);
    const auto read = decode(record);
    return read ? std::string() : read.error().reason;
  };
  EXPECT_EQ(reason("token", "ann@shop"), "");
  EXPECT_EQ(reason("system", std::string(256, 'x'), std::string(128, 'n')), "");
  EXPECT_EQ(reason("robot", "r2"), "invalid_by");
  EXPECT_EQ(reason("key", ""), "invalid_by");
  EXPECT_EQ(reason("key", std::string(257, 'x')), "invalid_by");
  EXPECT_EQ(reason("key", "a\nb"), "invalid_by");
  EXPECT_EQ(reason("key", "\xff"), "invalid_by");
  EXPECT_EQ(reason("key", "k", std::string(129, 'n')), "invalid_by");
  EXPECT_EQ(reason("key", "k", ""), "invalid_by");
  record.envelope = from_headers({{"ce_type", kTypeOf<PaymentTimedOut>}, {"ce_byname", "Ann"}});
  EXPECT_EQ(decode(record).error().reason, "invalid_by") << "a name alone";
}

TEST(Messages, AnOrderIsReadUnderTheOldNamesToo) {
  Record record;
  record.at.topic = Topic::order_created;
  for (const auto* type : {"", "ordo.order.placed.v1"}) {
    record.envelope.type = type;
    for (const auto* name : {"paymentMethod", "payment_method"}) {
      record.value = std::string(R"({"userId":"ann","products":[{"productId":"p","quantity":1}],"totalAmount":1,")") +
                     name + R"(":"tok_1"})";
      const auto message = decode(record);
      ASSERT_TRUE(message) << message.error().text();
      EXPECT_EQ(std::get<NewOrder>(*message).payment_method, "tok_1") << name;
    }
  }
}

TEST(SeedRecords, AreCastAsTheSeedsDatabaseCastsThem) {
  const auto message =
      seed_record(Topic::order_created,
                  R"({"userId":77,"products":[{"productId":123,"quantity":"2"},{"productId":1.50,"quantity":true}],)"
                  R"("totalAmount":" 42.10 ","status":"pending"})");
  ASSERT_TRUE(message.has_value()) << message.error().text();
  const auto& order = std::get<NewOrder>(*message);
  EXPECT_EQ(order.userId.str(), "77");
  EXPECT_EQ(order.products[0].productId->str(), "123");
  EXPECT_EQ(order.products[0].quantity, 2);
  EXPECT_EQ(order.products[1].productId->str(), "1.5");
  EXPECT_EQ(order.products[1].quantity, 1);
  EXPECT_EQ(order.totalAmount->text, "42.10");
  EXPECT_FALSE(order.orderId.has_value());
}

TEST(SeedRecords, ALineWithoutAQuantityHasItsStockOrOne) {
  const auto message = seed_record(
      Topic::order_created,
      R"({"userId":"u","products":[{"productId":"a"},{"productId":"b","quantity":0,"stock":"7"},)"
      R"({"productId":"c","quantity":null,"stock":0},{"productId":"d","quantity":"","name":"Tea","price":2},)"
      R"({"productId":"e","quantity":3,"stock":9},{"productId":"f","quantity":-2}]})");
  ASSERT_TRUE(message.has_value()) << message.error().text();
  std::vector<std::int64_t> quantities;
  for (const auto& line : std::get<NewOrder>(*message).products) quantities.push_back(line.quantity);
  EXPECT_EQ(quantities, (std::vector<std::int64_t>{1, 7, 1, 1, 3, -2}));
}

TEST(SeedRecords, AProductsFieldsAreCastAndItsMissingIdIsNoFault) {
  const auto message = seed_record(
      Topic::product_events,
      R"({"action":"create","product":{"name":12,"price":"19.990000000000000001","stock":"3","category":null,"x":[]}})");
  ASSERT_TRUE(message.has_value()) << message.error().text();
  const auto& product = std::get<ProductEvent>(*message).product;
  EXPECT_TRUE(product._id.empty());
  EXPECT_EQ(product.name, "12");
  EXPECT_EQ(product.price->text, "19.990000000000000001");
  EXPECT_EQ(product.stock, 3);
  EXPECT_FALSE(product.category.has_value());
}

TEST(SeedRecords, WhatIsNoNumberIsNotCast) {
  for (const auto* value : {"\"two\"", "\"2,5\"", "\"0x10\"", "[2]", "{}", "1.5", "\"1.5\""}) {
    const auto message = seed_record(
        Topic::order_created, std::string(R"({"userId":"u","products":[{"productId":"a","quantity":)") + value + "}]}");
    ASSERT_FALSE(message.has_value()) << value;
    EXPECT_EQ(message.error().violations.at(0).pointer, "/products/0/quantity") << value;
  }
  EXPECT_FALSE(seed_record(Topic::order_created, R"({"userId":{},"products":[]})").has_value());
  EXPECT_FALSE(seed_record(Topic::order_created, R"({"userId":1e3,"products":[]})").has_value());
  EXPECT_FALSE(seed_record(Topic::order_created, R"({"userId":"u","products":{}})").has_value());
  EXPECT_FALSE(seed_record(Topic::product_events, R"({"action":"create"})").has_value());
}

TEST(SeedRecords, ARecordThatNamesItsTypeIsHeldToIt) {
  Record record;
  record.at.topic = Topic::order_created;
  record.envelope.type = kTypeOf<NewOrder>;
  record.value = R"({"userId":77,"products":[{"productId":"a"}],"totalAmount":"42"})";
  const auto message = decode(record);
  ASSERT_FALSE(message.has_value());
  EXPECT_EQ(message.error().violations.size(), 3U) << message.error().text();
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
