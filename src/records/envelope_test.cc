#include "records/envelope.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ordo {
namespace {

Headers sorted(Headers headers) {
  std::sort(headers.begin(), headers.end(), [](const Header& a, const Header& b) {
    return std::tie(a.name, a.value, a.null) < std::tie(b.name, b.value, b.null);
  });
  return headers;
}

Headers as_ordo_writes() {
  Envelope envelope;
  envelope.id = "1";
  envelope.source = "/shop";
  envelope.type = "ordo.order.placed.v1";
  envelope.time = from_unix_ms(1'700'000'000'123);
  envelope.sequence = 5;
  return to_headers(envelope);
}

// A letter must hold any headers.
TEST(Envelope, GivesAnyHeadersBackAsTheyCame) {
  const std::vector<std::string> names = {
      "ce_specversion", "ce_id",       "ce_source",   "ce_type",     "ce_subject", "ce_time", "content-type",
      "Content-Type",   "traceparent", "ce_sequence", "ce_previous", "shop",       "",        "ordo_dlq_time",
      "ce_bykind",      "ce_byid",     "ce_byname"};
  const std::vector<std::string> values = {"",
                                           "1.0",
                                           "0.3",
                                           "x",
                                           "application/json",
                                           "2026-01-02T03:04:05.678Z",
                                           "2026-01-02T03:04:05+02:00",
                                           "7",
                                           "007",
                                           "-1",
                                           "yesterday",
                                           "\xff\xfe",
                                           "key"};
  std::mt19937 random(7);  // NOLINT: the same lists in every run
  for (int round = 0; round < 5'000; ++round) {
    Headers headers;
    if (round % 4 == 0) headers = as_ordo_writes();
    for (auto count = random() % 8; count > 0; --count) {
      const auto& name = names[random() % names.size()];
      if (random() % 5 == 0) {
        headers.emplace_back(name, std::nullopt);
      } else {
        headers.emplace_back(name, values[random() % values.size()]);
      }
    }
    if (!headers.empty() && random() % 4 == 0)
      headers.erase(headers.begin() + static_cast<int>(random() % headers.size()));
    const auto envelope = from_headers(headers);
    ASSERT_EQ(sorted(to_headers(envelope)), sorted(headers)) << "round " << round;
    ASSERT_EQ(from_headers(to_headers(envelope)), envelope) << "round " << round;
  }
}

TEST(Envelope, KeepsOnlyWhatCannotBeMadeAgain) {
  EXPECT_TRUE(from_headers(as_ordo_writes()).as_came.empty());
  EXPECT_TRUE(from_headers({{"shop", "north"}}).as_came.empty());
  auto other = as_ordo_writes();
  other[5].value = "application/cloudevents+json";
  const auto envelope = from_headers(other);
  EXPECT_TRUE(envelope.as_came.empty());
  EXPECT_EQ(envelope.content_type, "application/cloudevents+json");
}

TEST(Envelope, SaysWhoCausedTheRecord) {
  auto envelope = from_headers(as_ordo_writes());
  EXPECT_FALSE(envelope.by);
  for (const auto& by : {Actor{ActorKind::key, "4fQ0", "web shop"}, Actor{ActorKind::customer, "ann"}}) {
    set_by(by, envelope);
    const auto again = from_headers(to_headers(envelope));
    EXPECT_EQ(again.by, by);
    EXPECT_EQ(again, envelope);
    EXPECT_TRUE(again.extra.empty());
    EXPECT_TRUE(again.as_came.empty());
  }
}

TEST(Envelope, KeepsTheHeadersOfAnActorThatIsNone) {
  for (const Headers& named : {Headers{{"ce_bykind", "robot"}, {"ce_byid", "1"}}, Headers{{"ce_bykind", "key"}},
                               Headers{{"ce_byid", "1"}}, Headers{{"ce_byname", "Ann"}}}) {
    auto headers = as_ordo_writes();
    headers.insert(headers.end(), named.begin(), named.end());
    auto envelope = from_headers(headers);
    EXPECT_FALSE(envelope.by);
    EXPECT_EQ(sorted(to_headers(envelope)), sorted(headers));
    // A replay may replace it.
    const Actor operator_key{ActorKind::key, "4fQ0"};
    set_by(operator_key, envelope);
    EXPECT_EQ(from_headers(to_headers(envelope)).by, operator_key);
  }
}

TEST(Envelope, TakesANullHeaderForNone) {
  Headers headers = {{"ce_type", std::nullopt}, {"ce_id", std::nullopt}, {"shop", std::nullopt}};
  const auto envelope = from_headers(headers);
  EXPECT_EQ(envelope.type, "");
  EXPECT_EQ(envelope.extra, (Headers{{"shop", std::nullopt}}));
  EXPECT_EQ(to_headers(envelope), headers);
}

TEST(Envelope, OfTwoProofsTheLastCountsAndBothAreKept) {
  auto headers = as_ordo_writes();
  headers.emplace_back(kProofHeader, "first");
  headers.emplace_back("shop", "north");
  headers.emplace_back(kProofHeader, "");
  headers.emplace_back(kProofHeader, "last");
  const auto envelope = from_headers(headers);
  EXPECT_EQ(envelope.proof, "last");
  EXPECT_EQ(sorted(to_headers(envelope)), sorted(headers));
  EXPECT_EQ(from_headers(to_headers(envelope)), envelope);
}

}  // namespace
}  // namespace ordo
