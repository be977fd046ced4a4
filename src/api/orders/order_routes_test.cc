#include <gtest/gtest.h>

#include "api/list_request.h"
#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

// --- placing orders

TEST_F(ApiTest, AnOrderIsCreatedPendingAndThenReserved) {
  add_product("mug", 1250, 10);
  engine_.pause(true);
  const auto created = order("mug", 2);
  ASSERT_EQ(created.status, 201) << created.body;
  const auto id = member(created.body, "id");
  EXPECT_EQ(created.header("Location"), "/v1/orders/" + id);
  EXPECT_EQ(created.header("ETag"), "\"0\"");
  EXPECT_EQ(member(created.body, "status"), "pending");
  EXPECT_NE(member(created.body, "number"), "");
  EXPECT_EQ(member(created.body, "total.amount"), "2500");
  EXPECT_EQ(member(created.body, "lines.0.name"), "Product mug");
  EXPECT_EQ(member(created.body, "history"), "(none)");

  // The process that accepted the order shows it before it is processed.
  const auto early = client_->get("/v1/orders/" + id);
  EXPECT_EQ(early.status, 200);
  EXPECT_EQ(early.body, created.body);
  EXPECT_EQ(client_->get("/v1/orders/" + id + "/history").body, "{\"data\":[]}");

  engine_.pause(false);
  engine_.settle();
  const auto later = client_->get("/v1/orders/" + id);
  EXPECT_EQ(member(later.body, "status"), "reserved") << later.body;
  EXPECT_EQ(member(later.body, "number"), member(created.body, "number"));
  EXPECT_EQ(member(later.body, "total.amount"), "2500");
  EXPECT_EQ(client_->get("/v1/orders/" + id, "If-None-Match: " + later.header("ETag") + "\r\n").status, 304);
  EXPECT_EQ(member(client_->get("/v1/orders/" + id + "/history").body, "data"), "2");
}

TEST_F(ApiTest, PreferWaitAnswersWithTheDecision) {
  add_product("mug", 1250, 4);
  engine_.pay(true);
  const auto confirmed = order("mug", 2, "Prefer: wait=10\r\n");
  EXPECT_EQ(confirmed.status, 201);
  EXPECT_EQ(member(confirmed.body, "status"), "confirmed");
  EXPECT_EQ(member(confirmed.body, "payment_status"), "captured");
  EXPECT_EQ(confirmed.header("Preference-Applied"), "wait");
  const auto rejected = order("mug", 3, "Prefer: respond-async, wait=10\r\n");
  EXPECT_EQ(member(rejected.body, "status"), "rejected");
  EXPECT_EQ(member(rejected.body, "status_reason"), "out_of_stock");
  engine_.pause(true);
  EXPECT_EQ(member(order("mug", 1, "Prefer: wait=0\r\n").body, "status"), "pending");
  engine_.pay(false);
  engine_.pause(false);
  // Reserved is an intermediate status: the request waits for the payment.
  const auto unpaid = order("mug", 1, "Prefer: wait=1\r\n");
  EXPECT_EQ(member(unpaid.body, "status"), "reserved");
  EXPECT_EQ(unpaid.header("Preference-Applied"), "");
}

