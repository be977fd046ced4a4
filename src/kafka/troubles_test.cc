#include "kafka/troubles.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ordo::kafka {
namespace {

using std::chrono::seconds;

TEST(Troubles, NamesWhatIsDeniedAndTheRight) {
  Troubles troubles;
  EXPECT_TRUE(troubles.list().empty());
  troubles.denied(TroubleWith::topic, "stock", Right::read, "Broker: Topic authorization failed");
  ASSERT_EQ(troubles.list().size(), 1U);
  EXPECT_EQ(to_string(troubles.list()[0]),
            "topic stock: Broker: Topic authorization failed (this principal needs Read)");
  troubles.granted(TroubleWith::topic, "payments", Right::read);
  troubles.granted(TroubleWith::topic, "stock", Right::write);
  EXPECT_EQ(troubles.list().size(), 1U);
  troubles.granted(TroubleWith::topic, "stock", Right::read);
  EXPECT_TRUE(troubles.list().empty());
}

TEST(Troubles, TheLogIsToldWhenItBeginsEachMinuteAndWhenItIsOver) {
  Troubles troubles;
  const auto now = Troubles::Clock::now();
  testing::internal::CaptureStderr();
  for (int i = 0; i < 5; ++i) troubles.denied(TroubleWith::group, "ordo-stock", Right::read, "denied");
  troubles.remind(now + seconds(59));
  troubles.remind(now + seconds(61));
  troubles.remind(now + seconds(62));
  troubles.granted(TroubleWith::group, "ordo-stock", Right::read);
  const auto said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 3) << said;
  EXPECT_NE(said.find("trouble is over"), std::string::npos) << said;
}

TEST(Troubles, WhatALookDoesNotFindAgainIsOver) {
  Troubles troubles;
  troubles.denied(TroubleWith::topic, "stock", Right::read, "denied");
  troubles.observed({{TroubleWith::topic, "payments", Right::none, "does not exist"}});
  EXPECT_EQ(troubles.list().size(), 2U);
  troubles.observed({});
  ASSERT_EQ(troubles.list().size(), 1U);
  EXPECT_EQ(troubles.list()[0].name, "stock") << "of that a client knows better";
}

// While the process is not ready, it gets no appends. So it could never learn that writing is allowed again.
TEST(Troubles, ADeniedWriteIsForgottenWhenNobodyTriesIt) {
  Troubles troubles;
  troubles.denied(TroubleWith::topic, "order_created", Right::write, "denied");
  troubles.denied(TroubleWith::topic, "stock", Right::read, "denied");
  troubles.remind(Troubles::Clock::now() + seconds(61));
  ASSERT_EQ(troubles.list().size(), 1U);
  EXPECT_EQ(troubles.list()[0].right, Right::read);
}

}  // namespace
}  // namespace ordo::kafka
