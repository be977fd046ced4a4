#include <gtest/gtest.h>

#include <set>

#include "base/backoff.h"
#include "base/murmur2.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"

namespace ordo {
namespace {

TEST(Murmur2, AgreesWithKafka) {
  // The vectors of org.apache.kafka.common.utils.UtilsTest.testMurmur2.
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("21")), -973932308);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("foobar")), -790332482);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("a-little-bit-long-string")), -985981536);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("a-little-bit-longer-string")), -1486304829);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8")), -58897971);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("abc")), 479470107);
}

TEST(Time, RoundTripsAndReadsOffsets) {
  const auto time = parse_timestamp("2026-01-31T08:05:00.250Z");
  ASSERT_TRUE(time.has_value());
  EXPECT_EQ(to_rfc3339(*time), "2026-01-31T08:05:00.250Z");
  EXPECT_EQ(to_rfc3339(*parse_timestamp("2026-01-31T10:05:00+02:00")), "2026-01-31T08:05:00.000Z");
  EXPECT_EQ(to_rfc3339(*parse_timestamp("2010-12-01 08:26:00Z")), "2010-12-01T08:26:00.000Z");
  EXPECT_EQ(to_rfc3339(*parse_timestamp("2026-02-28")), "2026-02-28T00:00:00.000Z");
  for (const auto* bad :
       {"", "2026", "2026-02-30", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00Zx", "9999-12-31T23:59:60Z", "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01"}) {
    EXPECT_FALSE(parse_timestamp(bad).has_value()) << bad;
  }
}

TEST(Uuid, Version7RisesAndIsUnique) {
  std::set<std::string> seen;
  std::string last;
  const auto time = from_unix_ms(1'700'000'000'000);
  for (int i = 0; i < 20'000; ++i) {
    auto id = uuid_v7(time);
    EXPECT_EQ(id.size(), 36U);
    EXPECT_EQ(id[14], '7');
    EXPECT_LT(last, id);
    EXPECT_TRUE(seen.insert(id).second);
    last = std::move(id);
  }
}

TEST(Uuid, Version5DependsOnSpaceAndName) {
  EXPECT_EQ(uuid_v5("a", "b"), uuid_v5("a", "b"));
  EXPECT_NE(uuid_v5("a", "b"), uuid_v5("ab", ""));
  EXPECT_EQ(uuid_v5("a", "b")[14], '5');
}

TEST(Text, EscapesAndChecksUtf8) {
  std::string out;
  append_json_string("a\"b\\c\n\x01", out);
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\u0001\"");
  out.clear();
  append_json_string("", out);
  append_json_string("Cà phê", out);
  append_json_key("a", true, out);
  append_json_key("total", false, out);
  EXPECT_EQ(out, "\"\"\"Cà phê\"\"a\":,\"total\":");
  EXPECT_TRUE(is_utf8("Cà phê sữa đá"));
  EXPECT_FALSE(is_utf8("\xc0\xaf"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_utf8("\xe2\x82"));
}

TEST(Text, IsCutBetweenCharacters) {
  EXPECT_EQ(utf8_cut("Cà phê", 100), "Cà phê");
  EXPECT_EQ(utf8_cut("Cà phê", 3), "Cà");
  EXPECT_EQ(utf8_cut("Cà phê", 2), "C");
  EXPECT_EQ(utf8_cut("Cà phê", 0), "");
  EXPECT_EQ(utf8_cut("C\xe0 ph\xea", 100), "C? ph?");
  EXPECT_EQ(utf8_cut("\xe2\x82", 100), "??");
}

TEST(Text, JoinsWhatIsShownOfEachItem) {
  EXPECT_EQ(joined(std::vector<std::string>{}, ", "), "");
  EXPECT_EQ(joined(std::vector<std::string>{"", "a", ""}, ","), ",a,");
  EXPECT_EQ(joined(std::vector{1, 2}, " or ", [](int number) { return std::to_string(number); }), "1 or 2");
}

TEST(Text, SuggestsTheNearestWord) {
  const std::vector<std::string> words = {"kafka", "mongo", "data-dir"};
  EXPECT_EQ(nearest("kafak", words), "kafka");
  EXPECT_EQ(nearest("datadir", words), "data-dir");
  EXPECT_EQ(nearest("zzzzzzzz", words), "");
}

TEST(Backoff, DoublesUpToTheCap) {
  using std::chrono::milliseconds;
  const Backoff backoff{milliseconds(100), milliseconds(1'500)};
  EXPECT_EQ(backoff.longest(1), milliseconds(100));
  EXPECT_EQ(backoff.longest(2), milliseconds(200));
  EXPECT_EQ(backoff.longest(4), milliseconds(800));
  EXPECT_EQ(backoff.longest(5), milliseconds(1'500));
  EXPECT_EQ(backoff.longest(4'000'000'000U), milliseconds(1'500));
  const Backoff centuries{milliseconds(1), milliseconds::max()};
  EXPECT_EQ(centuries.longest(1'000), milliseconds::max());
}

TEST(Backoff, SpreadsItsWaitsAndRepeatsThemForASeed) {
  using std::chrono::milliseconds;
  const Backoff full{milliseconds(1'000), milliseconds(1'000)};
  const Backoff half{milliseconds(1'000), milliseconds(1'000), 50};
  std::int64_t sum = 0;
  std::int64_t lowest = 1'000;
  std::int64_t highest = 0;
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    const auto wait = full.wait(3, seed);
    EXPECT_EQ(wait, full.wait(3, seed));
    sum += wait.count();
    lowest = std::min<std::int64_t>(lowest, wait.count());
    highest = std::max<std::int64_t>(highest, wait.count());
    EXPECT_GE(half.wait(3, seed), milliseconds(500));
    EXPECT_LE(half.wait(3, seed), milliseconds(1'000));
  }
  EXPECT_LT(lowest, 20);
  EXPECT_GT(highest, 980);
  EXPECT_LE(highest, 1'000);
  EXPECT_NEAR(static_cast<double>(sum) / 2'000, 500, 30);
  EXPECT_NE(full.wait(1, 7), full.wait(2, 7));
}

}  // namespace
}  // namespace ordo
