#include "records/search_terms.h"

#include <gtest/gtest.h>

namespace ordo {
namespace {

using Terms = std::vector<std::string>;

TEST(SearchTerms, OfAnOrderAreItsPeopleAndNumbers) {
  Order order;
  order.number = "1042";
  order.customer_id = CustomerId("c1");
  EXPECT_EQ(search_terms(order), Terms()) << "the indexes of its members have them";
  order.reference = "PO 17/A";
  order.contact = Contact{"Nguyễn Thị Đỗ", "Ann@Example.com", "+49 (30) 1234"};
  order.shipping_address.emplace();
  order.shipping_address->name = "Anne-Marie O'Brien";
  order.shipping_address->phone = "0301234";
  order.imported = ImportedFrom{"shopify", "#2001", {}};
  order.parcels.emplace_back().tracking = "JD 01";
  EXPECT_EQ(search_terms(order), (Terms{"po", "17/a", "2001", "nguyen", "thi", "do", "ann@example.com", "49301234",
                                        "anne-marie", "marie", "o'brien", "brien", "0301234", "301234", "jd", "01"}));
}

TEST(SearchTerms, HaveABound) {
  Product product;
  product.id = ProductId("Mug");
  for (int i = 0; i < 100; ++i) product.name += "w" + std::to_string(i) + " ";
  EXPECT_EQ(search_terms(product).size(), kMaxSearchTerms);
  EXPECT_EQ(search_terms(product).front(), "mug");
  product.name = std::string(200, 'x');
  EXPECT_EQ(search_terms(product).back(), std::string(kMaxSearchTermBytes, 'x'));
}

TEST(SearchTerms, TheWordsOfASearchAreMadeAlike) {
  EXPECT_EQ(search_words("  #1042 Đỗ, (Ann)"), (Terms{"1042", "do", "ann"}));
  EXPECT_EQ(search_words(" ... "), Terms());
  EXPECT_EQ(search_words("a b c d e f g h i j").size(), kMaxSearchWords);
  EXPECT_EQ(search_digits("+49 (30) 12-34"), "49301234");
  EXPECT_EQ(search_digits("030/1234"), "301234");
  EXPECT_EQ(search_digits("ann 1"), "");
}

}  // namespace
}  // namespace ordo
