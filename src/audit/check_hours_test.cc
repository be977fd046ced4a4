// The sums of orders by the hour are checked against the orders.
#include "audit/testing/check_fixture.h"

namespace ordo::audit {
namespace {

// The figures of the quarter of an hour in which all orders were placed.
class CheckHoursTest : public CheckTest {
 protected:
  CheckHoursTest() : hour_(std::get<OrderHour>(**system_.get(Collection::order_hours, "1970-01-01T00/USD/0"))) {}

  OrderSums& sums() { return hour_.quarters.at(0).sums; }
  bool is_found() {
    system_.put(hour_);
    const auto found = broken();
    return found.name == "hours" && found.samples.size() == 1 &&
           found.samples[0].starts_with("the quarter of an hour at 1970-01-01T00:00:00.000Z in USD: ");
  }

  OrderHour hour_;
};

TEST_F(CheckHoursTest, WrongFiguresAreTold) {
  EXPECT_EQ(sums().orders, (OrderCounts{3, 0, 1, 0, 1}));
  EXPECT_EQ(sums().total, 7500);
  ++sums().orders.placed;
  EXPECT_TRUE(is_found());
  --sums().orders.placed;
  ++sums().total;
  EXPECT_TRUE(is_found());
  --sums().total;
  ++sums().captured;
  EXPECT_TRUE(is_found());
  --sums().captured;
  sums().reasons.pop_back();
  EXPECT_TRUE(is_found());
}

TEST_F(CheckHoursTest, AnHourThatIsGoneIsTold) {
  hour_.quarters.clear();
  EXPECT_TRUE(is_found());
}

TEST_F(CheckHoursTest, AStepThatIsNotYetCountedIsWaiting) {
  ++sums().orders.completed;
  system_.put(hour_);
  Record step;
  step.at = {Topic::customers, 1};
  system_.append(step);
  EXPECT_TRUE(check().clean()) << check_text(check());
}

TEST_F(CheckHoursTest, TotalsThatNoRecordSaidAreNotCompared) {
  sums().without_total = 1;
  sums().total = 5000;
  sums().reasons.clear();
  system_.put(hour_);
  EXPECT_TRUE(check().clean()) << check_text(check());
}

TEST_F(CheckHoursTest, AWrongTimeIsTold) {
  hour_.quarters.at(0).minute = 7;
  system_.put(hour_);
  EXPECT_EQ(broken().samples[0], "hour 1970-01-01T00/USD/0: it has a wrong time or currency");
}

}  // namespace
}  // namespace ordo::audit