TEST_F(ApiTest, AKeyGivesTheSameOrderOnce) {
  add_product("mug", 1250, 10);
  engine_.pause(true);
  const std::string key = "Idempotency-Key: abc-1\r\n";
  const auto first = order("mug", 2, key);
  const auto at_once = order("mug", 2, key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(at_once.status, 201);
  EXPECT_EQ(at_once.body, first.body);
  EXPECT_EQ(engine_.records(Topic::order_created).size(), 1U);
  EXPECT_EQ(order("mug", 3, key).status, 422);
  engine_.pause(false);
  engine_.settle();
  // Through another process, which has only the document.
  restart({});
  const auto elsewhere = order("mug", 2, key);
  EXPECT_EQ(elsewhere.status, 201);
  EXPECT_EQ(member(elsewhere.body, "id"), member(first.body, "id"));
  EXPECT_EQ(member(elsewhere.body, "status"), "reserved");
  const auto reused = order("mug", 3, key);
  EXPECT_EQ(reused.status, 422);
  EXPECT_EQ(member(reused.body, "code"), "idempotency_key_reused");
  EXPECT_EQ(engine_.records(Topic::order_created).size(), 1U);
  EXPECT_EQ(order("mug", 2, "Idempotency-Key: \r\n").status, 400);
}

TEST_F(ApiTest, PricesAreStatedWithThePermission) {
  add_product("mug", 1250, 10);
  engine_.pause(true);
  const auto body = [](std::string_view more) {
    return R"({"customer_id":"ann","lines":[{"product_id":"mug","quantity":2,"unit_price":{"amount":1100,"currency":"USD"},)"
           R"("tax":[{"code":"VAT","rate_ppm":190000}]},{"kind":"fee","quantity":1,"name":"Gift wrap",)"
           R"("unit_price":{"amount":300,"currency":"USD"}}],"shipping":[{"name":"Parcel","price":{"amount":490,)"
           R"("currency":"USD"}}],"discounts":[{"label":"Regular","target":"order","value_type":"percent","value":50000}])" +
           std::string(more) + "}";
  };
  const auto created = client_->send_json("POST", "/v1/orders", body(""));
  ASSERT_EQ(created.status, 201) << created.body;
  // 22.00 - 1.10 + 19 % of 20.90 + 3.00 + 4.90
  EXPECT_EQ(member(created.body, "total.amount"), "3277");
  EXPECT_EQ(member(created.body, "lines.0.id"), "1");
  EXPECT_EQ(member(created.body, "lines.0.discounts.0.amount.amount"), "110");
  EXPECT_EQ(member(created.body, "lines.0.tax.0.amount.amount"), "397");
  EXPECT_EQ(member(created.body, "lines.1.product_id"), "(none)");
  EXPECT_EQ(member(created.body, "totals.fees.amount"), "300");
  EXPECT_EQ(member(created.body, "tax_summary.0.net.amount"), "2090");

  const auto agreed = [&](std::string_view total) {
    return client_->send_json("POST", "/v1/orders",
                              body(",\"expected_total\":{\"amount\":" + std::string(total) + ",\"currency\":\"USD\"}"));
  };
  EXPECT_EQ(agreed("3277").status, 201);
  EXPECT_EQ(member(agreed("3276").body, "code"), "total_mismatch");

  engine_.pause(false);
  engine_.settle();
  const auto later = client_->get("/v1/orders/" + member(created.body, "id"));
  EXPECT_EQ(member(later.body, "status"), "reserved") << later.body;
  EXPECT_EQ(member(later.body, "lines"), member(created.body, "lines"));
  EXPECT_EQ(member(later.body, "totals.total.amount"), "3277");
  EXPECT_EQ(member(later.body, "lines.0.tax_total.amount"), "397");
}

TEST_F(ApiTest, WhatIsStatedWronglyIsNamed) {
  add_product("mug", 1250, 10);
  const auto problem = [&](std::string_view line, std::string_view more) {
    const auto answer = client_->send_json("POST", "/v1/orders",
                                           R"({"customer_id":"ann","lines":[{"product_id":"mug","quantity":1)" +
                                               std::string(line) + "}]" + std::string(more) + "}");
    EXPECT_EQ(answer.status, 422) << answer.body;
    return member(answer.body, "code") + " " + member(answer.body, "errors.0.pointer");
  };
  EXPECT_EQ(problem(R"(,"tax":[{"code":"VAT","rate_ppm":1000001}])", ""), "invalid_fields /lines/0/tax/0/rate_ppm");
  EXPECT_EQ(problem(R"(,"tax":[{"code":"","rate_ppm":1}])", ""), "invalid_fields /lines/0/tax/0/code");
  EXPECT_EQ(problem(R"(,"tax":[{"code":"VAT","rate_ppm":0}])", ""), "invalid_fields /lines/0/tax/0/rate_ppm");
  EXPECT_EQ(problem(R"(,"total":{"amount":1,"currency":"USD"})", ""), "total_mismatch /lines/0/total");
  EXPECT_EQ(problem(R"(,"unit_price":{"amount":-1,"currency":"USD"})", ""),
            "invalid_fields /lines/0/unit_price/amount");
  EXPECT_EQ(problem("", R"(,"discounts":[{"target":"order","value_type":"fixed","value":1251}])"),
            "discount_exceeds_line /discounts/0/value");
  EXPECT_EQ(problem("", R"(,"shipping":[{"name":"P","price":{"amount":1,"currency":"EUR"}}])"),
            "currency_mismatch /shipping/0/price");
  EXPECT_EQ(problem(R"(,"kind":"custom")", ""), "invalid_fields /lines/0/product_id");
}

TEST_F(ApiTest, AQuoteIsKeptAndIsForItsCart) {
  add_product("mug", 1250, 10);
  engine_.put([] {
    TaxRate rate;
    rate.id = "us";
    rate.country = "US";
    rate.rate_ppm = 100'000;
    rate.code = rate.label = "TAX";
    rate.rev = 1;
    return rate;
  }());
  const auto body = [](std::string_view more, std::string_view quantity = "2") {
    return R"({"customer_id":"ann","shipping_address":{"name":"Ann","line1":"1 Main St","city":"X","country":"US"},)"
           R"("lines":[{"product_id":"mug","quantity":)" +
           std::string(quantity) + "}]" + std::string(more) + "}";
  };
  const auto quote = client_->send_json("POST", "/v1/quotes", body(""));
  ASSERT_EQ(quote.status, 200) << quote.body;
  EXPECT_EQ(member(quote.body, "total.amount"), "2750");
  EXPECT_EQ(member(quote.body, "totals.tax.amount"), "250");
  EXPECT_TRUE(engine_.records(Topic::order_created).empty());

  add_product("other", 1, 1);
  const auto changed = client_->send_json("PATCH", "/v1/products/mug", R"({"price":{"amount":9999,"currency":"USD"}})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  const auto named = ",\"quote\":\"" + member(quote.body, "quote") + "\"";
  const auto placed = client_->send_json("POST", "/v1/orders", body(named));
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(member(placed.body, "total.amount"), "2750");
  EXPECT_EQ(member(placed.body, "lines.0.unit_price.amount"), "1250");

  const auto refused = [&](const std::string& text) {
    return member(client_->send_json("POST", "/v1/orders", text).body, "code");
  };
  EXPECT_EQ(refused(body(named, "3")), "quote_mismatch");
  EXPECT_EQ(refused(body(R"(,"quote":"abc")")), "unknown_quote");
  EXPECT_EQ(refused(body(named + R"(,"codes":["X"])")), "invalid_fields");
}

// A product that another process created a moment ago.
TEST_F(ApiTest, AProductThatIsNotOnTheListIsLookedForBeforeItIsUnknown) {
  add_product("mug", 1250, 10);
  engine_.unlisted = {"mug"};
  EXPECT_EQ(order("mug", 2).status, 201);
  EXPECT_EQ(order("mug", 2, "Idempotency-Key: k\r\n").status, 201);
  engine_.fail_reads(Error{ErrorCode::kUnavailable, "database_away", "no connection", {}});
  for (const auto* key : {"", "Idempotency-Key: l\r\n"}) {
    const auto away = order("mug", 2, key);
    EXPECT_EQ(away.status, 503);
    EXPECT_EQ(member(away.body, "code"), "database_away");
  }
}

TEST_F(ApiTest, WhatIsWrongWithAnOrderIsNamedFieldByField) {
  add_product("mug", 1250, 10);
  const auto post = [&](std::string_view body) { return client_->send_json("POST", "/v1/orders", body); };
  EXPECT_EQ(post("").status, 400);
  EXPECT_EQ(post("{").status, 400);
  EXPECT_EQ(post("[]").status, 422);
  EXPECT_EQ(post(R"({"customer_id":"a","customer_id":"b","lines":[]})").status, 400);
  const auto typo = post(R"({"costumer_id":"c","lines":[{"product_id":"mug","quantity":1}]})");
  EXPECT_EQ(typo.status, 422);
  EXPECT_NE(typo.body.find(R"(did you mean \"customer_id\"?)"), std::string::npos) << typo.body;
  const auto wrong = post(R"({"customer_id":"c/d","lines":[{"product_id":"mug","quantity":0}],"currency":"usd"})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(member(wrong.body, "errors"), "3") << wrong.body;
  EXPECT_EQ(member(wrong.body, "errors.0.pointer"), "/lines/0/quantity");
  const auto unknown = order("cup", 1);
  EXPECT_EQ(unknown.status, 422);
  EXPECT_EQ(member(unknown.body, "code"), "unknown_product");
  EXPECT_EQ(member(unknown.body, "trace_id").size(), 32U);
  const auto total = post(
      R"({"customer_id":"c","lines":[{"product_id":"mug","quantity":2}],"expected_total":{"amount":2499,"currency":"USD"}})");
  EXPECT_EQ(total.status, 422);
  EXPECT_EQ(member(total.body, "code"), "total_mismatch");
  EXPECT_EQ(post(R"({"customer_id":"c","lines":[{"product_id":"mug","quantity":1}],"payment_method":""})").status, 422);
  EXPECT_EQ(client_->request("POST /v1/orders HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}").status, 415);
  EXPECT_TRUE(engine_.records(Topic::order_created).empty());
  EXPECT_EQ(post(R"({"customer_id":"c","lines":[{"product_id":"mug","quantity":2}],"currency":"USD","location":"east",)"
                 R"("reference":"R-1","metadata":{"k":"v"},"expected_total":{"amount":2500,"currency":"USD"}})")
                .status,
            201);
}

TEST_F(ApiTest, AnOrderPlacedElsewhereBeforeKeepsItsTime) {
  add_product("mug", 1250, 10);
  const auto placed = [this](const std::string& time) {
    return client_->send_json("POST", "/v1/orders",
                              R"({"customer_id":"c","lines":[{"product_id":"mug","quantity":1}],)"
                              R"("placed_at":")" +
                                  time + R"("})");
  };
  const auto old = placed("2010-12-01T08:26:00Z");
  EXPECT_EQ(old.status, 201) << old.body;
  EXPECT_EQ(member(old.body, "placed_at"), "2010-12-01T08:26:00.000Z");
  const auto future = placed("2999-01-01T00:00:00Z");
  EXPECT_EQ(future.status, 422);
  EXPECT_EQ(member(future.body, "errors.0.pointer"), "/placed_at");
}

TEST_F(ApiTest, AnOrderThatIsNotDurableIsNotAccepted) {
  add_product("mug", 1250, 10);
  engine_.fail_appends(Error{ErrorCode::kBusy, "queue_full", "the queue is full", {}});
  const auto busy = order("mug", 1, "Idempotency-Key: k\r\n");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.header("Retry-After"), "1");
  EXPECT_EQ(member(busy.body, "code"), "queue_full");
  engine_.fail_appends(std::nullopt);
  EXPECT_EQ(order("mug", 2, "Idempotency-Key: k\r\n").status, 201);
}

