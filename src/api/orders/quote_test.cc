#include "api/orders/quote.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace ordo::api {
namespace {

const Timestamp kNow = from_unix_ms(1'800'000'000'000);
const access::SigningSecret kSecret{std::string(32, 's')};

PricedOrder priced() {
  PricedOrder order;
  order.total.currency = *Currency::parse("EUR");
  auto& line = order.lines.emplace_back(plain_line(ProductId("tea"), "Tea", 2, Money{500, order.total.currency}, {}));
  line.tax = std::vector<TaxLine>{{{"VAT", std::nullopt, 190'000, std::nullopt, std::nullopt}, {}, false}};
  EXPECT_TRUE(compute_figures(order));
  return order;
}

std::string refusal(std::string_view quote, std::string_view cart, Timestamp at,
                    const access::SigningSecret& secret = kSecret) {
  const auto opened = open_quote(quote, cart, at, secret);
  return opened ? "" : opened.error().reason;
}

TEST(Quote, HasTheFiguresOfItsCart) {
  const auto order = priced();
  const auto opened = open_quote(seal_quote(order, "cart", kNow, kSecret), "cart", kNow, kSecret);
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->lines, order.lines);
  EXPECT_EQ(opened->total, order.total);
  EXPECT_EQ(figures_of(*opened), figures_of(order));
}

TEST(Quote, IsValidForAQuarterOfAnHour) {
  const auto quote = seal_quote(priced(), "cart", kNow, kSecret);
  EXPECT_EQ(refusal(quote, "cart", kNow + kQuoteLifetime), "");
  EXPECT_EQ(refusal(quote, "cart", kNow + kQuoteLifetime + std::chrono::seconds(1)), "quote_expired");
}

TEST(Quote, OfAnotherCartOrAnotherMakerIsRefused) {
  const auto quote = seal_quote(priced(), "cart", kNow, kSecret);
  EXPECT_EQ(refusal(quote, "other", kNow), "quote_mismatch");
  EXPECT_EQ(refusal(quote, "cart", kNow, {std::string(32, 't')}), "unknown_quote");
  auto text = *from_base64url(quote);
  const auto at = text.find("1190");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 4, "0001");
  EXPECT_EQ(refusal(to_base64url(text), "cart", kNow), "unknown_quote");
  for (const char* wrong : {"", "a", "%%%", "YWJj"}) EXPECT_EQ(refusal(wrong, "cart", kNow), "unknown_quote") << wrong;
}

}  // namespace
}  // namespace ordo::api
