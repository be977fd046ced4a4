#include "mongo/deployment.h"

#include <gtest/gtest.h>

#include "mongo/bson_writer.h"

namespace ordo::mongo {
namespace {

TEST(Deployment, ComesBackAsItWas) {
  Deployment deployment;
  deployment.secret = std::string("\0\xff", 2) + std::string(RecordProof::kSecretBytes - 2, 's');
  for (const bool some : {false, true}) {
    if (some) {
      deployment.unproven = {{{Topic::order_created, 1, false}, 17},
                             {{Topic::order_created, 3, false}, INT64_MAX},
                             {{Topic::webhooks, 0, false}, 1}};
    }
    const auto decoded = decode_deployment(encode_deployment(deployment));
    ASSERT_TRUE(decoded) << decoded.error().text();
    EXPECT_EQ(decoded->secret, deployment.secret);
    for (const auto& [at, offset] : deployment.unproven) EXPECT_EQ(decoded->unproven.at(at), offset) << at.partition;
    for (const auto& [at, offset] : decoded->unproven) EXPECT_EQ(offset > 0, deployment.unproven.contains(at));
  }
}

TEST(Deployment, IsRefusedWhenItIsNotWhatItShouldBe) {
  Deployment deployment;
  for (const std::size_t size : {0U, 31U, 33U}) {
    deployment.secret.assign(size, 's');
    const auto decoded = decode_deployment(encode_deployment(deployment));
    ASSERT_FALSE(decoded) << size;
    EXPECT_EQ(decoded.error().reason, "unreadable_deployment");
  }
  std::string text;
  BsonWriter out(text);
  const auto top = out.begin();
  out.text("_id", "log");
  out.text("secret", std::string(32, 's'));
  out.end(top);
  EXPECT_FALSE(decode_deployment(text));
  EXPECT_FALSE(decode_deployment("no BSON"));
}

}  // namespace
}  // namespace ordo::mongo
