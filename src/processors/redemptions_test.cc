// The records by which an order redeems its promotions.
#include <algorithm>

#include "engine/testing/test_bench.h"
#include "processors/orders.h"
#include "processors/promotions.h"

namespace ordo::processors {
namespace {

// The types and keys of records, or the reasons of dead letters, one a line.
std::string sent_lines(const std::vector<Record>& records) {
  std::string text;
  for (const auto& record : records) {
    text += record.at.dlq ? reason_of(record) : record.envelope.type + " " + record.key;
    text += "\n";
  }
  return text;
}
template <class M>
std::string line_of(const std::string& key) {
  return std::string(kTypeOf<M>) + " " + key + "\n";
}

class Redemptions : public testing::Test {
 protected:
  Redemptions() {
    PromotionChanged promotion;
    promotion.id = "spring";
    promotion.label = "Spring sale";
    promotion.action = PromotionAction{PromotionKind::percent, {}, 100'000, {}, {}, {}};
    promotion.usage_limit = 1;
    shop_.send(kTypeOf<PromotionChanged>, promotion);
  }

  static OrderCreated promoted_order(const std::string& id, const std::vector<std::string>& promotions) {
    auto order = created(id);
    order.discounts.emplace();
    for (const auto& promotion : promotions) {
      Discount discount;
      discount.id = place_id(order.discounts->size());
      discount.promotion_id = promotion;
      discount.amount = {0, kUsd};
      order.discounts->push_back(discount);
    }
    return order;
  }
  // As the records of ordo itself: their figures were checked by intake.
  std::vector<Record> place(const OrderCreated& message) {
    auto record = orders_.record(kTypeOf<OrderCreated>, encode(message));
    record.envelope.source = "/ordo/intake/0/0";
    return *orders_.feed({std::move(record)});
  }
  std::vector<Record> redeem(const std::string& order, const std::string& promotion = "spring",
                             const std::string& customer = "c") {
    return shop_.send(kTypeOf<RedeemRequested>, RedeemRequested{promotion, OrderId(order), CustomerId(customer)});
  }
  const Order& order(const std::string& id) { return *orders_.get<Order>(Collection::orders, id); }
  const Promotion& spring() { return *shop_.get<Promotion>(Collection::promotions, "spring"); }

  Promotions promotions_processor_;
  Orders orders_processor_;
  Bench shop_{promotions_processor_};
  Bench orders_{orders_processor_};
};

TEST_F(Redemptions, AnOrderAsksStockAndItsPromotionsAtOnce) {
  const auto asked = place(promoted_order("o1", {"spring", "vip"}));
  EXPECT_EQ(sent_lines(asked), line_of<ReserveRequested>("main") + line_of<RedeemRequested>("spring") +
                                   line_of<RedeemRequested>("vip") + line_of<CustomerOrderChanged>("c"));
  const auto request = std::get<RedeemRequested>(*decode(asked[1]));
  EXPECT_EQ(request.order_id, OrderId("o1"));
  EXPECT_EQ(request.customer_id, CustomerId("c"));
  EXPECT_EQ(asked[1].at.topic, Topic::promotions);
}

TEST_F(Redemptions, TheLastAnswerReservesTheOrder) {
  place(promoted_order("o1", {"spring"}));
  EXPECT_EQ(sent_lines(orders_.send(kTypeOf<StockReserved>, StockReserved{OrderId("o1")})), "");
  const auto out = orders_.send(kTypeOf<PromotionRedeemed>, PromotionRedeemed{OrderId("o1"), "spring"});
  EXPECT_EQ(sent_lines(out), std::string(type::kOrderReserved) + " o1\n" + line_of<AuthorizeRequested>("o1"));
  EXPECT_EQ(order("o1").status, OrderStatus::reserved);
}

TEST_F(Redemptions, ARefusalReleasesTheStockAndTheOtherPromotions) {
  place(promoted_order("o1", {"spring", "vip"}));
  const PromotionRefused refused{OrderId("o1"), "spring", RedemptionRefusal::promotion_customer_limit};
  const auto out = orders_.send(kTypeOf<PromotionRefused>, refused);
  EXPECT_EQ(sent_lines(out), std::string(type::kOrderRejected) + " o1\n" + line_of<ReleaseRequested>("main") +
                                 line_of<RedemptionReleaseRequested>("vip") + line_of<CustomerOrderChanged>("c"));
  EXPECT_EQ(std::get<RedemptionReleaseRequested>(*decode(out[2])).customer_id, CustomerId("c"));
  EXPECT_EQ(order("o1").status_reason, "promotion_customer_limit");
  EXPECT_EQ(sent_lines(orders_.send(kTypeOf<StockReserved>, StockReserved{OrderId("o1")})), "") << "it was released";
}

TEST_F(Redemptions, EachEndGivesThemBack) {
  place(promoted_order("o1", {"spring"}));
  EXPECT_EQ(sent_lines(orders_.send(kTypeOf<StockRejected>, StockRejected{OrderId("o1"), {}})),
            std::string(type::kOrderRejected) + " o1\n" + line_of<RedemptionReleaseRequested>("spring") +
                line_of<CustomerOrderChanged>("c"));
  for (const auto* id : {"o2", "o3"}) {
    place(promoted_order(id, {"spring"}));
    orders_.send(kTypeOf<StockReserved>, StockReserved{OrderId(id)});
    orders_.send(kTypeOf<PromotionRedeemed>, PromotionRedeemed{OrderId(id), "spring"});
  }
  const auto expired = sent_lines(orders_.send(kTypeOf<PaymentTimedOut>, PaymentTimedOut{OrderId("o2")}));
  EXPECT_NE(expired.find(line_of<RedemptionReleaseRequested>("spring")), std::string::npos) << expired;
  const auto cancelled = sent_lines(orders_.send(kTypeOf<CancelRequested>, CancelRequested{OrderId("o3"), "no"}));
  EXPECT_NE(cancelled.find(line_of<RedemptionReleaseRequested>("spring")), std::string::npos) << cancelled;
}

TEST_F(Redemptions, TheProcessorAnswersTheOrderAndCounts) {
  const auto redeemed = redeem("o1");
  ASSERT_EQ(sent_lines(redeemed), line_of<PromotionRedeemed>("o1"));
  EXPECT_EQ(redeemed[0].at.topic, Topic::order_events);
  EXPECT_EQ(spring().used, 1);
  EXPECT_EQ(shop_.get<PromotionBuyer>(Collection::promotion_buyers, "spring/c")->used, 1);
  EXPECT_EQ(shop_.get<Redemption>(Collection::redemptions, "spring/o1")->status, RedemptionStatus::held);

  const auto refused = redeem("o2", "spring", "d");
  ASSERT_EQ(sent_lines(refused), line_of<PromotionRefused>("o2"));
  EXPECT_EQ(std::get<PromotionRefused>(*decode(refused[0])).reason, RedemptionRefusal::promotion_used_up);
  EXPECT_EQ(sent_lines(redeem("o1")), line_of<PromotionRedeemed>("o1")) << "a repeat gets the same verdict";
  EXPECT_EQ(spring().used, 1);

  const RedemptionReleaseRequested release{"spring", OrderId("o1"), CustomerId("c")};
  EXPECT_EQ(sent_lines(shop_.send(kTypeOf<RedemptionReleaseRequested>, release)), "");
  EXPECT_EQ(spring().used, 0);
  const auto rev = spring().rev;
  EXPECT_EQ(sent_lines(shop_.send(kTypeOf<RedemptionReleaseRequested>, release)), "");
  EXPECT_EQ(spring().rev, rev) << "a repeat changes nothing";
}

TEST_F(Redemptions, AWrongRequestIsADeadLetter) {
  EXPECT_EQ(sent_lines(redeem("o1", "a/b")), "invalid_fields\n");
  redeem("o1");
  const RedemptionReleaseRequested other{"spring", OrderId("o1"), CustomerId("d")};
  EXPECT_EQ(sent_lines(shop_.send(kTypeOf<RedemptionReleaseRequested>, other)), "customer_differs\n");
  EXPECT_EQ(sent_lines(orders_.send(kTypeOf<PromotionRedeemed>, PromotionRedeemed{OrderId("o9"), "spring"})),
            "unknown_order\n");
}

TEST_F(Redemptions, AForeignOrderHasFewPromotions) {
  std::vector<std::string> promotions;
  for (std::size_t i = 0; i <= kMaxPromotions; ++i) promotions.push_back("p" + std::to_string(i));
  EXPECT_EQ(sent_lines(orders_.send(kTypeOf<OrderCreated>, promoted_order("o1", promotions))), "invalid_fields\n");
}

}  // namespace
}  // namespace ordo::processors