TEST_F(ApiTest, OrdersAreTakenWhileTheDatabaseIsAway) {
  add_product("mug", 1250, 10);
  engine_.fail_reads(Error{ErrorCode::kUnavailable, "database_away", "no connection", {}});
  const auto created = order("mug", 1);
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(client_->get("/v1/orders/" + member(created.body, "id")).status, 200);
  EXPECT_EQ(order("mug", 1, "Idempotency-Key: k\r\n").status, 201);
  const auto unknown = client_->get("/v1/orders/unknown");
  EXPECT_EQ(unknown.status, 503);
  EXPECT_EQ(unknown.header("Retry-After"), "1");
  EXPECT_EQ(client_->get("/v1/orders").status, 503);
}

TEST_F(ApiTest, TheRecordIsWhatOtherConsumersExpect) {
  add_product("mug", 1250, 10);
  const auto created = order("mug", 2, "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n");
  const auto records = engine_.records(Topic::order_created);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].key, member(created.body, "id"));
  EXPECT_EQ(member(records[0].value, "userId"), "c1");
  EXPECT_EQ(member(records[0].value, "products.0.productId"), "mug");
  EXPECT_EQ(member(records[0].value, "totalAmount"), "25.00");
  EXPECT_EQ(records[0].envelope.type, kTypeOf<NewOrder>);
  EXPECT_EQ(records[0].envelope.source, "/ordo/api/test");
  EXPECT_EQ(records[0].envelope.traceparent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
}

