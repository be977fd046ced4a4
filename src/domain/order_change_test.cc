// Changes of an order's address and contact.
#include <gtest/gtest.h>

#include "domain/order_lifecycle.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

Address address(std::string city, std::string country, std::optional<std::string> region = {}) {
  Address made;
  made.name = "Ann Lee";
  made.line1 = "Oranienstr. 1";
  made.city = std::move(city);
  made.country = std::move(country);
  made.region = std::move(region);
  return made;
}

order_command::ChangeTerms ship_to(std::string id, Address to) {
  order_command::ChangeTerms change;
  change.id = std::move(id);
  change.terms.shipping_address = std::move(to);
  return change;
}

class Changes : public testing::Test {
 protected:
  Changes() {
    Order order;
    order.id = OrderId("o");
    order.total = {900, kUsd};
    order.dispatch_hold_s = 60;
    order.shipping_address = address("Berlin", "DE");
    OrderLine& line = order.lines.emplace_back();
    line.product_id = kTea;
    line.quantity = 2;
    line.total = order.total;
    EXPECT_EQ(tell(order_command::Place{std::move(order), {}, "placed"}), "");
  }
  // Empty, or why the command was refused.
  std::string tell(const OrderCommand& command) {
    const auto events = decide(order_ ? &*order_ : nullptr, command);
    if (!events) return events.error().reason;
    changed_ = !events->empty();
    for (const auto& event : *events) evolve(order_, event, {"t", Timestamp(), "s"});
    return "";
  }

  std::optional<Order> order_;
  bool changed_ = false;
};

TEST_F(Changes, ReplaceWhatTheyName) {
  auto change = ship_to("c1", address("Hamburg", "DE"));
  change.terms.contact = Contact{{}, "ann@example.com", {}};
  EXPECT_EQ(tell(change), "");
  EXPECT_EQ(order_->shipping_address->city, "Hamburg");
  EXPECT_EQ(order_->contact->email, "ann@example.com");
  EXPECT_FALSE(order_->billing_address);
  EXPECT_EQ(order_->history.back().summary, "shipping_address, contact changed");
  EXPECT_EQ(tell(change), "");
  EXPECT_FALSE(changed_);
  EXPECT_EQ(order_->changes->size(), 1U);
}

TEST_F(Changes, EndWithTheRequestForTheShipment) {
  tell(order_command::NoteReserved{});
  tell(order_command::NoteCaptured{{900, kUsd}, {}});
  EXPECT_EQ(tell(ship_to("c1", address("Hamburg", "DE"))), "");
  tell(order_command::ReleaseHold{});
  const auto late = ship_to("c2", address("Bremen", "DE"));
  EXPECT_EQ(tell(late), "illegal_transition");
  const auto refused = refusal_of(late, decide(&*order_, late).error());
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->request, "change");
  EXPECT_EQ(refused->id, "c2");
}

TEST_F(Changes, EndWithTheOrder) {
  tell(order_command::Cancel{"no"});
  EXPECT_EQ(tell(ship_to("c1", address("Hamburg", "DE"))), "illegal_transition");
}

TEST_F(Changes, ReachNoRedactedOrder) {
  order_->redacted_at = Timestamp();
  EXPECT_EQ(tell(ship_to("c1", address("Hamburg", "DE"))), "illegal_transition");
}

TEST_F(Changes, MayExpectARevision) {
  order_->rev = 3;
  auto change = ship_to("c1", address("Hamburg", "DE"));
  change.expected_rev = 2;
  EXPECT_EQ(tell(change), "stale_revision");
  change.expected_rev = 3;
  EXPECT_EQ(tell(change), "");
}

TEST_F(Changes, DoNotMoveAnOrderWithTaxOrAShippingMethodElsewhere) {
  EXPECT_EQ(tell(ship_to("c1", address("Wien", "AT"))), "") << "without tax";
  order_->lines[0].tax.emplace().emplace_back().code = "VAT";
  EXPECT_EQ(tell(ship_to("c2", address("Berlin", "DE"))), "price_would_change");
  EXPECT_EQ(tell(ship_to("c2", address("Wien", "AT", "Wien"))), "price_would_change");
  EXPECT_EQ(tell(ship_to("c2", address("Graz", "AT"))), "");
  order_->lines[0].tax.reset();
  ShippingCharge& charge = order_->shipping.emplace().emplace_back();
  charge.tax.emplace().emplace_back().code = "VAT";
  EXPECT_EQ(tell(ship_to("c3", address("Berlin", "DE"))), "price_would_change");
  charge.tax.reset();
  charge.method = "parcel";
  EXPECT_EQ(tell(ship_to("c3", address("Berlin", "DE"))), "price_would_change");
  order_->shipping_address.reset();
  EXPECT_EQ(tell(ship_to("c3", address("Graz", "AT"))), "price_would_change");
  order_command::ChangeTerms billing;
  billing.id = "c4";
  billing.terms.billing_address = address("Berlin", "DE");
  EXPECT_EQ(tell(billing), "");
}

TEST_F(Changes, AreBounded) {
  for (std::size_t i = 0; i < Order::kMaxChanges; ++i) {
    ASSERT_EQ(tell(ship_to("c" + std::to_string(i), address("Hamburg", "DE"))), "");
  }
  EXPECT_EQ(tell(ship_to("more", address("Bremen", "DE"))), "too_many_changes");
}

TEST_F(Changes, AreRedactedWithTheOrder) {
  auto change = ship_to("c1", address("Hamburg", "DE"));
  change.terms.contact = Contact{"Ann", {}, {}};
  tell(change);
  tell(order_command::Cancel{"no"});
  tell(order_command::Redact{});
  EXPECT_FALSE(order_->shipping_address);
  EXPECT_FALSE(order_->contact);
  EXPECT_EQ(order_->history[1].summary, "shipping_address, contact changed");
}

}  // namespace
}  // namespace ordo
