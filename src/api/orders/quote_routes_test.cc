// Quotes: what a cart costs, and the order that names it.
#include <filesystem>
#include <fstream>

#include "access/testing/test_tokens.h"
#include "api/testing/test_api.h"
#include "base/encoding.h"
#include "http/request_guard.h"

namespace ordo::api {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kShopperKey = "0123456789abcdef0123456789abcdef";

std::string problem_of(const http::Answer& answer) {
  return std::to_string(answer.status) + " " + member(answer.body, "code") + " " +
         member(answer.body, "errors.0.pointer");
}

// A shop with keys: `service` may state prices, `shopper` may not.
class QuoteTest : public ApiTest {
 protected:
  QuoteTest() {
    std::string name = (fs::path(testing::TempDir()) / "ordo_quote_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    std::ofstream(folder_ / "jwks") << R"({"keys":[{"kty":"oct","kid":"k1","k":")" << to_base64url(kShopperKey)
                                    << R"("}]})";
    fs::permissions(folder_ / "jwks", fs::perms::owner_read | fs::perms::owner_write);
    access::AuthenticatorOptions who;
    who.key_file = folder_ / "keys";
    who.jwks_file = folder_ / "jwks";
    who.tokens = {"shop", "ordo"};
    authenticator_ = *access::Authenticator::open(who);
    guard_ = std::make_unique<http::RequestGuard>(http::RequestGuardOptions(), *authenticator_, nullptr);
    restart({});
    service_ = token(R"("role":"admin")");
    shopper_ = token(R"("role":"customer","customer_id":"ann")");
    const auto mug = R"({"id":"mug","name":"Mug","price":{"amount":1000,"currency":"USD"},"stock":100})";
    EXPECT_EQ(send(service_, "/v1/products", mug).status, 201);
    engine_.settle();
  }
  ~QuoteTest() override { fs::remove_all(folder_); }

  static std::string token(const std::string& claims) {
    const auto payload = R"({"iss":"shop","aud":"ordo","sub":"x","exp":)" +
                         std::to_string(to_unix_ms(now()) / 1000 + 3600) + "," + claims + "}";
    return "Authorization: Bearer " + access::hs256(R"({"alg":"HS256","kid":"k1"})", payload, kShopperKey) + "\r\n";
  }
  http::Answer send(const std::string& who, const std::string& path, std::string_view body) {
    return client_->send_json("POST", path, body, who);
  }
  std::string quote_of(const http::Answer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.body;
    return member(answer.body, "quote");
  }
  http::Answer order(const std::string& who, const std::string& lines, const std::string& quote) {
    return send(who, "/v1/orders", R"({"customer_id":"ann","lines":)" + lines + R"(,"quote":")" + quote + "\"}");
  }

  fs::path folder_;
  std::string service_;
  std::string shopper_;
};

constexpr const char* kTwoMugs = R"([{"product_id":"mug","quantity":2}])";

TEST_F(QuoteTest, TheOrderHasTheFiguresOfItsQuote) {
  const auto quoted = send(service_, "/v1/quotes",
                           R"({"customer_id":"ann","lines":[{"product_id":"mug","quantity":2,"unit_price":)"
                           R"({"amount":900,"currency":"USD"},"tax":[{"code":"VAT","rate_ppm":100000}]},)"
                           R"({"kind":"custom","name":"Engraving","quantity":1,)"
                           R"("unit_price":{"amount":500,"currency":"USD"}}]})");
  const auto quote = quote_of(quoted);
  EXPECT_EQ(member(quoted.body, "total.amount"), "2480");
  const std::string lines = R"([{"product_id":"mug","quantity":2},{"kind":"custom","name":"Engraving","quantity":1}])";
  // The figures are the quote's, so a customer may order with prices that someone else stated.
  const auto placed = order(shopper_, lines, quote);
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(member(placed.body, "total.amount"), "2480");
  EXPECT_EQ(member(placed.body, "lines.1.unit_price.amount"), "500");
  EXPECT_EQ(problem_of(order(shopper_, kTwoMugs, quote)), "422 quote_mismatch /quote");
  EXPECT_EQ(problem_of(order(shopper_, lines, quote + "AAAA")), "422 unknown_quote /quote");
  EXPECT_EQ(problem_of(order(shopper_, lines, "none")), "422 unknown_quote /quote");
  EXPECT_EQ(
      problem_of(send(service_, "/v1/orders",
                      R"({"customer_id":"ann","lines":)" + lines + R"(,"codes":["X"],"quote":")" + quote + "\"}")),
      "422 invalid_fields /codes");
}

TEST_F(QuoteTest, ACustomerGetsNoQuoteThatLacksItsShipping) {
  ASSERT_EQ(send(service_, "/v1/shipping-methods",
                 R"({"id":"parcel","name":"Parcel","price":{"kind":"flat","amount":{"amount":490,"currency":"USD"}}})")
                .status,
            201);
  engine_.settle();
  const std::string cart = R"({"customer_id":"ann","lines":)" + std::string(kTwoMugs);
  const auto open = send(shopper_, "/v1/quotes", cart + "}");
  ASSERT_EQ(open.status, 200) << open.body;
  EXPECT_EQ(member(open.body, "shipping_choices.0.method"), "parcel");
  EXPECT_EQ(member(open.body, "total.amount"), "2000");
  EXPECT_EQ(member(open.body, "quote"), "(none)");
  EXPECT_EQ(problem_of(send(shopper_, "/v1/orders", cart + "}")), "422 shipping_method_required /shipping_method");
  const auto chosen = send(shopper_, "/v1/quotes", cart + R"(,"shipping_method":"parcel"})");
  const auto placed = order(shopper_, kTwoMugs, quote_of(chosen));
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(member(placed.body, "total.amount"), "2490");
  EXPECT_NE(quote_of(send(service_, "/v1/quotes", cart + "}")), "(none)");  // may state that shipping costs nothing
}

}  // namespace
}  // namespace ordo::api