TEST_F(ApiTest, AnAddressGoesWithTheOrderToItsShipment) {
  engine_.pay(true);
  add_product("mug", 1250, 10);
  const std::string address = R"({"name":"Ann Lee","line1":"Oranienstr. 1","city":"Berlin","country":"DE"})";
  const auto id = settled_order("mug", 1, R"(,"shipping_address":)" + address);
  const auto order = client_->get("/v1/orders/" + id).body;
  EXPECT_NE(order.find(R"("shipping_address":)" + address), std::string::npos) << order;
  const auto requested = engine_.records(Topic::shipments);
  ASSERT_FALSE(requested.empty());
  EXPECT_EQ(member(requested[0].value, "shipping_address.city"), "Berlin");
  EXPECT_EQ(member(client_->get("/v1/shipments/" + id + ":1").body, "shipping_address.country"), "DE");

  const auto wrong = client_->send_json("POST", "/v1/orders",
                                        R"({"customer_id":"c","lines":[{"product_id":"mug","quantity":1}],)"
                                        R"("shipping_address":{"name":"A","line1":"x","city":"y","country":"XX"}})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(member(wrong.body, "errors.0.pointer"), "/shipping_address/country") << wrong.body;
}

TEST_F(ApiTest, AnOrderKeepsWhatTheBuyerSaid) {
  engine_.pay(true);
  add_product("mug", 1250, 10);
  const std::string said =
      R"("contact":{"email":"ann@example.com"},)"
      R"("billing_address":{"name":"Ann Lee","line1":"Oranienstr. 1","city":"Berlin","country":"DE"},)"
      R"("customer_note":"Ring twice,\nthen knock.","channel":"web","locale":"de-DE","tags":["gift","first"])";
  const auto id = settled_order("mug", 1, "," + said);
  const auto order = client_->get("/v1/orders/" + id).body;
  EXPECT_NE(order.find(said), std::string::npos) << order;

  const auto wrong = client_->send_json("POST", "/v1/orders",
                                        R"({"customer_id":"c","lines":[{"product_id":"mug","quantity":1}],)"
                                        R"("contact":{"email":"ann"},"locale":"english","tags":["ok",""]})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(member(wrong.body, "errors.0.pointer"), "/contact/email") << wrong.body;
  EXPECT_EQ(member(wrong.body, "errors.1.pointer"), "/locale") << wrong.body;
  EXPECT_EQ(member(wrong.body, "errors.2.pointer"), "/tags/1") << wrong.body;
}

// --- reading and listing

TEST_F(ApiTest, ListsAreFilteredAndPagedToTheEnd) {
  add_product("mug", 100, 3);
  for (int i = 0; i < 5; ++i) settled_order("mug", 1);
  std::size_t seen = 0;
  std::string target = "/v1/orders?status=reserved&limit=2&customer_id=c1";
  while (!target.empty()) {
    const auto page = client_->get(target);
    ASSERT_EQ(page.status, 200) << page.body;
    seen += std::stoul(member(page.body, "data"));
    const auto link = page.header("Link");
    EXPECT_EQ(link.empty(), member(page.body, "next_cursor") == "null");
    target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
  }
  EXPECT_EQ(seen, 3U);
  EXPECT_EQ(member(client_->get("/v1/orders?status=rejected").body, "data"), "2");
  EXPECT_EQ(member(client_->get("/v1/orders?product_id=other").body, "data"), "0");
  EXPECT_EQ(member(client_->get("/v1/orders?from=2020-01-01&to=2021-01-01").body, "data"), "0");
  EXPECT_EQ(member(client_->get("/v1/orders?from=&limit=").body, "data"), "5");
  for (const auto* filter :
       {"/v1/orders?status=", "/v1/orders?customer_id=", "/v1/orders?product_id=", "/v1/orders?reference=",
        "/v1/customers?email=", "/v1/shipments?order_id=", "/v1/dlq?key=", "/v1/events?order_id="}) {
    const auto refused = client_->get(filter);
    EXPECT_EQ(refused.status, 400) << filter;
    EXPECT_EQ(member(refused.body, "code"), "bad_query") << refused.body;
  }
}

TEST_F(ApiTest, FiltersRefuseValuesThatThereAreNot) {
  const std::pair<Collection, std::string> lists[] = {
      {Collection::orders, "/v1/orders"},        {Collection::products, "/v1/products"},
      {Collection::payments, "/v1/payments"},    {Collection::shipments, "/v1/shipments"},
      {Collection::customers, "/v1/customers"},  {Collection::webhook_endpoints, "/v1/webhooks"},
      {Collection::tax_rates, "/v1/tax-rates"},  {Collection::shipping_methods, "/v1/shipping-methods"},
      {Collection::promotions, "/v1/promotions"}};
  int enums = 0;
  for (const auto& [collection, path] : lists) {
    for (const auto& filter : spec_of(collection).filters) {
      if (filter.names == nullptr) continue;
      ++enums;
      const auto answer = client_->get(path + "?" + std::string(filter.name) + "=nonsense");
      EXPECT_EQ(answer.status, 400) << path << answer.body;
      EXPECT_NE(answer.body.find(std::string(filter.name) + " is one of "), std::string::npos) << answer.body;
    }
  }
  EXPECT_EQ(enums, 11);
}

TEST_F(ApiTest, ListsRefuseWhatTheyDoNotUnderstand) {
  for (const auto* query : {"limit=0", "limit=501", "limit=x", "status=open", "from=yesterday", "cursor=abc", "a=%zz",
                            "limit=1&limit=2", "staus=reserved"}) {
    const auto answer = client_->get(std::string("/v1/orders?") + query);
    EXPECT_EQ(answer.status, 400) << query << answer.body;
  }
  EXPECT_NE(client_->get("/v1/orders?staus=reserved").body.find("did you mean status?"), std::string::npos);
}

TEST_F(ApiTest, AnOrderShowsHowItIsPaidAndWhatCameOfIt) {
  add_product("mug", 1250, 10);
  engine_.pay(true);
  engine_.ship(true);
  const auto paid = settled_order("mug", 2, R"(,"payment_method":"tok_visa")");
  const auto order = client_->get("/v1/orders/" + paid).body;
  EXPECT_EQ(member(order, "status"), "completed") << order;
  EXPECT_EQ(member(order, "payment_method"), "tok_visa");
  EXPECT_EQ(member(order, "captured.amount"), "2500");
  EXPECT_EQ(member(order, "refunded.currency"), "USD");
  EXPECT_EQ(member(order, "parcels.0.status"), "delivered");
  EXPECT_NE(member(order, "confirmed_at"), "(none)");
  for (const auto* hidden : {"history", "request_hash", "dispatch_hold_s", "dispatch_requested_at"}) {
    EXPECT_EQ(member(order, hidden), "(none)") << hidden;
  }
  EXPECT_EQ(status_of(settled_order("mug", 1, R"(,"payment_method":"sim_decline")")), "rejected");
}

TEST(Cursor, IsBoundToItsFilter) {
  const PageKey key{1'700'000'000'000, "0190-a"};
  const auto cursor = encode_cursor(key, "orders\nstatus=reserved");
  const auto back = decode_cursor(cursor, "orders\nstatus=reserved");
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->sort, key.sort);
  EXPECT_EQ(back->id, key.id);
  EXPECT_FALSE(decode_cursor(cursor, "orders").has_value());
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    auto tampered = cursor;
    tampered[i] = tampered[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(decode_cursor(tampered, "orders\nstatus=reserved").has_value()) << i;
  }
}

}  // namespace
}  // namespace ordo::api
