// Pieces of lines: how requests name them, and the price that is due for them.
#include "domain/order_pieces.h"

#include <gtest/gtest.h>

#include "domain/order_lifecycle.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

OrderLine line(std::optional<ProductId> product, std::int64_t quantity, std::int64_t total, std::string id) {
  OrderLine made;
  made.id = std::move(id);
  if (!product) made.kind = LineKind::fee;
  made.product_id = std::move(product);
  made.quantity = quantity;
  made.total = {total, kUsd};
  return made;
}

// Tea on two lines of different price, a cup, and gift wrap.
Order order_of_pieces() {
  Order order;
  order.id = OrderId("o");
  order.total = {1'000, kUsd};
  order.lines = {line(kTea, 3, 100, "1"), line(kCup, 2, 300, "2"), line(kTea, 2, 150, "3"),
                 line(std::nullopt, 1, 250, "4")};
  ShippingCharge& charge = order.shipping.emplace().emplace_back();
  charge.id = "1";
  charge.total = {200, kUsd};
  return order;
}

class OrderLife {
 public:
  explicit OrderLife(std::int64_t hold = 60) {
    Order order = order_of_pieces();
    order.dispatch_hold_s = hold;
    tell(order_command::Place{std::move(order), {}, "placed"});
    tell(order_command::NoteReserved{});
    tell(order_command::NoteCaptured{{1'000, kUsd}, {}});
  }
  // Empty, or why the command was refused.
  std::string tell(const OrderCommand& command) {
    const auto events = decide(order_ ? &*order_ : nullptr, command);
    if (!events) return events.error().reason;
    for (const auto& event : *events) evolve(order_, event, {"t", Timestamp(), "s"});
    return "";
  }
  void ship_all() { tell(order_command::NoteShipped{"o:1", unshipped_lines(*order_), ""}); }
  const Order* operator->() const { return &*order_; }
  const Order& operator*() const { return *order_; }

 private:
  std::optional<Order> order_;
};

OrderPieces of_line(const char* id, std::int64_t quantity) {
  return {std::nullopt, quantity, id};
}

std::string refused(const std::vector<OrderPieces>& pieces, GivenBack how) {
  const auto found = find_pieces(order_of_pieces(), pieces, how);
  return found ? "" : found.error().reason + ": " + found.error().message;
}

TEST(Pieces, AreFoundByLineAndByProduct) {
  const auto found =
      find_pieces(order_of_pieces(), std::vector<OrderPieces>{{kTea, 3}, of_line("1", 1), {kTea, 1}, of_line("4", 1)},
                  GivenBack::cancelled);
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->pieces, (std::vector<LinePieces>{{0, 3}, {2, 2}, {3, 1}}));
  EXPECT_EQ(found->named, (std::vector<OrderPieces>{{kTea, 1, "1"}, {std::nullopt, 1, "4"}, {kTea, 4}}));
  EXPECT_EQ(goods_of(found->named), (std::vector<StockLine>{{kTea, 5}}));
  EXPECT_EQ(as_recorded(order_of_pieces(), std::vector<OrderPieces>{of_line("4", 1), of_line("1", 1), {kTea, 4}}),
            found->named);
}

TEST(Pieces, ThatAreNotThereAreRefused) {
  EXPECT_EQ(refused({of_line("5", 1)}, GivenBack::cancelled),
            "unknown_line: the order has no line 5: its lines are 1 to 4");
  EXPECT_EQ(refused({of_line("01", 1)}, GivenBack::cancelled),
            "unknown_line: the order has no line 01: its lines are 1 to 4");
  EXPECT_EQ(refused({{kCup, 1, "1"}}, GivenBack::cancelled),
            "unknown_line: line 1 of the order is not of the product cup");
  EXPECT_EQ(refused({{std::nullopt, 1}}, GivenBack::refunded), "bad_lines: each line needs a line_id or a product_id");
  EXPECT_EQ(refused({of_line("1", 2), of_line("1", 2)}, GivenBack::cancelled),
            "lines_exceed_order: 4 of line 1 cannot be cancelled: only 3 left");
  EXPECT_EQ(refused({of_line("1", 3), {kTea, 3}}, GivenBack::cancelled),
            "lines_exceed_order: 3 of tea cannot be cancelled: only 2 left");
  EXPECT_EQ(refused({of_line("4", 1)}, GivenBack::returned),
            "lines_exceed_order: 1 of line 4 cannot be returned: only 0 left");
  EXPECT_EQ(refused({of_line("4", 0)}, GivenBack::refunded), "bad_quantity: quantities are whole numbers above zero");
}

TEST(Pieces, OfANamedLineHaveItsPrice) {
  OrderLife life;
  EXPECT_EQ(life.tell(order_command::Cancel{"no", "c", {of_line("3", 1)}}), "");
  EXPECT_EQ(life->lines[2].cancelled, 1);
  EXPECT_EQ(life->lines[0].cancelled, 0);
  EXPECT_EQ(life->refunds[0].amount.amount, 75);
  EXPECT_EQ(life->cancellations[0].lines, (std::vector<OrderPieces>{{kTea, 1, "3"}}));
  life.tell(order_command::ReleaseHold{});
  life.ship_all();
  EXPECT_EQ(life.tell(order_command::Return{"r", {of_line("2", 1)}, true, true, "broken"}), "");
  EXPECT_EQ(life->refunds[1].amount.amount, 150);
  EXPECT_EQ(life->lines[1].given_back, (Money{150, kUsd}));
}

TEST(Pieces, LinesWithoutGoodsAreCancelledAtOnce) {
  OrderLife life(0);
  EXPECT_TRUE(life->dispatch_requested_at);
  EXPECT_EQ(life.tell(order_command::Cancel{"no wrap", "c", {of_line("4", 1)}}), "");
  EXPECT_FALSE(life->cancelling);
  EXPECT_EQ(life->refunds[0].amount.amount, 250);
  EXPECT_EQ(life.tell(order_command::Cancel{"again", "d", {of_line("4", 1)}}), "lines_exceed_order");
  life.ship_all();
  EXPECT_EQ(life->status, OrderStatus::fulfilled);

  OrderLife late(0);
  late.ship_all();
  EXPECT_EQ(late.tell(order_command::Cancel{"too late", "d", {{kTea, 1}}}), "illegal_transition");
  EXPECT_EQ(late.tell(order_command::Cancel{"no wrap", "c", {of_line("4", 1)}}), "");
  EXPECT_EQ(late->status, OrderStatus::fulfilled);
  late.tell(order_command::NoteDelivered{"o:1"});
  EXPECT_EQ(late.tell(order_command::Cancel{"more", "e", {of_line("4", 1)}}), "illegal_transition");
}

// Goods and gift wrap in one cancel: logistics knows the goods only.
TEST(Pieces, OfOneCancelAreDecidedTogether) {
  OrderLife life(0);
  EXPECT_EQ(life.tell(order_command::Cancel{"no", "c", {of_line("3", 2), of_line("4", 1)}}), "");
  EXPECT_EQ(life->lines[3].cancelled, 0);
  life.tell(order_command::NoteShipmentCancelled{"o:1", {{kTea, 2}}, "c"});
  EXPECT_EQ(life->lines[2].cancelled, 2);
  EXPECT_EQ(life->lines[0].cancelled, 0);
  EXPECT_EQ(life->lines[3].cancelled, 1);
  EXPECT_EQ(life->refunds[0].amount.amount, 400);
  EXPECT_FALSE(life->cancelling);
}

TEST(Pieces, OnlyACancelOfEverythingRefundsShipping) {
  OrderLife goods;
  EXPECT_EQ(goods.tell(order_command::Cancel{"no goods", "c", {{kTea, 5}, {kCup, 2}}}), "");
  EXPECT_EQ(goods->status, OrderStatus::completed) << "the gift wrap is left";
  EXPECT_EQ(refundable(*goods).amount, 450);

  OrderLife all;
  all.tell(order_command::Cancel{"no wrap", "c", {of_line("4", 1)}});
  EXPECT_EQ(all->status, OrderStatus::confirmed);
  EXPECT_EQ(all.tell(order_command::Cancel{"no goods", "d", {{kTea, 5}, {kCup, 2}}}), "");
  EXPECT_EQ(all->status, OrderStatus::cancelled);
  EXPECT_EQ(refundable(*all).amount, 0);

  OrderLife returned(0);
  returned.ship_all();
  returned.tell(order_command::Return{"r", {{kTea, 5}, {kCup, 2}}, true, true, "all"});
  EXPECT_EQ(refundable(*returned).amount, 450);
}

// --- refunds of lines and of shipping

TEST(RefundOfLines, GivesThePriceOnce) {
  OrderLife life;
  const order_command::RequestRefund refund{"r", {}, "scratched", {of_line("1", 2)}};
  EXPECT_EQ(life.tell(refund), "");
  EXPECT_EQ(life->refunds[0].amount.amount, 66);
  EXPECT_EQ(life->refunds[0].lines, (std::vector<RefundedPieces>{{"1", kTea, 2, {66, kUsd}}}));
  EXPECT_EQ(life->lines[0].refunded, 2);
  EXPECT_EQ(life.tell(refund), "");
  EXPECT_EQ(life->refunds.size(), 1U);
  EXPECT_EQ(life.tell(order_command::RequestRefund{"s", {}, "more", {of_line("1", 2)}}), "lines_exceed_order");
  EXPECT_EQ(life.tell(order_command::RequestRefund{"s", {}, "more", {of_line("1", 1)}}), "");
  EXPECT_EQ(life->refunds[1].amount.amount, 34);
  EXPECT_EQ(life.tell(order_command::RequestRefund{"t", Money{1, kUsd}, "both", {of_line("2", 1)}}), "bad_amount");
}

TEST(RefundOfLines, NothingIsDueForWhatWasRefunded) {
  OrderLife life;
  life.tell(order_command::RequestRefund{"r", {}, "scratched", {of_line("1", 1), of_line("2", 1)}});
  life.tell(order_command::Cancel{"no", "c", {of_line("2", 1)}});
  EXPECT_FALSE(life->cancellations[0].refund_id);
  EXPECT_FALSE(life->lines[1].refunded);
  life.tell(order_command::ReleaseHold{});
  life.ship_all();
  life.tell(order_command::Return{"b", {of_line("1", 2)}, true, true, "broken"});
  EXPECT_EQ(life->refunds.back().amount.amount, 33) << "for one of the two";
  EXPECT_FALSE(life->lines[0].refunded);
  EXPECT_EQ(life->lines[0].given_back, (Money{66, kUsd}));
}

TEST(RefundOfLines, GoodsThatCameBackCanBeRefundedLater) {
  OrderLife life(0);
  life.ship_all();
  life.tell(order_command::Return{"b", {of_line("1", 2)}, true, false, "to be checked"});
  EXPECT_TRUE(life->refunds.empty());
  EXPECT_EQ(life->lines[0].unrefunded, 2);
  life.tell(order_command::Return{"c", {of_line("1", 1)}, true, true, "broken"});
  EXPECT_EQ(life->refunds[0].amount.amount, 33);
  EXPECT_EQ(life.tell(order_command::RequestRefund{"r", {}, "checked", {of_line("1", 2)}}), "");
  EXPECT_EQ(life->refunds[1].amount.amount, 67);
  EXPECT_FALSE(life->lines[0].unrefunded);
  EXPECT_FALSE(life->lines[0].refunded);
}

TEST(RefundOfLines, ThatFailedCanBeMadeAgain) {
  OrderLife life;
  const auto ask = [&](const std::string& id) {
    return life.tell(order_command::RequestRefund{id, {}, "scratched", {of_line("1", 1)}});
  };
  for (const auto* id : {"a", "b", "c"}) EXPECT_EQ(ask(id), "") << id;
  EXPECT_EQ(ask("d"), "lines_exceed_order");
  life.tell(order_command::NoteRefundFailed{"a", "no"});
  EXPECT_EQ(life->lines[0].refunded, 2);
  // The other two got 33 and 34 of the 100.
  EXPECT_EQ(ask("d"), "");
  EXPECT_EQ(life->refunds.back().amount.amount, 33);
  // The first was made after all. Its pieces are refunded already.
  life.tell(order_command::NoteRefunded{"a", {33, kUsd}});
  EXPECT_EQ(life->lines[0].refunded, 3);
  EXPECT_EQ(life->lines[0].given_back, (Money{100, kUsd}));
  // A made refund can come back, too.
  life.tell(order_command::NoteRefunded{"b", {33, kUsd}});
  life.tell(order_command::NoteRefundFailed{"b", "came back"});
  EXPECT_EQ(life->lines[0].refunded, 2);
}

TEST(RefundOfLines, ThatFailsAfterTheGoodsCameBackLeavesThemUnrefunded) {
  OrderLife life(0);
  life.ship_all();
  life.tell(order_command::RequestRefund{"r", {}, "broken", {of_line("1", 1)}});
  life.tell(order_command::Return{"b", {of_line("1", 1)}, true, true, "broken"});
  EXPECT_EQ(life->refunds.size(), 1U);
  life.tell(order_command::NoteRefundFailed{"r", "no"});
  EXPECT_EQ(life->lines[0].unrefunded, 1);
  EXPECT_EQ(life.tell(order_command::RequestRefund{"s", {}, "broken", {of_line("1", 1)}}), "");
  EXPECT_EQ(life->refunds.back().amount.amount, 33);
}

TEST(RefundOfShipping, IsMadeOnce) {
  OrderLife life;
  EXPECT_EQ(life.tell(order_command::RequestRefund{"r", {}, "late", {of_line("2", 1)}, true}), "");
  EXPECT_EQ(life->refunds[0].amount.amount, 350);
  EXPECT_EQ(life->refunds[0].shipping, (Money{200, kUsd}));
  EXPECT_EQ(life.tell(order_command::RequestRefund{"s", {}, "late", {}, true}), "refund_exceeds_payment");
  life.tell(order_command::NoteRefundFailed{"r", "no"});
  EXPECT_EQ(life.tell(order_command::RequestRefund{"s", {}, "late", {}, true}), "");
  EXPECT_EQ(life->refunds[1].amount.amount, 200);
}

TEST(RefundOfLines, AnAmountThatWasRefundedIsNotRefundedAgain) {
  OrderLife life;
  life.tell(order_command::RequestRefund{"r", Money{900, kUsd}, "goodwill"});
  EXPECT_EQ(life.tell(order_command::RequestRefund{"s", {}, "more", {of_line("2", 1)}}), "refund_exceeds_payment");
  EXPECT_EQ(life.tell(order_command::RequestRefund{"s", {}, "more", {of_line("3", 1)}}), "");
}

// An order of an older release has no ids in its lines. What it does is not to change.
TEST(Pieces, OfAnOlderOrderCountAsBefore) {
  OrderLine old = line(kTea, 3, 100, "1");
  old.id.reset();
  old.shipped = 3;
  give_back(old, 2, GivenBack::returned_unrefunded);
  EXPECT_EQ(give_back(old, 1, GivenBack::returned).amount, 34);
  EXPECT_FALSE(old.unrefunded);
  EXPECT_FALSE(old.given_back);
}

}  // namespace
}  // namespace ordo
