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

}  // namespace
}  // namespace ordo::mongo
