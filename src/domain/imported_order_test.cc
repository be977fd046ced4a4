#include "domain/imported_order.h"

#include <gtest/gtest.h>

#include "domain/order_lifecycle.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

const Timestamp kPlaced = from_unix_ms(1'600'000'000'000);
const Timestamp kEnded = from_unix_ms(1'600'500'000'000);

ImportedLine past_line(std::optional<ProductId> product, std::int64_t quantity, std::int64_t price) {
  ImportedLine made;
  if (!product) made.kind = LineKind::fee;
  made.name = product ? product->str() : "Gift wrap";
  made.product_id = std::move(product);
  made.quantity = quantity;
  made.unit_price = Money{price, kUsd};
  made.total = {quantity * price, kUsd};
  return made;
}

// Three teas of 10.00, a cup of 5.00, gift wrap of 1.00: delivered and paid.
ImportedOrder past_content() {
  ImportedOrder made;
  made.source = "old-shop";
  made.number = "#1001";
  made.placed_at = kPlaced;
  made.customer_id = CustomerId("ann");
  made.location = LocationId("main");
  made.lines = {past_line(kTea, 3, 1'000), past_line(kCup, 1, 500), past_line({}, 1, 100)};
  made.total = {3'600, kUsd};
  made.customer_note = "ring twice";
  return made;
}

const OrderId kPastOrder = imported_order_id("old-shop", "#1001");

std::string state_problems(const ImportedOrder& order) {
  std::vector<Violation> found;
  check_imported_state(order, TextRule::enforced, found);
  std::string text;
  for (const auto& one : found) text += one.pointer + " " + one.detail + "\n";
  return text;
}

// An order in the state machine.
class ImportedTest : public testing::Test {
 protected:
  // The reason of the refusal; empty if it was accepted.
  std::string bring(const ImportedOrder& order, bool replace = false) {
    return tell(order_command::Import{kPastOrder, order, "H7", replace});
  }
  std::string tell(const OrderCommand& command) {
    const auto events = decide(order_ ? &*order_ : nullptr, command);
    refused_ = events ? std::vector<Violation>() : events.error().violations;
    if (!events) return events.error().reason;
    events_ = events->size();
    for (const auto& event : *events) evolve(order_, event, {"ordo.order.imported.v1", at_, "/ordo/api/1"});
    return {};
  }
  std::string refused() const {
    std::string text;
    for (const auto& one : refused_) text += one.pointer + " " + one.detail + "\n";
    return text;
  }

  std::optional<Order> order_;
  std::size_t events_ = 0;  // of the last command
  std::vector<Violation> refused_;
  Timestamp at_ = from_unix_ms(1'700'000'000'000);
};

TEST_F(ImportedTest, IsWrittenAsItWas) {
  auto past = past_content();
  past.ended_at = kEnded;
  past.tracking = "JD1";
  past.carrier = "DHL";
  past.payment = ImportedPayment{"card", "ch_1", kPlaced};
  ASSERT_EQ(state_problems(past), "");
  ASSERT_EQ(bring(past), "");
  EXPECT_EQ(events_, 1U);
  const Order& order = *order_;
  EXPECT_EQ(order.number, "H7");
  EXPECT_EQ(order.reference, "#1001");
  EXPECT_EQ(order.imported, (ImportedFrom{"old-shop", "#1001", at_}));
  EXPECT_EQ(order.status, OrderStatus::completed);
  EXPECT_EQ(order.payment_status, PaymentStatus::captured);
  EXPECT_EQ(order.fulfillment_status, FulfillmentStatus::delivered);
  EXPECT_EQ(order.placed_at, kPlaced);
  EXPECT_EQ(order.ended_at, kEnded);
  EXPECT_EQ(order.captured, order.total);
  ASSERT_EQ(order.payments->size(), 1U);
  EXPECT_EQ(order.payments->at(0).method, "card");
  EXPECT_EQ(order.payments->at(0).amount, order.total);
  ASSERT_EQ(order.parcels.size(), 1U);
  EXPECT_EQ(order.parcels[0].tracking, "JD1");
  EXPECT_EQ(order.parcels[0].carrier, "DHL");
  EXPECT_EQ(order.lines[0].shipped, 3);
  EXPECT_EQ(order.lines[2].shipped, 0);  // nothing of a fee is shipped
  EXPECT_TRUE(all_shipments(order).empty());
  EXPECT_TRUE(open_shipments(order).empty());
  EXPECT_FALSE(is_paid_by_gateway(order));
  ASSERT_EQ(order.history.size(), 1U);
  EXPECT_EQ(order.history[0].summary, "imported: #1001 of old-shop, 3 lines, 36.00 USD");
}

TEST_F(ImportedTest, StatusesFollowFromTheFigures) {
  struct Case {
    OrderStatus status;
    PaymentStatus payment;
    FulfillmentStatus fulfillment;
  };
  for (const auto& [status, payment, fulfillment] :
       {Case{OrderStatus::pending, PaymentStatus::none, FulfillmentStatus::unfulfilled},
        Case{OrderStatus::reserved, PaymentStatus::authorized, FulfillmentStatus::unfulfilled},
        Case{OrderStatus::confirmed, PaymentStatus::captured, FulfillmentStatus::unfulfilled},
        Case{OrderStatus::fulfilled, PaymentStatus::captured, FulfillmentStatus::shipped},
        Case{OrderStatus::completed, PaymentStatus::captured, FulfillmentStatus::delivered},
        Case{OrderStatus::rejected, PaymentStatus::failed, FulfillmentStatus::unfulfilled},
        Case{OrderStatus::expired, PaymentStatus::none, FulfillmentStatus::unfulfilled},
        Case{OrderStatus::cancelled, PaymentStatus::none, FulfillmentStatus::unfulfilled}}) {
    auto past = past_content();
    past.status = status;
    ASSERT_EQ(state_problems(past), "") << to_string(status);
    const auto order = imported_order(kPastOrder, past, at_);
    EXPECT_EQ(order.payment_status, payment) << to_string(status);
    EXPECT_EQ(order.fulfillment_status, fulfillment) << to_string(status);
    // The end starts the retention of personal data.
    EXPECT_EQ(order.ended_at.has_value(), is_terminal(status) || status == OrderStatus::fulfilled) << to_string(status);
  }
}

TEST_F(ImportedTest, PartsAreKeptWithTheirMoney) {
  auto past = past_content();
  past.lines[0].cancelled = 1;
  past.lines[0].returned = 1;
  past.refunded = Money{2'000, kUsd};
  ASSERT_EQ(state_problems(past), "");
  const auto order = imported_order(kPastOrder, past, at_);
  EXPECT_EQ(order.lines[0].shipped, 2);
  EXPECT_EQ(order.lines[0].cancelled, 1);
  EXPECT_EQ(order.lines[0].returned, 1);
  EXPECT_FALSE(order.lines[0].unrefunded);
  EXPECT_EQ(order.lines[0].given_back, (Money{2'000, kUsd}));
  EXPECT_EQ(order.returns.at(0).lines, (std::vector<OrderPieces>{{kTea, 1, "1"}}));
  EXPECT_EQ(order.cancellations.at(0).lines, (std::vector<OrderPieces>{{kTea, 1, "1"}}));
  EXPECT_EQ(order.refunds.at(0).id, kImportedPart);
  EXPECT_EQ(order.refunds.at(0).status, RefundStatus::succeeded);
  EXPECT_EQ(order.payment_status, PaymentStatus::partially_refunded);
  EXPECT_EQ(order.fulfillment_status, FulfillmentStatus::partially_returned);
  EXPECT_EQ(refundable(order), (Money{1'600, kUsd}));

  // Less was refunded than came back: the rest can be refunded by lines later.
  past.refunded = Money{500, kUsd};
  EXPECT_EQ(imported_order(kPastOrder, past, at_).lines[0].unrefunded, 1);

  auto part = past_content();
  part.status = OrderStatus::confirmed;
  part.lines[0].shipped = 2;
  ASSERT_EQ(state_problems(part), "");
  EXPECT_EQ(imported_order(kPastOrder, part, at_).fulfillment_status, FulfillmentStatus::partially_shipped);

  auto refunded = past_content();
  refunded.status = OrderStatus::cancelled;
  refunded.refunded = refunded.total;
  EXPECT_EQ(imported_order(kPastOrder, refunded, at_).payment_status, PaymentStatus::refunded);
}

TEST(ImportedState, ProblemsNameTheMember) {
  auto past = past_content();
  past.source.clear();
  past.number = std::string(129, '1');
  past.payment_terms = PaymentTerms::gateway;
  past.ship_before_payment = true;
  past.discounts.emplace().emplace_back().promotion_id = "p";
  past.captured = Money{-1, kUsd};
  past.refunded = Money{1, kEur};
  past.ended_at = kPlaced - std::chrono::seconds(1);
  past.lines[0].cancelled = 4;
  past.lines[1].shipped = 2;
  past.lines[2].name = std::string(201, 'n');
  past.lines[2].shipped = 1;
  EXPECT_EQ(state_problems(past),
            "/source must be 1 to 64 bytes\n"
            "/number must be 1 to 128 bytes\n"
            "/payment_terms must be absent: an imported order is not paid through ordo\n"
            "/ship_before_payment must be absent: ordo ships no imported order\n"
            "/discounts/0/promotion_id must be absent: an imported order uses no promotion\n"
            "/captured/amount must be a whole number from 0 to 1000000000000000\n"
            "/refunded/currency must be USD, as that of the order\n"
            "/ended_at must not be before placed_at\n"
            "/lines/0/cancelled must be a whole number from 0 to 3\n"
            "/lines/1/shipped must be a whole number from 0 to 1\n"
            "/lines/2/name must be 1 to 200 bytes\n"
            "/lines/2/shipped must be a whole number from 0 to 0\n");

  auto open = past_content();
  open.status = OrderStatus::confirmed;
  open.ended_at = kEnded;
  open.delivered = true;
  open.tracking = "JD1";
  open.lines[0].returned = 1;
  EXPECT_EQ(state_problems(open),
            "/ended_at must be absent: an order that is confirmed has not ended\n"
            "/lines/0/returned must be a whole number from 0 to 0\n"
            "/delivered must be false or absent: nothing of the order has left\n"
            "/tracking must be absent: nothing of the order has left; or say what was shipped\n");

  auto rejected = past_content();
  rejected.status = OrderStatus::rejected;
  rejected.shipped = true;
  rejected.payment.emplace();
  EXPECT_EQ(state_problems(rejected),
            "/payment must be absent: nothing was captured\n"
            "/shipped does not fit an order that is rejected: nothing of it has left\n");

  auto more = past_content();
  more.refunded = Money{3'601, kUsd};
  EXPECT_EQ(state_problems(more), "/refunded is above the 36.00 USD that were captured\n");
}

TEST_F(ImportedTest, TheSameContentIsImportedOnceAndOtherContentReplacesOnRequest) {
  ASSERT_EQ(bring(past_content()), "");
  const auto before = *order_;
  EXPECT_EQ(bring(past_content()), "");
  EXPECT_EQ(bring(past_content(), true), "");
  EXPECT_EQ(events_, 0U);

  ASSERT_EQ(tell(order_command::AddNote{"n1", "a regular", false}), "");
  auto other = past_content();
  other.lines[0] = past_line(kTea, 2, 1'100);
  other.total = {2'800, kUsd};
  other.customer_note = "ring once";
  other.status = OrderStatus::fulfilled;
  other.ended_at = kEnded;
  EXPECT_EQ(bring(other), "order_changed");
  EXPECT_EQ(refused(),
            "/ended_at is 2020-09-19T07:20:00.000Z, but the order was imported with 2020-09-13T12:26:40.000Z\n"
            "/status is fulfilled, but the order was imported with completed\n"
            "/lines/0/quantity is 2, but the order was imported with 3\n"
            "/lines/0/unit_price is 11.00 USD, but the order was imported with 10.00 USD\n"
            "/lines/0/shipped is 2, but the order was imported with 3\n"
            "/total is 28.00 USD, but the order was imported with 36.00 USD\n"
            "/captured is 28.00 USD, but the order was imported with 36.00 USD\n"
            "/delivered is false, but the order was imported with true\n"
            "/customer_note differs from the order that was imported\n");

  at_ += std::chrono::hours(1);
  ASSERT_EQ(bring(other, true), "");
  EXPECT_EQ(events_, 1U);
  EXPECT_EQ(order_->total, other.total);
  EXPECT_EQ(order_->captured, other.total);
  EXPECT_EQ(order_->number, before.number);
  EXPECT_EQ(order_->imported, before.imported);
  ASSERT_TRUE(order_->notes);
  EXPECT_EQ(order_->notes->at(0).text, "a regular");
  ASSERT_EQ(order_->history.size(), 2U);
  EXPECT_EQ(order_->history[1].summary, "imported again: #1001 of old-shop, 3 lines, 28.00 USD");
}

TEST_F(ImportedTest, RefundsAndReturnsSinceTheImportStay) {
  ASSERT_EQ(bring(past_content()), "");
  ASSERT_EQ(tell(order_command::RequestRefund{"r1", Money{100, kUsd}, "scratched"}), "");
  EXPECT_EQ(order_->refunds.back().by_hand, true);
  ASSERT_EQ(tell(order_command::NoteRefundPaid{"r1", {"transfer 9"}}), "");
  ASSERT_EQ(tell(order_command::Return{"b1", {{kTea, 1, "1"}}, true, true, "too strong"}), "");
  EXPECT_EQ(order_->refunded, (Money{100, kUsd}));
  EXPECT_EQ(order_->status, OrderStatus::completed);
  EXPECT_TRUE(has_moved_on(*order_));

  EXPECT_EQ(bring(past_content()), "");  // what ordo did since does not count
  EXPECT_EQ(events_, 0U);
  auto other = past_content();
  other.customer_id = CustomerId("bob");
  EXPECT_EQ(bring(other), "order_changed");
  EXPECT_EQ(bring(other, true), "order_moved_on");
}

TEST_F(ImportedTest, TagsOfOrdoStayAndAreNoDifference) {
  auto past = past_content();
  past.tags = {"old"};
  ASSERT_EQ(bring(past), "");
  ASSERT_EQ(tell(order_command::ChangeTags{"t1", {{{"checked"}}, {{"old"}}}}), "");
  EXPECT_EQ(order_->tags, std::vector<std::string>{"checked"});
  EXPECT_EQ(bring(past), "");
  EXPECT_EQ(events_, 0U);
  past.customer_note = "ring once";
  ASSERT_EQ(bring(past, true), "");
  EXPECT_EQ(order_->customer_note, "ring once");
  EXPECT_EQ(order_->tags, std::vector<std::string>{"checked"});
  EXPECT_TRUE(order_->tagged_at);
}

// A confirmed order whose money went back would be cancelled, and one whose goods came back completed.
TEST_F(ImportedTest, ItsStatusStaysAsItWas) {
  auto past = past_content();
  past.status = OrderStatus::confirmed;
  ASSERT_EQ(bring(past), "");
  ASSERT_EQ(tell(order_command::RequestRefund{"r1", std::nullopt, "all"}), "");
  ASSERT_EQ(tell(order_command::NoteRefundPaid{"r1", {}}), "");
  EXPECT_EQ(order_->status, OrderStatus::confirmed);
  EXPECT_EQ(order_->payment_status, PaymentStatus::refunded);

  order_.reset();
  past.status = OrderStatus::fulfilled;
  ASSERT_EQ(bring(past), "");
  ASSERT_EQ(tell(order_command::Return{"b1", {{kTea, 3, {}}, {kCup, 1, {}}}, false, false, "all"}), "");
  EXPECT_EQ(order_->status, OrderStatus::fulfilled);
  EXPECT_EQ(order_->fulfillment_status, FulfillmentStatus::returned);

  order_.reset();
  past.status = OrderStatus::pending;
  past.captured = Money{1'000, kUsd};  // in advance
  ASSERT_EQ(bring(past), "");
  EXPECT_EQ(tell(order_command::RequestRefund{"r1", std::nullopt, "all"}), "");
}

TEST_F(ImportedTest, AllElseIsRefused) {
  ASSERT_EQ(bring(past_content()), "");
  order_command::Place place{*order_, std::nullopt, "placed"};
  const auto shipment = imported_parcel_id(kPastOrder);
  for (const OrderCommand& command :
       {OrderCommand(place), OrderCommand(order_command::Cancel{"no"}), OrderCommand(order_command::NoteReserved{}),
        OrderCommand(order_command::NoteCaptured{{100, kUsd}, at_}), OrderCommand(order_command::TimeOutPayment{}),
        OrderCommand(order_command::ReleaseHold{}), OrderCommand(order_command::NoteDelivered{shipment}),
        OrderCommand(order_command::NoteLost{shipment}), OrderCommand(order_command::RequestResend{"s1", {}, ""}),
        OrderCommand(order_command::ChangeTerms{"c1", {}}),
        OrderCommand(order_command::RecordPayment{"p1", {{100, kUsd}, "cash"}, at_}),
        OrderCommand(order_command::NoteRefunded{"r1", {100, kUsd}})}) {
    EXPECT_EQ(tell(command), "imported_order") << command.index();
  }
  // And an order that was placed in ordo is no history.
  order_->imported.reset();
  EXPECT_EQ(bring(past_content(), true), "not_imported");
}

TEST_F(ImportedTest, PersonalDataIsRemovedAndTheOrderStillRecognised) {
  auto past = past_content();
  past.status = OrderStatus::fulfilled;  // it never ends in ordo
  past.tracking = "JD1";
  past.payment = ImportedPayment{"card", "ch_1", {}};
  ASSERT_EQ(bring(past), "");
  ASSERT_EQ(tell(order_command::Redact{}), "");
  EXPECT_TRUE(order_->redacted_at);
  EXPECT_EQ(order_->imported->number, "");
  EXPECT_EQ(order_->imported->source, "old-shop");
  EXPECT_FALSE(order_->reference || order_->customer_note);
  EXPECT_EQ(order_->parcels.at(0).tracking, "");
  EXPECT_EQ(order_->payments->at(0).method, "");
  EXPECT_EQ(order_->history.at(0).summary, "imported");

  EXPECT_EQ(bring(past), "");
  EXPECT_EQ(events_, 0U);
  past.total.amount += 1;
  EXPECT_EQ(bring(past), "order_changed");
  ASSERT_EQ(bring(past, true), "");
  EXPECT_TRUE(order_->redacted_at);
  EXPECT_FALSE(order_->customer_note);
}

TEST(ImportedOrderId, FollowsFromSourceAndNumber) {
  EXPECT_EQ(imported_order_id("a", "1"), imported_order_id("a", "1"));
  EXPECT_NE(imported_order_id("a", "1"), imported_order_id("b", "1"));
  EXPECT_NE(imported_order_id("a", "1"), imported_order_id("a", "2"));
  // It never changes: a repeated import must find the order.
  EXPECT_EQ(kPastOrder.str(), "47872d6d-eb70-55c4-b5e0-1d039a3f58e5");
}

}  // namespace
}  // namespace ordo
