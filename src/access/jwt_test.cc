#include "access/jwt.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "access/testing/test_tokens.h"

namespace ordo::access {
namespace {

// RFC 7515, appendix A.1 to A.3: three signatures over the same claims.
constexpr std::string_view kClaims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view kHmacKey =
    R"({"kty":"oct","kid":"a1","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"})";
constexpr std::string_view kRsaKey =
    R"({"kty":"RSA","kid":"a2","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJ)"
    R"(rcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexM)"
    R"(dbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9)"
    R"(iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"})";
constexpr std::string_view kEcKey =
    R"({"kty":"EC","kid":"a3","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr std::string_view kHmacHead = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
constexpr std::string_view kHmacSignature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr std::string_view kRsaHead = "eyJhbGciOiJSUzI1NiJ9";
constexpr std::string_view kRsaSignature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1d"
    "nZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwu"
    "sC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_"
    "IoypGlUPQGe77Rw";
constexpr std::string_view kEcHead = "eyJhbGciOiJFUzI1NiJ9";
constexpr std::string_view kEcSignature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
constexpr std::int64_t kItsTime = 1'300'819'000;  // before its exp

std::string token(std::string_view head, std::string_view claims, std::string_view signature) {
  return std::string(head) + "." + std::string(claims) + "." + std::string(signature);
}

std::shared_ptr<const JwkSet> set_of(const std::string& keys) {
  auto set = JwkSet::parse(R"({"keys":[)" + keys + "]}");
  EXPECT_TRUE(set) << set.error().text();
  return set ? *set : nullptr;
}

// Why a token is refused; empty when it is accepted.
std::string why(const JwkSet& keys, std::string_view text, std::int64_t seconds,
                const TokenOptions& options = {"joe", "ordo"}) {
  const auto principal = verify_token(keys, options, text, from_unix_ms(seconds * 1000));
  return principal ? "" : principal.error().reason;
}

// The claims in the RFC have no audience. A refusal for this reason shows that the signature is valid.
TEST(Jwt, TakesTheSignaturesOfTheRfc) {
  for (const auto& [key, head, signature] :
       {std::tuple(kHmacKey, kHmacHead, kHmacSignature), std::tuple(kRsaKey, kRsaHead, kRsaSignature),
        std::tuple(kEcKey, kEcHead, kEcSignature)}) {
    const auto set = set_of(std::string(key));
    EXPECT_EQ(why(*set, token(head, kClaims, signature), kItsTime), "wrong_audience") << head;
    EXPECT_EQ(why(*set, token(head, kClaims, signature), kItsTime + 1000), "token_expired") << head;
    EXPECT_EQ(why(*set, token(head, kClaims, signature), kItsTime, {"jim", "ordo"}), "wrong_issuer") << head;
    std::string forged(signature);
    forged[10] = forged[10] == 'A' ? 'B' : 'A';
    EXPECT_EQ(why(*set, token(head, kClaims, forged), kItsTime), "bad_token") << head;
    const std::string other(kClaims.substr(0, kClaims.size() - 4));
    EXPECT_EQ(why(*set, token(head, other, signature), kItsTime), "bad_token") << head;
    EXPECT_EQ(why(*set, token(head, kClaims, ""), kItsTime), "bad_token") << head;
  }
}

TEST(Jwt, AKeySignsWithItsOwnAlgorithmOnly) {
  const auto rsa = set_of(std::string(kRsaKey));
  // The public key used as a shared secret, an attack on careless verifiers.
  EXPECT_EQ(why(*rsa, hs256(R"({"alg":"HS256","kid":"a2"})", R"({"iss":"joe"})", kRsaKey), kItsTime), "bad_token");
  for (const auto* alg : {"none", "None", "nOnE", "HS512", "RS512", "PS256", "ES256", ""}) {
    const auto head = to_base64url(R"({"alg":")" + std::string(alg) + R"("})");
    EXPECT_EQ(why(*rsa, token(head, kClaims, ""), kItsTime), "bad_token") << alg;
    EXPECT_EQ(why(*rsa, token(head, kClaims, kRsaSignature), kItsTime), "bad_token") << alg;
  }
}

