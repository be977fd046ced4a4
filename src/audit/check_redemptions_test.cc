// The uses of promotions are checked against the orders and the limits.
#include "audit/testing/check_fixture.h"

namespace ordo::audit {
namespace {

class CheckRedemptionsTest : public CheckTest {
 protected:
  // Order o-1 uses the promotion "spring".
  CheckRedemptionsTest() {
    promotion_.id = "spring";
    promotion_.usage_limit = promotion_.used = 1;
    system_.put(promotion_);
    buyer_.id = promotion_buyer_id("spring", CustomerId("c"));
    buyer_.promotion_id = "spring";
    buyer_.customer_id = CustomerId("c");
    buyer_.used = 1;
    system_.put(buyer_);
    use_ = use_of("o-1");
    system_.put(use_);
    put_use("o-1", OrderStatus::reserved, OrderRedemptionStatus::redeemed);
  }

  static Redemption use_of(const std::string& order) {
    Redemption use;
    use.id = redemption_id("spring", OrderId(order));
    use.promotion_id = "spring";
    use.order_id = OrderId(order);
    use.customer_id = CustomerId("c");
    return use;
  }
  void put_use(const std::string& id, OrderStatus status, OrderRedemptionStatus use) {
    auto order = make_order(id, status);
    order.redemptions = {{"spring", use}};
    put_order(order);
  }
  // The one violation, with its first sample.
  std::string problem() {
    const auto found = broken();
    EXPECT_EQ(found.name, "redemptions");
    return found.samples.empty() ? "" : found.samples[0];
  }

  Promotion promotion_;
  PromotionBuyer buyer_;
  Redemption use_;
};

TEST_F(CheckRedemptionsTest, UsesThatAreTheOrdersAreClean) {
  EXPECT_TRUE(check().clean()) << check_text(check());
  put_use("o-2", OrderStatus::rejected, OrderRedemptionStatus::refused);
  put_use("o-3", OrderStatus::cancelled, OrderRedemptionStatus::returned);
  auto returned = use_of("o-3");
  returned.status = RedemptionStatus::returned;
  system_.put(returned);
  EXPECT_TRUE(check().clean()) << check_text(check());
}

TEST_F(CheckRedemptionsTest, WrongCountsAreTold) {
  promotion_.used = 0;
  system_.put(promotion_);
  EXPECT_EQ(problem(), "spring: used is 0, orders hold 1");
  promotion_.used = 1;
  system_.put(promotion_);
  buyer_.used = 2;
  system_.put(buyer_);
  EXPECT_EQ(problem(), "spring/c: used is 2, orders hold 1");
}

TEST_F(CheckRedemptionsTest, ALimitThatIsExceededIsTold) {
  promotion_.usage_limit = 0;
  system_.put(promotion_);
  EXPECT_EQ(problem(), "spring: used is 1, its limit is 0");
}

TEST_F(CheckRedemptionsTest, AUseWithoutAnOrderIsTold) {
  put_use("o-1", OrderStatus::reserved, OrderRedemptionStatus::redeemed);
  auto order = make_order("o-1", OrderStatus::reserved);
  put_order(order);
  EXPECT_EQ(problem(), "the promotion spring counts order o-1, which does not use it");
  put_use("o-1", OrderStatus::reserved, OrderRedemptionStatus::redeemed);
  system_.put(use_of("o-9"));
  promotion_.used = promotion_.usage_limit.emplace(2);
  system_.put(promotion_);
  buyer_.used = 2;
  system_.put(buyer_);
  EXPECT_EQ(problem(), "the promotion spring counts order o-9, which does not exist");
}

TEST_F(CheckRedemptionsTest, AUseThatIsNotGivenBackIsTold) {
  put_use("o-1", OrderStatus::cancelled, OrderRedemptionStatus::returned);
  put_reservation("o-1", ReservationStatus::released);
  auto free = level();
  free.reserved = 0;
  system_.put(free);
  EXPECT_EQ(problem(), "the promotion spring counts order o-1, which is cancelled");
  Record request;
  request.at = {Topic::promotions, topology_.partition_of(Topic::promotions, "spring")};
  system_.append(request);
  EXPECT_TRUE(check().clean()) << "the request to give it back may be in progress";
}

TEST_F(CheckRedemptionsTest, AnOrderThatDoesNotCountIsTold) {
  use_.status = RedemptionStatus::returned;
  system_.put(use_);
  promotion_.used = 0;
  system_.put(promotion_);
  buyer_.used = 0;
  system_.put(buyer_);
  EXPECT_EQ(problem(), "order o-1 is reserved, but the promotion spring does not count it");
}

TEST_F(CheckRedemptionsTest, AStatusThatDoesNotMatchTheOrderIsTold) {
  put_use("o-3", OrderStatus::cancelled, OrderRedemptionStatus::redeemed);
  EXPECT_EQ(problem(), "order o-3 is cancelled, which does not match its use of the promotion spring");
  put_use("o-3", OrderStatus::cancelled, OrderRedemptionStatus::returned);
  put_use("o-2", OrderStatus::rejected, OrderRedemptionStatus::requested);
  EXPECT_EQ(problem(), "order o-2 is rejected, which does not match its use of the promotion spring");
}

TEST_F(CheckRedemptionsTest, APendingOrderMayWaitForAPromotionAlone) {
  auto order = make_order("o-5", OrderStatus::pending);
  order.stock_reserved_at = Timestamp();
  order.redemptions = {{"spring", OrderRedemptionStatus::requested}};
  put_order(order);
  put_reservation("o-5", ReservationStatus::active);
  auto with_four = level();
  with_four.reserved = 4;
  system_.put(with_four);
  EXPECT_EQ(broken().samples[0], "order o-5 is pending, but no record in progress will decide it");
  Record request;
  request.at = {Topic::promotions, topology_.partition_of(Topic::promotions, "spring")};
  system_.append(request);
  EXPECT_TRUE(check().clean()) << check_text(check());
  put_reservation("o-5", ReservationStatus::released);
  with_four.reserved = 2;
  system_.put(with_four);
  EXPECT_EQ(broken().samples[0], "order o-5 is pending, but its stock is not reserved any more");
}

}  // namespace
}  // namespace ordo::audit
