#include "domain/order_terms.h"

#include <gtest/gtest.h>

namespace ordo {
namespace {

Address berlin() {
  return {"Ann Lee", {}, "Oranienstr. 1", {}, "Berlin", {}, "10999", "DE", {}, {}};
}

std::string problems(const OrderTerms& terms, TextRule texts = TextRule::enforced) {
  std::vector<Violation> found;
  check_rules(terms, texts, found);
  std::string text;
  for (const auto& violation : found) text += violation.pointer + ": " + violation.detail + "\n";
  return text;
}

TEST(OrderTerms, AnAddressIsCheckedMemberByMember) {
  OrderTerms terms;
  EXPECT_EQ(problems(terms), "");
  terms.shipping_address = berlin();
  EXPECT_EQ(problems(terms), "");
  terms.shipping_address->city.clear();
  terms.shipping_address->line1 = std::string(257, 'x');
  terms.shipping_address->company = "";
  terms.shipping_address->region = "a\nb";
  EXPECT_EQ(problems(terms),
            "/shipping_address/company: must be 1 to 128 bytes\n"
            "/shipping_address/line1: must be 1 to 256 bytes\n"
            "/shipping_address/city: must be 1 to 128 bytes\n"
            "/shipping_address/region: must not have control characters\n");
}

TEST(OrderTerms, ACountryIsOneOfIso3166) {
  for (const auto* code : {"DE", "VN", "US", "AQ"}) EXPECT_EQ(country_problem(code), "") << code;
  for (const auto* code : {"", "de", "XX", "UK", "DEU", "D"}) EXPECT_NE(country_problem(code), "") << code;
  OrderTerms terms;
  terms.shipping_address = berlin();
  terms.shipping_address->country = "XX";
  EXPECT_NE(problems(terms).find("/shipping_address/country: is not a country"), std::string::npos);
}

TEST(OrderTerms, ReferenceTokenAndMetadataHaveTheirRules) {
  OrderTerms terms;
  terms.reference = "";
  terms.payment_method = std::string(129, 't');
  terms.metadata["a.b"] = "x";
  EXPECT_EQ(problems(terms),
            "/reference: must be 1 to 128 bytes\n"
            "/payment_method: must be 1 to 128 bytes\n"
            "/metadata: keys are 1 to 64 bytes without dots and dollar signs\n");
  terms = {};
  terms.reference = "a\x01";
  EXPECT_EQ(problems(terms), "/reference: must not have control characters\n");
  EXPECT_EQ(problems(terms, TextRule::as_written), "");
}

TEST(OrderTerms, AContactHasAnAddressWithAnAt) {
  OrderTerms terms;
  terms.contact = Contact{"Ann Lee", "ann@example.com", "+49 30 1234"};
  EXPECT_EQ(problems(terms), "");
  terms.contact->email = "ann.example.com";
  EXPECT_EQ(problems(terms), "/contact/email: must be an address with an @\n");
}

TEST(OrderTerms, ALocaleIsALanguageTag) {
  for (const auto* tag : {"vi", "en-US", "zh-Hant-TW", "de-CH-1996", "x-y"}) {
    EXPECT_EQ(locale_problem(tag).empty(), std::string_view(tag) != "x-y") << tag;
  }
  for (const auto* tag : {"", "e", "engl", "en_US", "en-", "-en", "en--US", "en-abcdefghi", "e1"}) {
    EXPECT_FALSE(locale_problem(tag).empty()) << tag;
  }
}

TEST(OrderTerms, TagsAreFewShortLines) {
  OrderTerms terms;
  terms.tags = std::vector<std::string>(50, "gift");
  EXPECT_EQ(problems(terms), "");
  terms.tags->emplace_back("one more");
  EXPECT_EQ(problems(terms), "/tags: may have at most 50 entries\n");
  terms.tags = {"ok", "", std::string(65, 't'), "a\nb"};
  EXPECT_EQ(problems(terms),
            "/tags/1: must be 1 to 64 bytes\n"
            "/tags/2: must be 1 to 64 bytes\n"
            "/tags/3: must not have control characters\n");
}

TEST(OrderTerms, ANoteHasLines) {
  OrderTerms terms;
  terms.customer_note = "Ring twice,\nthen knock.";
  EXPECT_EQ(problems(terms), "");
  terms.customer_note = "a\x01";
  EXPECT_EQ(problems(terms), "/customer_note: must not have control characters, except line feeds and tabs\n");
}

TEST(OrderTerms, RedactionRemovesAllThatIsPersonal) {
  OrderTerms terms;
  terms.shipping_address = berlin();
  terms.reference = "r";
  terms.payment_method = "t";
  terms.metadata["k"] = "v";
  terms.tags = {"gift"};
  EXPECT_EQ(text_bytes(terms), text_bytes(*terms.shipping_address) + 2 + 8 + 2 + 8);
  terms.contact = Contact{"Ann Lee", {}, {}};
  terms.billing_address = berlin();
  terms.customer_note = "for Eve";
  terms.channel = "web";
  terms.locale = "de-DE";
  redact(terms);
  OrderTerms kept;
  kept.channel = "web";
  kept.locale = "de-DE";
  kept.tags = {"gift"};
  EXPECT_EQ(terms, kept);
}

TEST(OrderTerms, OnlyManualOrdersAreShippedBeforeTheyArePaid) {
  const auto together = [](const OrderTerms& terms) {
    std::vector<Violation> found;
    check_rules(terms, TextRule::enforced, found);
    check_together(terms, found);
    return found.empty() ? "" : found[0].pointer;
  };
  OrderTerms terms;
  EXPECT_EQ(together(terms), "");
  terms.ship_before_payment = false;
  EXPECT_EQ(together(terms), "/ship_before_payment");
  for (const auto other : {PaymentTerms::gateway, PaymentTerms::none}) {
    terms.payment_terms = other;
    EXPECT_EQ(together(terms), "/ship_before_payment");
  }
  terms.payment_terms = PaymentTerms::manual;
  EXPECT_EQ(together(terms), "");
}

}  // namespace
}  // namespace ordo
