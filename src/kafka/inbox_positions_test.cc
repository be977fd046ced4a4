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
  EXPECT_EQ(positions.take(1, 8), Verdict::kReadAgain);
  EXPECT_EQ(positions.take(1, 9), Verdict::kDrop) << "it comes again";
  EXPECT_EQ(positions.take(1, 5), Verdict::kDrop);
  EXPECT_EQ(positions.take(2, 0), Verdict::kGive) << "another partition";
  EXPECT_EQ(positions.all(), (Positions{{1, 5}, {2, 1}}));
  positions.read_again();
  for (std::int64_t offset = 5; offset < 12; ++offset) EXPECT_EQ(positions.take(1, offset), Verdict::kGive);
}

TEST(InboxPositions, AHoleThatIsThereASecondTimeIsOneOfTheLog) {
  InboxPositions positions;
  positions.seek(1, 5);
  EXPECT_EQ(positions.take(1, 8), Verdict::kReadAgain);
  positions.read_again();
  EXPECT_EQ(positions.take(1, 8), Verdict::kGive);
  EXPECT_EQ(positions.take(1, 9), Verdict::kGive);
  EXPECT_EQ(positions.take(1, 11), Verdict::kReadAgain) << "each hole is looked at for itself";
  positions.read_again();
  EXPECT_EQ(positions.take(1, 12), Verdict::kReadAgain) << "another hole at the same place";
  positions.read_again();
  EXPECT_EQ(positions.take(1, 12), Verdict::kGive);
}

TEST(InboxPositions, SeekForgetsTheHole) {
  InboxPositions positions;
  positions.seek(1, 5);
  EXPECT_EQ(positions.take(1, 8), Verdict::kReadAgain);
  positions.seek(1, 5);
  EXPECT_EQ(positions.take(1, 8), Verdict::kReadAgain);
}

}  // namespace
}  // namespace ordo::kafka
