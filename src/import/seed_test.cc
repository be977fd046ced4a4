#include <gtest/gtest.h>

#include "import/orders.h"
#include "import/products.h"
#include "import/seed_rows.h"

namespace ordo::imports {
namespace {

NextDocument documents(std::vector<mongo::ForeignDocument> all) {
  auto at = std::make_shared<std::size_t>(0);
  return [all = std::move(all), at]() -> Result<std::optional<mongo::ForeignDocument>> {
    if (*at == all.size()) return std::nullopt;
    return all[(*at)++];
  };
}

std::vector<ImportRow> rows_of(RowReader& reader) {
  std::vector<ImportRow> rows;
  ImportRow row;
  while (*reader.next(row)) rows.push_back(std::move(row));
  return rows;
}

constexpr const char* kId = "66f0c0ffee0000000000000a";

TEST(ImportSeed, AProductKeepsItsIdItsPriceAndItsStock) {
  const auto reader = seed_product_rows(documents(
      {{kId, R"({"_id":"66f0c0ffee0000000000000a","name":"Mug","price":19.99,"stock":4,"category":"k","__v":0})"},
       {"7", R"({"_id":7,"name":"Tea","price":"2.5","stock":"3"})"}}));
  std::vector<Refusal> refused;
  ProductPlanner planner({*Currency::parse("USD"), {}, {}}, *reader,
                         [&refused](const Refusal& refusal) { refused.push_back(refusal); });
  std::vector<PlannedProduct> products;
  for (const auto& row : rows_of(*reader)) {
    if (auto product = planner.add(row)) products.push_back(std::move(*product));
  }
  EXPECT_TRUE(refused.empty());
  ASSERT_EQ(products.size(), 2U);
  EXPECT_EQ(products[0].id, kId);
  EXPECT_EQ(products[0].price.amount, 1999);
  EXPECT_EQ(products[0].stock, 4);
  EXPECT_EQ(products[0].category, "k");
  EXPECT_EQ(products[1].id, "7");
  EXPECT_EQ(products[1].price.amount, 250);
  EXPECT_EQ(products[1].stock, 3);
}

TEST(ImportSeed, WhatCannotBeTakenIsRefusedUnderItsId) {
  const auto reader = seed_product_rows(documents({{"a", R"({"name":"n","price":{"$type":"a number"},"stock":1})"},
                                                   {"b", R"({"name":"n","price":1.999,"stock":1})"},
                                                   {"c", R"({"name":"n","price":1,"stock":-3})"},
                                                   {"d", R"({"name":"n","stock":1})"},
                                                   {"(BSON type 5)", R"({"name":"n","price":1,"stock":1})"},
                                                   {"e", "not JSON"}}));
  std::vector<std::pair<std::string, std::string>> refused;
  ProductPlanner planner({*Currency::parse("USD"), {}, {}}, *reader, [&refused](const Refusal& refusal) {
    refused.emplace_back(refusal.record, refusal.problem.field);
  });
  for (const auto& row : rows_of(*reader)) EXPECT_FALSE(planner.add(row).has_value());
  EXPECT_EQ(refused,
            (std::vector<std::pair<std::string, std::string>>{
                {"a", "price"}, {"b", "price"}, {"c", "stock"}, {"d", "price"}, {"(BSON type 5)", "_id"}, {"e", ""}}));
}

TEST(ImportSeed, PendingOrdersAreRowsAndOthersHistory) {
  const auto reader = seed_order_rows(documents(
      {{kId, R"({"userId":77,"products":[{"productId":"p","quantity":2},{"productId":"q"}],"status":"pending"})"},
       {"b", R"({"userId":"u","products":[{"productId":"p","quantity":1}],"status":"completed"})"},
       {"c", R"({"userId":"u","products":[]})"}}));
  const auto rows = rows_of(*reader);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0][Column::order], kId);
  EXPECT_EQ(rows[0][Column::customer], "77");
  EXPECT_EQ(rows[0][Column::quantity], "2");
  EXPECT_EQ(rows[0][Column::time], "2024-09-23T01:14:39.000Z");
  EXPECT_EQ(rows[1][Column::product], "q");
  EXPECT_EQ(rows[1][Column::quantity], "1");
  EXPECT_EQ(rows[2].problem->reason, "history");
  EXPECT_EQ(rows[3].problem->reason, "missing");
  EXPECT_EQ(rows[3].line, 3U);
}

}  // namespace
}  // namespace ordo::imports
