#include "engine/skip_plan.h"

#include <gtest/gtest.h>

#include "engine/cursor_check.h"

namespace ordo {
namespace {

const Owner kOwner{ProcessorKind::orders, 1};

Cursor at(std::int64_t next) {
  Cursor cursor;
  cursor.partitions = 4;
  cursor.next = next;
  return cursor;
}

std::string refused(Cursor cursor, std::int64_t offset, const std::string& reason = "why") {
  const auto planned = plan_skip(kOwner, std::move(cursor), 4, {0, 20}, {}, offset, reason);
  return planned ? "" : planned.error().reason;
}

TEST(SkipPlan, NotesTheRecordAndChangesNothingElse) {
  const auto planned = plan_skip(kOwner, at(18), 4, {0, 20}, {}, 19, "ticket 7");
  ASSERT_TRUE(planned) << planned.error().text();
  auto wanted = at(18);
  wanted.skip = {{19, "ticket 7"}};
  EXPECT_EQ(*planned, wanted);
  const auto again = plan_skip(kOwner, *planned, 4, {0, 20}, {}, 19, "ticket 8");
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->skip.at(19), "ticket 8");
}

TEST(SkipPlan, RefusesWhatIsNotThereToBeSkipped) {
  EXPECT_EQ(refused(at(18), 17), "already_folded");
  EXPECT_EQ(refused(at(18), 18), "");
  EXPECT_EQ(refused(at(18), 20), "no_such_record");
  EXPECT_EQ(refused(at(21), 19), "log_truncated");
  for (const auto& reason :
       {std::string(), std::string(kMaxSkipReason + 1, 'x'), std::string("two\nlines"), std::string("\xff\xfe")}) {
    EXPECT_EQ(refused(at(18), 18, reason), "bad_reason") << reason;
  }
  EXPECT_EQ(refused(at(18), 18, std::string(kMaxSkipReason, 'x')), "");
  auto full = at(0);
  for (std::int64_t offset = 0; offset < static_cast<std::int64_t>(kMaxSkips); ++offset) full.skip[offset + 100] = "x";
  EXPECT_EQ(refused(full, 18), "too_many_skips");
}

TEST(SkipPlan, OfAnOwnerThatNeverRanBeginsWhereItWould) {
  const auto planned = plan_skip(kOwner, {}, 4, {3, 20}, {}, 3, "why");
  ASSERT_TRUE(planned) << planned.error().text();
  EXPECT_EQ(planned->next, 3);
  EXPECT_EQ(planned->partitions, 4);
}

TEST(SkipPlan, ANewEpochHasOtherRecords) {
  auto cursor = at(18);
  cursor.skip = {{18, "why"}};
  EXPECT_TRUE(begin_epoch(cursor, 4, {0, 2}, {}).skip.empty());
}

}  // namespace
}  // namespace ordo
