// Time zones: names, offsets, and what happens when clocks are set.
#include "base/time_zone.h"

#include <gtest/gtest.h>

namespace ordo {
namespace {

std::string local(std::string_view zone, std::string_view instant) {
  const auto found = TimeZone::find(zone);
  if (!found) return found.error().reason;
  return to_rfc3339(Timestamp(found->local_time(*parse_timestamp(instant)).time_since_epoch()));
}

std::string instant(std::string_view zone, std::string_view local) {
  const auto found = TimeZone::find(zone);
  if (!found) return found.error().reason;
  return to_rfc3339(found->instant(LocalTime(parse_timestamp(local)->time_since_epoch())));
}

TEST(TimeZoneTest, NamesAndOffsets) {
  for (const std::string_view zone :
       {"Europe/Berlin", "europe/berlin", "America/New York", "UTC", "Z", "+07", "-0330", "GMT+7", "EST5EDT", "CET"}) {
    EXPECT_TRUE(TimeZone::find(zone)) << zone;
  }
  for (const std::string_view zone : {"", "Berlin", "PST", "BST", "localtime", "../etc/passwd", "+99", "7", "GMT7x"}) {
    EXPECT_FALSE(TimeZone::find(zone)) << zone;
  }
  EXPECT_EQ(TimeZone::find("Europe/Berlinn").error().reason, "unknown_zone");
}

TEST(TimeZoneTest, LocalTimes) {
  EXPECT_EQ(local("UTC", "2026-11-30T23:30:00Z"), "2026-11-30T23:30:00.000Z");
  EXPECT_EQ(local("Europe/Berlin", "2026-11-30T23:30:00Z"), "2026-12-01T00:30:00.000Z");
  EXPECT_EQ(local("Asia/Kathmandu", "2026-11-30T18:15:00Z"), "2026-12-01T00:00:00.000Z");
  EXPECT_EQ(local("-03:30", "2026-11-30T03:29:59.999Z"), "2026-11-29T23:59:59.999Z");
  EXPECT_EQ(local("Europe/Berlin", "2026-07-01T00:00:00Z"), "2026-07-01T02:00:00.000Z");
  // Behind the end of the zone data, the same rules hold.
  EXPECT_EQ(local("Europe/Berlin", "2050-07-05T12:22:00Z"), "2050-07-05T14:22:00.000Z");
  EXPECT_EQ(local("Europe/Berlin", "2150-01-05T13:22:00Z"), "2150-01-05T14:22:00.000Z");
  EXPECT_EQ(local("Europe/Berlin", "1969-12-31T23:30:00Z"), "1970-01-01T00:30:00.000Z");
}

TEST(TimeZoneTest, WhenClocksAreSetTheOffsetFromBeforeHolds) {
  EXPECT_EQ(instant("Europe/Berlin", "2024-10-27T02:30:00Z"), "2024-10-27T00:30:00.000Z") << "it occurs twice";
  EXPECT_EQ(instant("Europe/Berlin", "2024-03-31T02:30:00Z"), "2024-03-31T01:30:00.000Z") << "it does not occur";
  EXPECT_EQ(instant("Europe/Berlin", "2050-07-05T14:22:00Z"), "2050-07-05T12:22:00.000Z");
  // Midnight itself was left out.
  EXPECT_EQ(instant("America/Sao_Paulo", "2018-11-04T00:00:00Z"), "2018-11-04T03:00:00.000Z");
  const auto offsets =
      TimeZone::find("Europe/Berlin")->offsets(LocalTime(parse_timestamp("2024-10-27T02:30:00Z")->time_since_epoch()));
  ASSERT_EQ(offsets.size(), 2U);
  EXPECT_EQ(offsets[0].abbreviation, "CEST");
  EXPECT_EQ(offsets[1].abbreviation, "CET");
}

TEST(TimeZoneTest, OffsetsInEveryForm) {
  using std::chrono::minutes;
  EXPECT_EQ(parse_offset("Z"), minutes(0));
  EXPECT_EQ(parse_offset("utc"), minutes(0));
  EXPECT_EQ(parse_offset("UT"), minutes(0));
  EXPECT_EQ(parse_offset("GMT+0"), minutes(0));
  EXPECT_EQ(parse_offset("+7"), minutes(420));
  EXPECT_EQ(parse_offset("+0530"), minutes(330));
  EXPECT_EQ(parse_offset("-03:30"), minutes(-210));
  EXPECT_EQ(parse_offset("UTC-5"), minutes(-300));
  EXPECT_EQ(parse_offset("-00:00"), minutes(0));
  for (const std::string_view text :
       {"", "+", "-", "+16", "+07:60", "+070", "+07:0", "+07:", "+:30", "7", "UTC7", "+-7", "+7:-3", "PST"}) {
    EXPECT_EQ(parse_offset(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ordo
