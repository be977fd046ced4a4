#include <gtest/gtest.h>

#include <set>

#include "base/backoff.h"
#include "base/crc32c.h"
#include "base/encoding.h"
#include "base/fnv1a.h"
#include "base/murmur2.h"
#include "base/number.h"
#include "base/object_id.h"
#include "base/recent_max.h"
#include "base/sha256.h"
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

TEST(Crc32c, AgreesWithTheStandard) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);            // the check value of CRC-32C
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);  // RFC 3720, B.4
  EXPECT_EQ(crc32c("56789", crc32c("1234")), 0xe3069283U);
  std::string bytes;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(portable_crc32c(bytes, 7), crc32c(bytes, 7)) << i;
    bytes.push_back(static_cast<char>(i * 37));
  }
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

TEST(ObjectId, IsTwentyFourHexDigitsAndUnique) {
  const auto time = from_unix_ms(0x6553f100 * 1000LL);
  std::set<std::string> seen{object_id_of("a", "b"), object_id_of("a", "c"), object_id_of("ab", "")};
  for (int i = 0; i < 1000; ++i) {
    const auto id = fresh_object_id(time);
    EXPECT_EQ(id.substr(0, 8), "6553f100");
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 1003U);
  for (const auto& id : seen) {
    EXPECT_EQ(id.size(), 24U);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
  }
  EXPECT_EQ(object_id_of("a", "b"), object_id_of("a", "b"));
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

TEST(RecentMax, RemembersTheLargestForOneIntervalAtLeastAndForTwoAtMost) {
  using std::chrono::seconds;
  RecentMax longest(seconds(60));
  const RecentMax::Clock::time_point start{std::chrono::hours(5)};
  EXPECT_EQ(longest.largest(start), seconds(0));
  longest.observe(seconds(7), start);
  longest.observe(seconds(3), start + seconds(30));
  EXPECT_EQ(longest.largest(start + seconds(59)), seconds(7));
  longest.observe(seconds(2), start + seconds(70));
  EXPECT_EQ(longest.largest(start + seconds(119)), seconds(7));
  EXPECT_EQ(longest.largest(start + seconds(121)), seconds(2));
  longest.observe(seconds(1), start + seconds(121));
  EXPECT_EQ(longest.largest(start + seconds(122)), seconds(2));
  // Nothing came for two intervals.
  EXPECT_EQ(longest.largest(start + seconds(240)), seconds(0));
  longest.observe(seconds(4), start + seconds(600));
  EXPECT_EQ(longest.largest(start + seconds(600)), seconds(4));
}

TEST(Number, IsReadFromAWholeTextOrNotAtAll) {
  EXPECT_EQ(parse_integer<int>("-12"), -12);
  EXPECT_EQ(parse_integer<std::int64_t>("007"), 7);
  EXPECT_EQ(parse_integer<std::uint8_t>("ff", 16), 255);
  for (const auto* bad : {"", "-", "+1", " 1", "1 ", "12abc", "1.0", "0x1", "2147483648"}) {
    EXPECT_FALSE(parse_integer<int>(bad).has_value()) << bad;
  }
  EXPECT_FALSE(parse_integer<std::size_t>("-1").has_value());
  EXPECT_EQ(parse_natural<int>("12"), 12);
  EXPECT_FALSE(parse_natural<int>("-1").has_value());
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

TEST(Sha256, GivesTheDigestsOfTheStandard) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // Near the lengths at which the padding needs another block.
  EXPECT_EQ(sha256_hex(std::string(55, 'x')), "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072");
  EXPECT_EQ(sha256_hex(std::string(56, 'x')), "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e");
  EXPECT_EQ(sha256_hex(std::string(63, 'x')), "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2");
  EXPECT_EQ(sha256_hex(std::string(64, 'x')), "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c");
  EXPECT_EQ(sha256_hex(std::string(65, 'x')), "9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9");
  EXPECT_EQ(sha256_hex(std::string(1000, 'x')), "44f8354494a5ba03ba1792a8d3e9c534c47a9181980fde7a3f44b06ef2ae7c7f");
}

TEST(Encoding, HexIsReadAsItIsWritten) {
  const std::string bytes("\x00\x7f\xff", 3);
  EXPECT_EQ(to_hex(bytes), "007fff");
  EXPECT_EQ(from_hex("007fff"), bytes);
  for (const auto* wrong : {"0", "0g", "7F", "0x12", " 12"}) EXPECT_FALSE(from_hex(wrong)) << wrong;
}

// RFC 4648 section 10.
TEST(Encoding, Base64OfTheStandard) {
  const std::pair<std::string, std::string> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
    const auto bare = text.substr(0, text.find('='));
    EXPECT_EQ(to_base64url(bytes), bare);
    EXPECT_EQ(from_base64url(bare), bytes);
  }
  EXPECT_EQ(to_base64("\xfb\xff"), "+/8=");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  for (const auto* wrong : {"Zg", "Zg=", "Zg===", "Z===", "Zm-v", "Zm9 ", "=", "Zm=v"})
    EXPECT_FALSE(from_base64(wrong)) << wrong;
  for (const auto* wrong : {"Z", "Zg==", "Zm+v", "Zm9vZ"}) EXPECT_FALSE(from_base64url(wrong)) << wrong;
}

TEST(Encoding, PercentIsReadAsItIsWritten) {
  EXPECT_EQ(percent_encoded("a-Z_0.~/ \xc3\xa9"), "a-Z_0.~%2F%20%C3%A9");
  EXPECT_EQ(percent_decode("a%2fb%2F%C3%A9+"), "a/b/\xc3\xa9+");
  for (const auto* wrong : {"%", "%2", "a%2g", "%-1", "%00", "%ff"}) EXPECT_FALSE(percent_decode(wrong)) << wrong;
}

TEST(Fnv1a, IsThatOfItsAuthors) {
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325U);
  EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cU);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8U);
  EXPECT_EQ(fnv1a("bar", fnv1a("foo")), fnv1a("foobar"));
}

}  // namespace
}  // namespace ordo
