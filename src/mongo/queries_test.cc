#include "mongo/queries.h"

#include <gtest/gtest.h>

namespace ordo::mongo {
namespace {

TEST(MongoQueries, AnAddressIsSoughtInAnyCaseAndToTheLetter) {
  Query query;
  query.collection = Collection::customers;
  query.where = {{"email", "a.b+c@Example.com"}};
  const auto filter = list_filter(query);
  ASSERT_TRUE(filter);
  EXPECT_NE(filter->find("^a\\.b\\+c\\@Example\\.com$"), std::string::npos) << *filter;
  EXPECT_NE(filter->find("$options"), std::string::npos);
}

TEST(MongoQueries, OthersAreSoughtAsTheyAre) {
  Query query;
  query.where = {{"reference", "R.1"}};
  const auto filter = list_filter(query);
  ASSERT_TRUE(filter);
  EXPECT_EQ(filter->find("$regex"), std::string::npos);
  EXPECT_NE(filter->find("R.1"), std::string::npos);
}

TEST(MongoQueries, AWordOfASearchIsTheBeginningOfATerm) {
  Query query;
  query.where = {{"search", "r.1"}};
  const auto filter = list_filter(query);
  ASSERT_TRUE(filter);
  for (const auto* path : {"search", "number", "reference", "customer_id"}) {
    EXPECT_NE(filter->find(path), std::string::npos) << path;
  }
  EXPECT_NE(filter->find("^r\\.1"), std::string::npos);
  EXPECT_EQ(filter->find("^r\\.1$"), std::string::npos);
}

TEST(MongoQueries, AmountsAreBounds) {
  Query query;
  query.where = {{"total_min", "5"}, {"total_max", "7"}};
  const auto filter = list_filter(query);
  ASSERT_TRUE(filter);
  EXPECT_NE(filter->find("total.amount"), std::string::npos);
  EXPECT_LT(filter->find("$gte"), filter->find("$lte"));
  query.where = {{"total_min", "five"}};
  EXPECT_EQ(list_filter(query).error().reason, "bad_number");
}

TEST(MongoQueries, AListByTheLastChangeIsSortedAndBoundedByIt) {
  Query query;
  query.order = ListOrder::updated;
  query.from = from_unix_ms(5);
  EXPECT_NE(list_filter(query)->find("updated_at"), std::string::npos);
  EXPECT_EQ(list_filter(query)->find("placed_at"), std::string::npos);
  EXPECT_NE(list_options(query, 0).find("updated_at"), std::string::npos);
  EXPECT_EQ(list_options(query, 0).find("maxTimeMS"), std::string::npos);
  query.time_limit = std::chrono::milliseconds(5);
  EXPECT_NE(list_options(query, 0).find("maxTimeMS"), std::string::npos);
  query.collection = Collection::customers;
  EXPECT_EQ(list_filter(query).error().reason, "no_time");
}

}  // namespace
}  // namespace ordo::mongo
