#include <gtest/gtest.h>

#include "import/seed_table.h"
#include "import/testing/import_case.h"

namespace ordo::imports {
namespace {

constexpr const char* kId = "66f0c0ffee0000000000000a";

NextDocument documents(std::vector<mongo::ForeignDocument> all) {
  auto at = std::make_shared<std::size_t>(0);
  return [all = std::move(all), at]() -> Result<std::optional<mongo::ForeignDocument>> {
    if (*at == all.size()) return std::nullopt;
    return all[(*at)++];
  };
}

using Made = std::function<std::unique_ptr<Table>()>;

class ImportSeed : public ImportCase {
 protected:
  ImportOptions seed(ImportKind kind, Made make) const {
    ImportOptions options;
    options.kind = kind;
    options.columns = seed_columns(kind);
    options.values.json = true;
    options.values.currency = options.products.currency = *Currency::parse("USD");
    options.orders.source = "seed";
    options.orders.accept_totals = true;
    options.errors_path = (folder_ / "errors.csv").string();
    options.progress_path = (folder_ / "progress").string();
    options.open = [make = std::move(make)]() -> Result<std::unique_ptr<Table>> { return make(); };
    return options;
  }
};

TEST_F(ImportSeed, AProductKeepsItsIdItsPriceAndItsStock) {
  const auto import = seed(ImportKind::products, [] {
    return seed_product_table(documents(
        {{kId, R"({"_id":"66f0c0ffee0000000000000a","name":"Mug","price":19.99,"stock":4,"category":"k","__v":0})"},
         {"7", R"({"_id":7,"name":"Tea","price":"2.5","stock":"3"})"},
         {"8", R"({"name":"Free","price":0,"stock":0})"}}));
  });
  ScriptedShop shop;
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->accepted, 3U) << content(import.errors_path);
  const auto sent = shop.products[kId];
  EXPECT_NE(sent.find(R"("price":{"amount":1999,"currency":"USD"})"), std::string::npos) << sent;
  EXPECT_NE(sent.find(R"("stock":4)"), std::string::npos);
  EXPECT_NE(sent.find(R"("category":"k")"), std::string::npos);
  EXPECT_NE(shop.products["7"].find(R"("amount":250)"), std::string::npos);
  EXPECT_NE(shop.products["7"].find(R"("stock":3)"), std::string::npos);
  EXPECT_NE(shop.products["8"].find(R"("amount":0)"), std::string::npos);
}

TEST_F(ImportSeed, WhatCannotBeTakenIsRefusedUnderItsId) {
  const auto import = seed(ImportKind::products, [] {
    return seed_product_table(documents({{"a", R"({"name":"n","price":{"$type":"a number"},"stock":1})"},
                                         {"b", R"({"name":"n","price":1.999,"stock":1})"},
                                         {"d", R"({"name":"n","stock":1})"},
                                         {"(BSON type 5)", R"({"name":"n","price":1,"stock":1})"},
                                         {"e", "not JSON"}}));
  });
  ScriptedShop shop;
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->accepted, 0U);
  EXPECT_EQ(summary->error_lines, 5U);
  const auto errors = content(import.errors_path);
  for (const auto* part : {"\n1,a,price,", "\n2,b,price,", "\n3,d,price,", "\n4,(BSON type 5),_id,bad_id,", "\n5,e,"}) {
    EXPECT_NE(errors.find(part), std::string::npos) << part << " in " << errors;
  }
}

std::vector<mongo::ForeignDocument> orders() {
  return {{kId, R"({"userId":"Nguyễn Văn A","products":[{"productId":"p","quantity":2},{"productId":"q"}]})"},
          {"b", R"({"userId":"u","products":[{"productId":"p","quantity":3}],"status":"completed","totalAmount":6,)"
                R"("createdAt":"2024-03-05T14:22:11.000Z"})"},
          {"c", R"({"userId":"u","products":[{"productId":"p","quantity":1},{"productId":"gone","quantity":2}],)"
                R"("status":"cancelled","totalAmount":"7.5","createdAt":"2024-03-05T14:22:11.000Z"})"},
          {"d", R"({"userId":"u","products":[],"status":"completed"})"}};
}

TEST_F(ImportSeed, PendingOrdersArePlacedAndOthersListed) {
  auto import = seed(ImportKind::orders,
                     [] { return seed_order_table(documents(orders()), SeedOrders::pending, true, nullptr); });
  import.mode = OrderMode::new_business;
  import.values.currency.reset();
  ScriptedShop shop;
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->accepted, 1U);
  EXPECT_EQ(summary->by_reason, (std::map<std::string, std::uint64_t>{{"history", 3}})) << content(import.errors_path);
  const auto sent = shop.sent("POST", "/v1/orders");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_NE(sent[0].find(R"("customer_id":"Nguyễn Văn A")"), std::string::npos) << sent[0];
  EXPECT_NE(sent[0].find(R"("placed_at":"2024-09-23T01:14:39.000Z")"), std::string::npos) << sent[0];
  EXPECT_NE(sent[0].find(R"("quantity":2)"), std::string::npos);
  EXPECT_EQ(sent[0].find("unit_price"), std::string::npos) << sent[0];
}

TEST_F(ImportSeed, FinishedOrdersAreHistoryWithTheirTotals) {
  const auto prices = SeedPrices::read(documents({{"p", R"({"name":"Mug","price":2.50})"}, {"x", "not JSON"}}));
  ASSERT_TRUE(prices);
  auto import = seed(ImportKind::orders,
                     [&] { return seed_order_table(documents(orders()), SeedOrders::finished, false, &*prices); });
  import.mode = OrderMode::history;
  ScriptedShop shop;
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->accepted, 2U) << content(import.errors_path);
  EXPECT_EQ(summary->error_lines, 1U);  // the order without lines
  // The only line has the price that its total says, not the product's price of today.
  EXPECT_NE(shop.history["seed\nb"].find(R"("unit_price":{"amount":200,"currency":"USD"})"), std::string::npos)
      << shop.history["seed\nb"];
  const auto cancelled = shop.history["seed\nc"];
  EXPECT_NE(cancelled.find(R"("status":"cancelled")"), std::string::npos) << cancelled;
  EXPECT_NE(cancelled.find(R"("name":"Mug")"), std::string::npos);
  EXPECT_NE(cancelled.find(R"("expected_total":{"amount":750,"currency":"USD"})"), std::string::npos) << cancelled;
}

}  // namespace
}  // namespace ordo::imports
