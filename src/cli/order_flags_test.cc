#include "cli/order_flags.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "domain/test_values.h"
#include "records/json_codec.h"

namespace ordo::cli {
namespace {

// The body as JSON, or the error.
std::string made(const OrderFlags& flags, const std::string& in = {}) {
  std::istringstream input(in);
  const auto body = order_body_of(flags, input);
  return body ? to_json(*body) : body.error().message;
}

OrderBody body_of(const OrderFlags& flags, const std::string& in = {}) {
  std::istringstream input(in);
  auto body = order_body_of(flags, input);
  EXPECT_TRUE(body) << body.error().text();
  return body ? *body : OrderBody();
}

OrderFlags with_lines(std::vector<std::string> lines) {
  OrderFlags flags;
  flags.lines = std::move(lines);
  return flags;
}

TEST(OrderFlags, LinesOfProductsHaveAPriceOnlyIfItIsStated) {
  const auto body = body_of(with_lines({"mug=red=2", "tea=1@4.90EUR", "cup=3@5"}));
  ASSERT_EQ(body.lines.size(), 3U);
  EXPECT_EQ(body.lines[0].product_id, ProductId("mug=red"));
  EXPECT_EQ(body.lines[0].quantity, 2);
  EXPECT_EQ(body.lines[0].unit_price, std::nullopt);
  EXPECT_EQ(body.lines[1].unit_price, (Money{490, kEur}));
  EXPECT_EQ(body.lines[2].unit_price, (Money{500, kEur})) << "in the currency of the amounts before it";
  EXPECT_EQ(body.currency, "EUR");
}

TEST(OrderFlags, CustomLinesAndFeesHaveANameAndAPrice) {
  OrderFlags flags;
  flags.currency = "USD";
  flags.custom = {"Engraving: A=B=1@4.9"};
  flags.fees = {"Gift wrap=2@1.00"};
  const auto body = body_of(flags);
  ASSERT_EQ(body.lines.size(), 2U);
  EXPECT_EQ(body.lines[0].kind, LineKind::custom);
  EXPECT_EQ(body.lines[0].name, "Engraving: A=B");
  EXPECT_EQ(body.lines[0].product_id, std::nullopt);
  EXPECT_EQ(body.lines[0].unit_price, (Money{490, kUsd}));
  EXPECT_EQ(body.lines[1].kind, LineKind::fee);
  EXPECT_EQ(body.lines[1].quantity, 2);
}

TEST(OrderFlags, OtherFormsAreRefused) {
  for (const auto* wrong : {"mug", "=2", "mug=", "mug=two", "mug=2x", "mug=2@", "mug=2@5", "mug=2@x", "mug=2@5EUX"}) {
    EXPECT_FALSE(made(with_lines({wrong})).starts_with('{')) << wrong;
  }
  EXPECT_NE(made(with_lines({"mug"})).find("PRODUCT=QUANTITY"), std::string::npos);
  EXPECT_NE(made(with_lines({"mug=2@5"})).find("--currency"), std::string::npos);
  OrderFlags flags;
  flags.fees = {"Gift wrap=1"};
  EXPECT_NE(made(flags).find("NAME=QUANTITY@PRICE"), std::string::npos);
  flags = with_lines({"mug=1@5.00EUR"});
  flags.currency = "USD";
  EXPECT_NE(made(flags).find("the currency of the order"), std::string::npos);
  flags = with_lines({"mug=1"});
  for (const auto* wrong : {"10", "x%", "%", "1.00001%"}) {
    flags.discounts = {wrong};
    EXPECT_FALSE(made(flags).starts_with('{')) << wrong;
  }
  flags.discounts.clear();
  for (const auto* wrong : {"Courier", "=9.90EUR", "Courier=9.90"}) {
    flags.shipping = {wrong};
    EXPECT_FALSE(made(flags).starts_with('{')) << wrong;
  }
}

TEST(OrderFlags, DiscountsAreOfTheOrder) {
  auto flags = with_lines({"mug=1"});
  flags.currency = "EUR";
  flags.discounts = {"12.5%", "5"};
  flags.shipping = {"Courier=9.90"};
  flags.expected_total = "100";
  const auto body = body_of(flags);
  ASSERT_EQ(body.discounts->size(), 2U);
  EXPECT_EQ((*body.discounts)[0].value_type, DiscountValue::percent);
  EXPECT_EQ((*body.discounts)[0].value, 125'000);
  EXPECT_EQ((*body.discounts)[1].value_type, DiscountValue::fixed);
  EXPECT_EQ((*body.discounts)[1].value, 500);
  EXPECT_EQ((*body.discounts)[1].target, DiscountTarget::order);
  ASSERT_EQ(body.shipping->size(), 1U);
  EXPECT_EQ((*body.shipping)[0].name, "Courier");
  EXPECT_EQ((*body.shipping)[0].price, (Money{990, kEur}));
  EXPECT_EQ(body.expected_total, (Money{10'000, kEur}));
}

TEST(OrderFlags, WithoutFlagsTheBodyHasNothingElse) {
  auto flags = with_lines({"mug=1"});
  flags.customer = "ann";
  const auto body = body_of(flags);
  EXPECT_FALSE(states_figures(body.lines, body));
  EXPECT_EQ(static_cast<const CartChoices&>(body), CartChoices());
  EXPECT_EQ(static_cast<const OrderTerms&>(body), OrderTerms());
  EXPECT_EQ(body.currency, std::nullopt);
}

TEST(OrderFlags, TermsAndChoices) {
  auto flags = with_lines({"mug=1"});
  flags.codes = {"SPRING", "FREE"};
  flags.tags = {"gift"};
  flags.shipping_method = "parcel";
  flags.payment_terms = PaymentTerms::manual;
  flags.ship_before_payment = true;
  flags.contact.email = "ann@example.com";
  flags.ship_to = R"({"name":"Ann","line1":"Main Street 1","city":"Bonn","country":"DE"})";
  const auto path = testing::TempDir() + "ordo_bill_to";
  std::ofstream(path) << R"({"name":"Bob","line1":"Side Street 2","city":"Wien","country":"AT"})";
  flags.bill_to = "@" + path;
  flags.quote = "abc";
  const auto body = body_of(flags);
  EXPECT_EQ(body.codes, (std::vector<std::string>{"SPRING", "FREE"}));
  EXPECT_EQ(body.tags, std::vector<std::string>{"gift"});
  EXPECT_EQ(body.shipping_method, "parcel");
  EXPECT_EQ(body.payment_terms, PaymentTerms::manual);
  EXPECT_EQ(body.ship_before_payment, true);
  EXPECT_EQ(body.contact->email, "ann@example.com");
  EXPECT_EQ(body.shipping_address->city, "Bonn");
  EXPECT_EQ(body.billing_address->name, "Bob");
  EXPECT_EQ(body.quote, "abc");
}

TEST(OrderFlags, AWrongAddressIsNamed) {
  auto flags = with_lines({"mug=1"});
  flags.ship_to = R"({"name":"Ann"})";
  std::istringstream none;
  const auto body = order_body_of(flags, none);
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().message.find("--ship-to: "), 0U) << body.error().message;
  ASSERT_FALSE(body.error().violations.empty());
  EXPECT_EQ(body.error().violations[0].pointer, "/line1");
  flags.ship_to = "@/no/such/file";
  EXPECT_EQ(made(flags), "there is no file /no/such/file");
}

TEST(OrderFlags, AddToABodyOrReplaceItsMembers) {
  const std::string text =
      R"({"customer_id":"ann","currency":"EUR","lines":[{"product_id":"tea","quantity":1}],"codes":["A"],)"
      R"("contact":{"name":"Ann","email":"old@example.com"},"discounts":[],"placed_at":"2026-01-31T08:05:00.000Z"})";
  auto flags = with_lines({"mug=1@2.50"});
  flags.from = "-";
  flags.customer = "bob";
  flags.codes = {"B"};
  flags.contact.email = "new@example.com";
  const auto body = body_of(flags, text);
  EXPECT_EQ(body.customer_id, CustomerId("bob"));
  ASSERT_EQ(body.lines.size(), 2U);
  EXPECT_EQ(body.lines[0].product_id, kTea);
  EXPECT_EQ(body.lines[1].unit_price, (Money{250, kEur})) << "in the currency of the body";
  EXPECT_EQ(body.codes, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(body.contact->name, "Ann");
  EXPECT_EQ(body.contact->email, "new@example.com");
  EXPECT_EQ(body.discounts, std::vector<StatedDiscount>()) << "an empty list says that there are none";
  EXPECT_EQ(body.shipping, std::nullopt);
  EXPECT_EQ(made(flags, "{").find("the standard input: "), 0U);
  EXPECT_EQ(made(flags, R"({"lines":[],"colour":"red"})").find("the standard input: "), 0U);
}

}  // namespace
}  // namespace ordo::cli
