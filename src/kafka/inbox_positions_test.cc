#include "kafka/inbox_positions.h"

#include <gtest/gtest.h>

namespace ordo::kafka {
namespace {

using Verdict = InboxPositions::Verdict;
using Positions = std::map<int, std::int64_t>;

TEST(InboxPositions, GivesWhatIsNext) {
  InboxPositions positions;
  EXPECT_EQ(positions.take(1, 0), Verdict::kDrop) << "it was not sought";
  positions.seek(1, 5);
  positions.seek(2, 0);
  EXPECT_EQ(positions.take(1, 5), Verdict::kGive);
  EXPECT_EQ(positions.take(1, 6), Verdict::kGive);
  EXPECT_EQ(positions.take(1, 6), Verdict::kBehind);
  EXPECT_EQ(positions.all(), (Positions{{1, 7}, {2, 0}}));
  positions.clear();
  EXPECT_EQ(positions.take(1, 7), Verdict::kDrop);
}

TEST(InboxPositions, AHoleThatIsNotThereASecondTimeLosesNothing) {
  InboxPositions positions;
  positions.seek(1, 5);
  positions.seek(2, 0);
  EXPECT_EQ(positions.take(1, 8), Verdict::kLook);
  EXPECT_TRUE(positions.looking());
  EXPECT_EQ(positions.take(1, 9), Verdict::kLook) << "it comes again";
  EXPECT_EQ(positions.take(2, 0), Verdict::kGive) << "another partition";
  EXPECT_EQ(positions.all(), (Positions{{1, 5}, {2, 1}}));
  positions.read_again();
  EXPECT_FALSE(positions.looking());
  for (std::int64_t offset = 5; offset < 12; ++offset) EXPECT_EQ(positions.take(1, offset), Verdict::kGive);
}

TEST(InboxPositions, AStretchOfHolesIsReadTwiceAndNotEachOfThem) {
  InboxPositions positions;
  positions.seek(1, 5);
  for (std::int64_t offset = 6; offset < 100; offset += 2) EXPECT_EQ(positions.take(1, offset), Verdict::kLook);
  positions.read_again();
  for (std::int64_t offset = 6; offset < 100; offset += 2) EXPECT_EQ(positions.take(1, offset), Verdict::kGive);
  EXPECT_EQ(positions.take(1, 100), Verdict::kLook) << "that far the first reading did not come";
  positions.read_again();
  EXPECT_EQ(positions.take(1, 100), Verdict::kGive);
  EXPECT_EQ(positions.all(), (Positions{{1, 101}}));
}

TEST(InboxPositions, AStretchHasABound) {
  InboxPositions positions(3);
  positions.seek(1, 0);
  EXPECT_EQ(positions.take(1, 1), Verdict::kLook);
  EXPECT_EQ(positions.take(1, 3), Verdict::kLook);
  EXPECT_EQ(positions.take(1, 5), Verdict::kReadAgain);
  EXPECT_EQ(positions.take(1, 6), Verdict::kDrop) << "fetched before";
  positions.read_again();
  for (const std::int64_t offset : {1, 3, 5, 6}) EXPECT_EQ(positions.take(1, offset), Verdict::kGive);
}

TEST(InboxPositions, AHoleThatOnlyOneReadingShowsIsNotBelieved) {
  InboxPositions positions;
  positions.seek(1, 5);
  EXPECT_EQ(positions.take(1, 8), Verdict::kLook);
  EXPECT_EQ(positions.take(1, 9), Verdict::kLook);
  EXPECT_EQ(positions.take(1, 10), Verdict::kLook);
  positions.read_again();
  EXPECT_EQ(positions.take(1, 8), Verdict::kGive);
  EXPECT_EQ(positions.take(1, 10), Verdict::kDiffers) << "9 was there before";
  EXPECT_EQ(positions.differed(1), 1);
  EXPECT_EQ(positions.take(1, 11), Verdict::kDrop);
  positions.read_again();
  EXPECT_EQ(positions.take(1, 12), Verdict::kDiffers) << "another hole at the same place";
  EXPECT_EQ(positions.differed(1), 2);
  positions.read_again();
  EXPECT_EQ(positions.take(1, 9), Verdict::kGive);
  EXPECT_EQ(positions.differed(1), 0);
  EXPECT_EQ(positions.take(1, 10), Verdict::kGive);
}

TEST(InboxPositions, AHoleThatIsSmallerASecondTimeIsLookedAtAgain) {
  InboxPositions positions;
  positions.seek(1, 5);
  EXPECT_EQ(positions.take(1, 9), Verdict::kLook);
  positions.read_again();
  EXPECT_EQ(positions.take(1, 5), Verdict::kGive);
  EXPECT_EQ(positions.take(1, 9), Verdict::kDiffers) << "was 6 to 8 shown as a hole, or only passed over with 5?";
  positions.read_again();
  EXPECT_EQ(positions.take(1, 9), Verdict::kGive);
}

TEST(InboxPositions, MarksAtTheEndAreSteppedOver) {
  InboxPositions positions;
  positions.seek(1, 5);
  EXPECT_EQ(positions.take(1, 5), Verdict::kGive);
  EXPECT_EQ(positions.take_end(1, 6), Verdict::kDrop) << "no mark";
  EXPECT_EQ(positions.take_end(1, 7), Verdict::kReadAgain) << "believed when read twice, as any hole";
  EXPECT_EQ(positions.all(), (Positions{{1, 6}}));
  positions.read_again();
  EXPECT_EQ(positions.take_end(1, 7), Verdict::kGive);
  EXPECT_EQ(positions.all(), (Positions{{1, 7}}));
  EXPECT_EQ(positions.take(1, 7), Verdict::kGive);
}

TEST(InboxPositions, ALogThatGoesOnBehindTheEndOfTheFirstReadingDoesNotDiffer) {
  InboxPositions positions;
  positions.seek(1, 6);
  EXPECT_EQ(positions.take_end(1, 7), Verdict::kReadAgain);
  positions.read_again();
  EXPECT_EQ(positions.take(1, 9), Verdict::kLook) << "7 and 8 were not looked at before";
  EXPECT_EQ(positions.all(), (Positions{{1, 7}}));
  positions.read_again();
  EXPECT_EQ(positions.take(1, 9), Verdict::kGive);
}

TEST(InboxPositions, TheEndWithinAStretchEndsIt) {
  InboxPositions positions;
  positions.seek(1, 0);
  EXPECT_EQ(positions.take(1, 1), Verdict::kLook);
  EXPECT_EQ(positions.take_end(1, 3), Verdict::kReadAgain);
  positions.read_again();
  EXPECT_EQ(positions.take(1, 1), Verdict::kGive);
  EXPECT_EQ(positions.take_end(1, 3), Verdict::kGive);
}

TEST(InboxPositions, WhatComesTwiceWhileLookingIsReadAgain) {
  InboxPositions positions;
  positions.seek(1, 5);
  EXPECT_EQ(positions.take(1, 8), Verdict::kLook);
  EXPECT_EQ(positions.take(1, 3), Verdict::kReadAgain);
  positions.read_again();
  EXPECT_EQ(positions.take(1, 3), Verdict::kBehind);
}

TEST(InboxPositions, SeekForgetsTheHole) {
  InboxPositions positions;
  positions.seek(1, 5);
  EXPECT_EQ(positions.take(1, 8), Verdict::kLook);
  positions.seek(1, 5);
  EXPECT_EQ(positions.take(1, 8), Verdict::kLook);
  EXPECT_EQ(positions.take_end(2, 8), Verdict::kDrop) << "it was not sought";
}

}  // namespace
}  // namespace ordo::kafka
