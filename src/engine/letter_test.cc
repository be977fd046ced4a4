// Other forms of a record, and what its dead letter keeps.
#include <algorithm>

#include "engine/testing/test_bench.h"
#include "processors/intake.h"

namespace ordo {
namespace {

class LetterTest : public testing::Test {
 protected:
  LetterTest() { prices_.products[ProductId("p")] = {"Tea", {250, kUsd}}; }

  static Record order(Bench& bench, const std::string& value) {
    auto record = bench.record("", value);
    record.envelope.time = {};
    return record;
  }

  Prices prices_;
  processors::Intake intake_{prices_, LocationId("main")};
};

TEST_F(LetterTest, AStructuredEventIsFoldedAndRefusedAsItCame) {
  Bench bench(intake_);
  const std::string head = R"({"specversion":"1.0","id":"e","source":")";
  const std::string tail =
      R"(","type":"ordo.order.placed.v1","time":"2026-01-02T03:04:05Z","data":{"userId":"u","products":[{"productId":"p","quantity":1}]}})";
  auto good = order(bench, head + "/shop" + tail);
  const auto out = *bench.feed({good});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].envelope.type, kTypeOf<OrderCreated>);
  auto forged = order(bench, head + "/ordo/api/x" + tail);
  forged.envelope.content_type = "application/cloudevents+json";
  forged.envelope.source = "/ordo/api/y";
  forged.envelope.sequence = 1'000'000;
  const auto letters = *bench.feed({forged});
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(reason_of(letters[0]), "forged_source");
  EXPECT_EQ(letters[0].value, forged.value);
}

TEST_F(LetterTest, ALetterIsTheRecordByteForByte) {
  Bench bench(intake_);
  const auto marked = order(bench, "\xEF\xBB\xBF{}");
  const auto refused = bench.feed({marked})->at(0);
  EXPECT_EQ(reason_of(refused), "invalid_fields");
  EXPECT_EQ(refused.value, marked.value);
  const auto empty_order = order(bench, "\xEF\xBB\xBF{\"userId\":\"u\",\"products\":[]}");
  EXPECT_EQ(bench.feed({empty_order})->at(0).value, empty_order.value) << "refused by the processor";
  auto tombstone = order(bench, "");
  tombstone.null_value = true;
  tombstone.envelope = from_headers({{"ce_id", std::nullopt},
                                     {"ce_time", "yesterday"},
                                     {"content-type", "application/vnd.shop+json"},
                                     {"twice", "1"},
                                     {"twice", std::nullopt}});
  const auto letter = bench.feed({tombstone})->at(0);
  EXPECT_EQ(reason_of(letter), "tombstone");
  EXPECT_TRUE(letter.null_value);
  auto headers = to_headers(letter.envelope);
  headers.erase(std::find_if(headers.begin(), headers.end(),
                             [](const Header& header) { return header.name.starts_with("ordo_dlq_"); }),
                headers.end());
  EXPECT_EQ(headers, to_headers(tombstone.envelope));
}

}  // namespace
}  // namespace ordo