constexpr std::string_view kSecret = "0123456789abcdef0123456789abcdef";
std::string secret_key(const std::string& kid) {
  return R"({"kty":"oct","kid":")" + kid + R"(","k":")" + to_base64url(kSecret) + R"("})";
}

class TokenTest : public testing::Test {
 protected:
  std::string refused(const std::string& claims, const std::string& head = R"({"alg":"HS256","kid":"k1"})") {
    return why(*set_, hs256(head, claims, kSecret), 1'000'000, options_);
  }
  Principal who(const std::string& more) {
    const auto text = hs256(R"({"alg":"HS256","kid":"k1"})", kGood + more + "}", kSecret);
    const auto principal = verify_token(*set_, options_, text, from_unix_ms(1'000'000'000));
    EXPECT_TRUE(principal) << principal.error().text();
    return principal.value_or(Principal());
  }

  const std::string kGood = R"({"iss":"joe","aud":["x","ordo"],"sub":"ann","exp":1000100)";
  TokenOptions options_{"joe", "ordo"};
  std::shared_ptr<const JwkSet> set_ = set_of(secret_key("k1"));
};

// Found by fuzzing: the library ends the process on base64 that is not a whole number of bytes.
TEST_F(TokenTest, WhatIsNoBase64urlIsNoToken) {
  const auto good = hs256(R"({"alg":"HS256","kid":"k1"})", kGood + R"(,"role":"support"})", kSecret);
  ASSERT_TRUE(verify_token(*set_, options_, good, from_unix_ms(1'000'000'000)));
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char bad : {'=', '.', '+', ' ', '\0'}) {
      auto broken = good;
      broken[at] = bad;
      EXPECT_FALSE(broken != good && verify_token(*set_, options_, broken, from_unix_ms(1'000'000'000))) << broken;
    }
    EXPECT_FALSE(verify_token(*set_, options_, good.substr(0, at), from_unix_ms(1'000'000'000))) << at;
  }
  EXPECT_FALSE(verify_token(*set_, options_, good + "A.", from_unix_ms(1'000'000'000)));
  for (const auto* k : {"A", "AAAAA", "", "A=AA", "AA A"}) {
    const auto set = JwkSet::parse(R"({"keys":[{"kty":"oct","k":")" + std::string(k) + R"("}]})");
    EXPECT_FALSE(set) << k;
  }
}

// The signature is valid, but its algorithm is not the key's.
TEST_F(TokenTest, ARightSignatureOfAnotherAlgorithmIsNoSignature) {
  const auto claims = kGood + R"(,"role":"support"})";
  const auto other = hs256(R"({"alg":"HS512","kid":"k1"})", claims, kSecret, EVP_sha512());
  const auto refused = verify_token(*set_, options_, other, from_unix_ms(1'000'000'000));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "bad_token");
}

TEST_F(TokenTest, RoleAndScopeSayWhatSheMay) {
  const auto ann = who(R"(,"role":"support")");
  EXPECT_EQ(ann.id, "ann");
  EXPECT_EQ(ann.role, AccessRole::support);
  EXPECT_EQ(ann.permissions, permissions_of(AccessRole::support));
  EXPECT_TRUE(set_->has(ann.signed_by));
  EXPECT_EQ(to_unix_ms(*ann.expires), 1'000'130'000);
  const auto narrow = who(R"(,"role":"support","scope":"openid orders:read products:write")");
  EXPECT_EQ(to_string(narrow.permissions), "orders:read");
  EXPECT_TRUE(who(R"(,"role":"admin","scope":"openid")").permissions.empty());
  EXPECT_EQ(who(R"(,"role":["offline","merchant"])").role, AccessRole::merchant);
  options_.role_claim = "/realm/roles";
  EXPECT_EQ(who(R"(,"realm":{"roles":["read-only"]})").role, AccessRole::read_only);
  EXPECT_EQ(refused(kGood + R"(,"role":"admin"})"), "token_without_role");
}

TEST_F(TokenTest, ACustomersTokenSaysWhose) {
  EXPECT_EQ(who(R"(,"role":"customer","customer_id":"ann")").customer, "ann");
  EXPECT_EQ(who(R"(,"role":"support","customer_id":"ann")").customer, std::nullopt);
  for (const auto* claim : {"", R"(,"customer_id":"")", R"(,"customer_id":7)", R"(,"customer_id":["ann"])"}) {
    EXPECT_EQ(refused(kGood + R"(,"role":"customer")" + claim + "}"), "token_without_customer") << claim;
  }
  options_.customer_claim = "/shop/customer";
  EXPECT_EQ(who(R"(,"role":"customer","shop":{"customer":"bob"})").customer, "bob");
}

TEST_F(TokenTest, ClaimsAreChecked) {
  EXPECT_EQ(refused(kGood + R"(,"role":"admin"})"), "");
  EXPECT_EQ(refused(kGood + R"(,"role":"root"})"), "token_without_role");
  EXPECT_EQ(refused(kGood + "}"), "token_without_role");
  EXPECT_EQ(refused(R"({"iss":"joe","aud":"ordo","sub":"a","role":"admin"})"), "bad_token");  // would be valid forever
  EXPECT_EQ(refused(R"({"iss":"joe","aud":"ordo","sub":"a","role":"admin","exp":"1000100"})"), "bad_token");
  EXPECT_EQ(refused(R"({"iss":"joe","aud":"ordo","sub":"a","role":"admin","exp":1e300})"), "bad_token");
  EXPECT_EQ(refused(R"({"iss":"joe","aud":"ordo","sub":"a","role":"admin","exp":-5})"), "bad_token");
  EXPECT_EQ(refused(R"({"iss":"joe","aud":"ordo","role":"admin","exp":1000100})"), "bad_token");
  EXPECT_EQ(refused(R"({"iss":"joe","aud":"other","sub":"a","role":"admin","exp":1000100})"), "wrong_audience");
  EXPECT_EQ(refused(R"({"iss":["joe"],"aud":"ordo","sub":"a","role":"admin","exp":1000100})"), "wrong_issuer");
  EXPECT_EQ(refused(kGood + R"(,"role":"admin","nbf":1000029})"), "");
  EXPECT_EQ(refused(kGood + R"(,"role":"admin","nbf":1000031})"), "token_not_yet_valid");
  EXPECT_EQ(refused(kGood + R"(,"role":"admin","scope":["orders:read"]})"), "bad_token");
  EXPECT_EQ(refused("[1]"), "bad_token");
  EXPECT_EQ(refused("no JSON"), "bad_token");
}

TEST_F(TokenTest, ClocksMayDifferALittle) {
  const auto text = hs256(R"({"alg":"HS256"})", kGood + R"(,"role":"admin"})", kSecret);
  EXPECT_EQ(why(*set_, text, 1'000'129), "");
  EXPECT_EQ(why(*set_, text, 1'000'130), "token_expired");
}

TEST_F(TokenTest, NoneIsGoodForLongerThanIsTakenHere) {
  const auto lasts = [this](const std::string& times) {
    return refused(R"({"iss":"joe","aud":"ordo","sub":"a","role":"admin",)" + times + "}");
  };
  options_.max_age = std::chrono::seconds(1000);
  EXPECT_EQ(lasts(R"("exp":1001000)"), "");
  EXPECT_EQ(lasts(R"("exp":1001031)"), "token_too_long_valid");
  EXPECT_EQ(lasts(R"("exp":90000000000)"), "token_too_long_valid");
  EXPECT_EQ(lasts(R"("exp":1000500,"iat":999500)"), "");
  EXPECT_EQ(lasts(R"("exp":1000500,"iat":999499)"), "token_too_long_valid");
  EXPECT_EQ(lasts(R"("exp":1000500,"iat":"999500")"), "bad_token");
  EXPECT_EQ(lasts(R"("exp":1000500,"iat":null)"), "bad_token");
  options_.max_age = TokenOptions().max_age;
  EXPECT_EQ(lasts(R"("exp":1086400)"), "");
  EXPECT_EQ(lasts(R"("exp":1086431)"), "token_too_long_valid");
}

TEST_F(TokenTest, NoNameStandsTwice) {
  EXPECT_EQ(refused(kGood + R"(,"role":"read-only","role":"admin"})"), "bad_token");
  EXPECT_EQ(refused(kGood + R"(,"role":"admin","a":[{"b":1,"b":2}]})"), "bad_token");
  EXPECT_EQ(refused(kGood + R"(,"role":"admin","ro\u006ce":"support"})"), "bad_token");
  EXPECT_EQ(refused(kGood + R"(,"role":"admin","a":"\":\\","b":{"c":":","d":[":",{}]}})"), "");
  const auto good = kGood + R"(,"role":"admin"})";
  EXPECT_EQ(refused(good, R"({"alg":"none","alg":"HS256","kid":"k1"})"), "bad_token");
  EXPECT_EQ(refused(good, R"({"alg":"HS256","kid":"k2","kid":"k1"})"), "bad_token");
}

TEST_F(TokenTest, TheHeaderIsChecked) {
  const auto good = kGood + R"(,"role":"admin"})";
  EXPECT_EQ(refused(good, R"({"alg":"HS256","kid":"k2"})"), "unknown_token_key");
  EXPECT_EQ(refused(good, R"({"alg":"HS256","kid":"k1","crit":["b64"],"b64":false})"), "bad_token");
  EXPECT_EQ(refused(good, R"({"alg":"HS256","kid":"k1","crit":null})"), "bad_token");
  EXPECT_EQ(refused(good, R"({"kid":"k1"})"), "bad_token");
  EXPECT_EQ(refused(good, "{}"), "bad_token");
  EXPECT_EQ(refused(good, "x"), "bad_token");
  for (const auto* text : {"", ".", "..", "a.b.c", "a.b", "a.b.c.d", "!.!.!"}) {
    EXPECT_EQ(why(*set_, text, 1'000'000), "bad_token") << text;
  }
  EXPECT_EQ(why(*set_, std::string(kMaxToken + 1, 'a'), 1'000'000), "bad_token");
  // Without a kid, the set must have exactly one key.
  EXPECT_EQ(refused(good, R"({"alg":"HS256"})"), "");
  set_ = set_of(secret_key("k1") + "," + secret_key("k2"));
  EXPECT_EQ(refused(good, R"({"alg":"HS256"})"), "unknown_token_key");
  EXPECT_EQ(refused(good, R"({"alg":"HS256","kid":"k2"})"), "");
}

TEST(JwkSet, RefusesWhatIsWeakOrUnclear) {
  const auto problem = [](const std::string& text) {
    const auto set = JwkSet::parse(text);
    return set ? std::string() : set.error().message;
  };
  EXPECT_NE(problem("x"), "");
  EXPECT_NE(problem("[]"), "");
  EXPECT_NE(problem(R"({"keys":{}})"), "");
  EXPECT_EQ(problem(R"({"keys":[7]})"), "/keys/0 must be an object");
  EXPECT_EQ(problem(R"({"keys":[]})"), "/keys has no key for HS256, RS256 or ES256");
  EXPECT_EQ(problem(R"({"keys":[{"kty":"oct","k":"c2hvcnQ"}]})"), "/keys/0/k has fewer than 32 bytes");
  EXPECT_EQ(problem(R"({"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]})"), "/keys/0 is not a usable key");
  EXPECT_EQ(problem(R"({"keys":[)" + secret_key("a") + "," + secret_key("a") + "]}"),
            "/keys/1/kid is the same as that of another key");
  const std::string weak(171, 'A');  // 1024 bits
  EXPECT_EQ(problem(R"({"keys":[{"kty":"RSA","e":"AQAB","n":"q)" + weak.substr(1) + R"("}]})"),
            "/keys/0/n has fewer than 2048 bits");
  // Keys of other kinds and uses may also be in the set.
  const auto mixed =
      JwkSet::parse(R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA"},{"kty":"oct","use":"enc","k":"AA"},)" +
                    secret_key("a") + "]}");
  ASSERT_TRUE(mixed) << mixed.error().text();
  EXPECT_EQ((*mixed)->size(), 1U);
  EXPECT_TRUE((*mixed)->holds_secrets());
  EXPECT_FALSE(set_of(std::string(kRsaKey) + "," + std::string(kEcKey))->holds_secrets());
  const auto secret =
      std::string(kEcKey.substr(0, kEcKey.size() - 1)) + R"(,"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})";
  EXPECT_NE(problem(R"({"keys":[)" + secret + "]}").find("/keys/0/d is a private key"), std::string::npos);
  EXPECT_NE(problem(R"({"keys":[],"keys":[)" + secret_key("a") + "]}").find("two members"), std::string::npos);
}

}  // namespace
}  // namespace ordo::access
