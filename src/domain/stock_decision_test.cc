#include "domain/stock_decision.h"

#include <gtest/gtest.h>

#include <map>

namespace ordo {
namespace {

const OrderId kOrder("o1");
const LocationId kMain("main");
const ProductId kTea("tea");
const ProductId kMug("mug");
constexpr Timestamp kAt = Timestamp();

// A location with some goods, and the reservation of one order.
class StockDecisionTest : public testing::Test {
 protected:
  Result<StockDecision> ask(StockAction action, std::vector<StockLine> lines, std::string_view id = {}) {
    return decide(reservation_ ? &*reservation_ : nullptr, {action, kOrder, kMain, lines, id}, level_of(), kAt);
  }
  // Asks, and stores what was decided.
  StockDecision make(StockAction action, std::vector<StockLine> lines, std::string_view id = {}) {
    auto decision = ask(action, std::move(lines), id);
    if (!decision) {
      ADD_FAILURE() << decision.error().text();
      return {};
    }
    if (decision->reservation) reservation_ = decision->reservation;
    for (const auto& level : decision->levels) levels_[level.product_id] = level;
    return *decision;
  }
  void count(const ProductId& product, std::int64_t quantity) {
    const std::string id = "count " + product.str();
    const auto decision = decide(nullptr, {MovementKind::count, id, kMain, product, quantity, {}}, nullptr, kAt);
    levels_[product] = *decision.value()->level;
  }
  LevelOf level_of() {
    return [this](const ProductId& product) {
      const auto found = levels_.find(product);
      return found == levels_.end() ? nullptr : &found->second;
    };
  }

  std::map<ProductId, StockLevel> levels_;
  std::optional<Reservation> reservation_;
};

TEST_F(StockDecisionTest, ReservesAllLinesOrNone) {
  count(kTea, 5);
  const auto refused = make(StockAction::reserve, {{kTea, 2}, {kMug, 1}});
  EXPECT_EQ(refused.answer, (StockAnswer{false, {{kMug, 1, 0}}}));
  EXPECT_TRUE(refused.levels.empty());
  EXPECT_EQ(reservation_->status, ReservationStatus::rejected);

  // The first decision stands.
  count(kMug, 9);
  EXPECT_EQ(make(StockAction::reserve, {{kTea, 2}, {kMug, 1}}).answer, refused.answer);
}

TEST_F(StockDecisionTest, AMovementHappensOnce) {
  count(kTea, 5);
  make(StockAction::reserve, {{kTea, 4}});
  make(StockAction::ship, {{kTea, 3}}, "o1:1");
  const auto again = make(StockAction::ship, {{kTea, 3}}, "o1:1");
  EXPECT_FALSE(again.reservation);
  EXPECT_TRUE(again.levels.empty());
  EXPECT_EQ(levels_[kTea].on_hand, 2);
  EXPECT_EQ(levels_[kTea].reserved, 1);
  // The same id names another movement when goods come back.
  make(StockAction::restock, {{kTea, 1}}, "o1:1");
  EXPECT_EQ(levels_[kTea].on_hand, 3);
}

TEST_F(StockDecisionTest, GoodsThatWereNeverReservedAreNotSentAgain) {
  count(kTea, 5);
  make(StockAction::reserve, {{kTea, 9}});
  const auto resend = ask(StockAction::resend, {{kTea, 1}}, "1");
  ASSERT_FALSE(resend);
  EXPECT_EQ(resend.error().reason, "lines_differ");
}

TEST_F(StockDecisionTest, AResendHoldsOnlyWhatIsSentAgain) {
  count(kTea, 5);
  make(StockAction::reserve, {{kTea, 3}});
  make(StockAction::ship, {{kTea, 1}}, "1");
  make(StockAction::release, {{kTea, 3}});
  EXPECT_EQ(levels_[kTea].reserved, 0);
  make(StockAction::resend, {{kTea, 1}}, "2");
  EXPECT_EQ(levels_[kTea].reserved, 1);
  EXPECT_EQ(held_lines(*reservation_), (std::vector<StockLine>{{kTea, 1}}));
}

TEST_F(StockDecisionTest, EveryActionNeedsAnOrderAPlaceAndLines) {
  const OrderId no_order;
  const LocationId no_place;
  const std::vector<StockLine> lines = {{kTea, 1}};
  for (const auto action : {StockAction::reserve, StockAction::release, StockAction::release_part, StockAction::resend,
                            StockAction::ship, StockAction::restock}) {
    for (const StockRequest& request :
         {StockRequest{action, no_order, kMain, lines, "1"}, StockRequest{action, kOrder, no_place, lines, "1"}}) {
      EXPECT_EQ(decide(nullptr, request, level_of(), kAt).error().reason, "invalid_fields");
    }
    if (action == StockAction::release) continue;  // it names the lines of the reservation
    EXPECT_EQ(ask(action, {}, "1").error().reason, "invalid_fields");
    EXPECT_EQ(ask(action, {{kTea, 0}}, "1").error().reason, "invalid_fields");
  }
}

TEST_F(StockDecisionTest, AnAdjustmentBelowZeroIsNotedAndRefused) {
  count(kTea, 5);
  const std::string id = "m2";
  const auto decision = decide(nullptr, {MovementKind::adjust, id, kMain, kTea, -9, {}}, &levels_[kTea], kAt);
  ASSERT_TRUE(decision && *decision);
  EXPECT_FALSE((*decision)->level);
  EXPECT_EQ((*decision)->movement.status_reason, "negative_stock");
  EXPECT_EQ((*decision)->movement.on_hand_after, 5);
}

}  // namespace
}  // namespace ordo
