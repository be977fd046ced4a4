#include "app/lag_clock.h"

#include <gtest/gtest.h>

namespace ordo::app {
namespace {

using std::chrono::seconds;

constexpr Owner kOwner{ProcessorKind::stock, 1};
constexpr LagClock::Clock::time_point kStart;

LagClock::Clock::duration age_of(const LagClock& waits, seconds at) {
  return waits.ages(kStart + at).at(ProcessorKind::stock);
}

TEST(LagClock, IsTheAgeOfTheOldestRecordThatWaits) {
  LagClock waits;
  waits.note(kOwner, 5, 5, kStart);
  EXPECT_EQ(age_of(waits, seconds(9)), seconds(0));
  waits.note(kOwner, 5, 6, kStart + seconds(10));
  waits.note(kOwner, 5, 9, kStart + seconds(20));
  EXPECT_EQ(age_of(waits, seconds(25)), seconds(15));
  waits.note(kOwner, 6, 9, kStart + seconds(30));  // the first is folded; those that came with the second wait
  EXPECT_EQ(age_of(waits, seconds(30)), seconds(10));
  waits.note(kOwner, 8, 9, kStart + seconds(31));
  EXPECT_EQ(age_of(waits, seconds(31)), seconds(11));
  waits.note(kOwner, 9, 9, kStart + seconds(32));
  EXPECT_EQ(age_of(waits, seconds(40)), seconds(0));
}

TEST(LagClock, TheOldestPartitionCountsAndThoseOfOthersDoNot) {
  LagClock waits;
  waits.note({ProcessorKind::stock, 0}, 0, 1, kStart);
  waits.note({ProcessorKind::stock, 1}, 0, 1, kStart + seconds(5));
  EXPECT_EQ(age_of(waits, seconds(6)), seconds(6));
  waits.keep({{{ProcessorKind::stock, 1}, 1}});
  EXPECT_EQ(age_of(waits, seconds(6)), seconds(1));
  waits.keep({});
  EXPECT_TRUE(waits.ages(kStart).empty());
}

// A processor that stands still for a day is observed 86,400 times.
TEST(LagClock, ALongStandstillKeepsItsAge) {
  LagClock waits;
  for (int i = 0; i < 86'400; ++i) waits.note(kOwner, 0, i + 1, kStart + seconds(i));
  EXPECT_EQ(age_of(waits, seconds(86'400)), seconds(86'400));
  waits.note(kOwner, 43'200, 86'400, kStart + seconds(86'400));
  EXPECT_NEAR(static_cast<double>(std::chrono::duration_cast<seconds>(age_of(waits, seconds(86'400))).count()), 43'200,
              1'200);
}

}  // namespace
}  // namespace ordo::app
