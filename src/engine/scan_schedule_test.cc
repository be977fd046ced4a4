// Which partitions must be scanned, and when.
#include "engine/scan_schedule.h"

#include <gtest/gtest.h>

namespace ordo {
namespace {

constexpr Owner kFirst{ProcessorKind::orders, 0};
constexpr Owner kSecond{ProcessorKind::orders, 1};
constexpr Owner kOther{ProcessorKind::payment, 0};
using Owners = std::set<Owner>;

Timestamp at_ms(std::int64_t ms) {
  return from_unix_ms(ms);
}

TEST(ScanSchedule, ATakenPartitionIsScannedOnce) {
  ScanSchedule scans;
  EXPECT_FALSE(scans.next());
  EXPECT_EQ(scans.take_due(at_ms(10)), Owners());
  scans.take(kFirst);
  EXPECT_TRUE(scans.owns(kFirst));
  EXPECT_LE(*scans.next(), at_ms(10));
  EXPECT_EQ(scans.take_due(at_ms(10)), Owners{kFirst});
  EXPECT_EQ(scans.take_due(at_ms(10)), Owners());
  EXPECT_TRUE(scans.owns(kFirst));
}

TEST(ScanSchedule, GivesTheOwnersOfOneProcessorTogether) {
  ScanSchedule scans;
  for (const auto& owner : {kOther, kSecond, kFirst}) scans.take(owner);
  EXPECT_EQ(scans.take_due(at_ms(10)), (Owners{kFirst, kSecond}));
  EXPECT_EQ(scans.take_due(at_ms(10)), Owners{kOther});
}

TEST(ScanSchedule, AScanWaitsForTheEarliestTimeThatWasAskedFor) {
  ScanSchedule scans;
  scans.take(kFirst);
  static_cast<void>(scans.take_due(at_ms(0)));
  scans.scan_at(kFirst, at_ms(20));
  scans.scan_at(kFirst, at_ms(30));
  EXPECT_EQ(scans.next(), at_ms(20));
  EXPECT_EQ(scans.take_due(at_ms(19)), Owners());
  EXPECT_EQ(scans.take_due(at_ms(20)), Owners{kFirst});
  scans.scan_at(kFirst, at_ms(40));
  scans.scan_now(kFirst);
  EXPECT_EQ(scans.take_due(at_ms(21)), Owners{kFirst});
}

TEST(ScanSchedule, ALostPartitionIsNotScanned) {
  ScanSchedule scans;
  scans.take(kFirst);
  scans.lose(kFirst);
  EXPECT_FALSE(scans.owns(kFirst));
  scans.scan_now(kFirst);
  EXPECT_FALSE(scans.next());
  EXPECT_EQ(scans.take_due(at_ms(10)), Owners());
}

}  // namespace
}  // namespace ordo
