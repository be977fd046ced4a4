#include "api/orders/quote.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace ordo::api {
namespace {

const Timestamp kQuotedAt = from_unix_ms(1'800'000'000'000);
const access::SigningSecret kQuoteSecret{std::string(32, 's')};

PricedOrder priced() {
  PricedOrder order;
  order.total.currency = *Currency::parse("EUR");
  auto& line = order.lines.emplace_back(plain_line(ProductId("tea"), "Tea", 2, Money{500, order.total.currency}, {}));
  line.tax = std::vector<TaxLine>{{{"VAT", std::nullopt, 190'000, std::nullopt, std::nullopt}, {}, false}};
  EXPECT_TRUE(compute_figures(order));
  return order;
}

std::string quote_refusal(std::string_view quote, std::string_view cart, Timestamp at,
                          const access::SigningSecret& secret = kQuoteSecret) {
  const auto opened = open_quote(quote, cart, at, secret);
  return opened ? "" : opened.error().reason;
}

TEST(Quote, HasTheFiguresOfItsCart) {
  const auto order = priced();
  const auto opened = open_quote(seal_quote(order, "cart", kQuotedAt, kQuoteSecret), "cart", kQuotedAt, kQuoteSecret);
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->lines, order.lines);
  EXPECT_EQ(opened->total, order.total);
  EXPECT_EQ(figures_of(*opened), figures_of(order));
}

TEST(Quote, IsValidForAQuarterOfAnHour) {
  const auto quote = seal_quote(priced(), "cart", kQuotedAt, kQuoteSecret);
  EXPECT_EQ(quote_refusal(quote, "cart", kQuotedAt + kQuoteLifetime), "");
  EXPECT_EQ(quote_refusal(quote, "cart", kQuotedAt + kQuoteLifetime + std::chrono::seconds(1)), "quote_expired");
}

TEST(Quote, OfAnotherCartOrAnotherMakerIsRefused) {
  const auto quote = seal_quote(priced(), "cart", kQuotedAt, kQuoteSecret);
  EXPECT_EQ(quote_refusal(quote, "other", kQuotedAt), "quote_mismatch");
  EXPECT_EQ(quote_refusal(quote, "cart", kQuotedAt, {std::string(32, 't')}), "unknown_quote");
  auto text = *from_base64url(quote);
  const auto at = text.find("1190");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 4, "0001");
  EXPECT_EQ(quote_refusal(to_base64url(text), "cart", kQuotedAt), "unknown_quote");
  for (const char* wrong : {"", "a", "%%%", "YWJj"})
    EXPECT_EQ(quote_refusal(wrong, "cart", kQuotedAt), "unknown_quote") << wrong;
}

}  // namespace
}  // namespace ordo::api
