#include "domain/shipment.h"

#include <gtest/gtest.h>

#include "domain/test_values.h"

namespace ordo {
namespace {

ShipmentDecision request() {
  DeliveryTerms terms;
  terms.shipping_address = Address{"Ann Lee", {}, "Oranienstr. 1", {}, "Berlin", {}, "10999", "DE", {}, {}};
  return *decide(nullptr,
                 shipment_command::Request{terms, OrderId("o"), LocationId("main"), {{kTea, 2}, {kCup, 1}, {kTea, 1}}},
                 Timestamp(), from_unix_ms(1));
}

shipment_command::CarrierUpdate news(ShipmentStatus status) {
  shipment_command::CarrierUpdate update;
  update.status = status;
  return update;
}

std::string outcome(const Shipment& shipment, const ShipmentCommand& command) {
  const auto decision = decide(&shipment, command, Timestamp(), Timestamp());
  if (!decision) return decision.error().reason == "illegal_transition" ? "x" : decision.error().reason;
  static const char* kNames[] = {"shipped", "delivered", "lost", "cancelled", "cancel_refused"};
  std::string facts = decision->shipment ? "+" : "-";
  for (const auto& fact : decision->facts) facts += std::string(" ") + kNames[fact.index()];
  return facts;
}

TEST(Shipment, TheWholeTableOfStates) {
  struct Row {
    const char* name;
    ShipmentCommand command;
    const char* outcome[6];  // requested, shipped, in_transit, delivered, lost, cancelled
  };
  const Row rows[] = {
      {"request",
       shipment_command::Request{{}, OrderId("o"), LocationId("main"), {{kTea, 1}}},
       {"-", "-", "-", "-", "-", "-"}},
      {"cancel",
       shipment_command::Cancel{},
       {"+ cancelled", "- cancel_refused", "- cancel_refused", "- cancel_refused", "- cancel_refused", "- cancelled"}},
      {"shipped", news(ShipmentStatus::shipped), {"+ shipped", "-", "-", "-", "-", "x"}},
      {"in transit", news(ShipmentStatus::in_transit), {"x", "+", "+", "-", "-", "x"}},
      {"delivered", news(ShipmentStatus::delivered), {"x", "+ delivered", "+ delivered", "-", "+ delivered", "x"}},
      {"lost", news(ShipmentStatus::lost), {"x", "+ lost", "+ lost", "x", "-", "x"}},
      {"stopped by the carrier", news(ShipmentStatus::cancelled), {"+ cancelled", "x", "x", "x", "x", "- cancelled"}},
      {"requested",
       news(ShipmentStatus::requested),
       {"bad_status", "bad_status", "bad_status", "bad_status", "bad_status", "bad_status"}},
  };
  for (const auto& row : rows) {
    for (int status = 0; status < 6; ++status) {
      Shipment shipment = *request().shipment;
      shipment.status = static_cast<ShipmentStatus>(status);
      EXPECT_EQ(outcome(shipment, row.command), row.outcome[status]) << row.name << " in state " << status;
    }
  }
  EXPECT_EQ(decide(nullptr, shipment_command::Cancel{}, Timestamp(), Timestamp()).error().reason, "unknown_shipment");
  EXPECT_EQ(
      decide(nullptr, shipment_command::Request{{}, OrderId("o"), LocationId("main"), {}}, Timestamp(), Timestamp())
          .error()
          .reason,
      "bad_quantity");
}

TEST(Shipment, APartialDispatchLeavesTheRestAsTheNextShipment) {
  const Shipment whole = *request().shipment;
  EXPECT_EQ(whole.id, "o:1");
  EXPECT_EQ(whole.lines, (std::vector<StockLine>{{kCup, 1}, {kTea, 3}}));
  auto update = news(ShipmentStatus::shipped);
  update.lines = {{kTea, 2}};
  update.tracking = "T";
  const auto decision = *decide(&whole, update, Timestamp(), from_unix_ms(7));
  EXPECT_EQ(decision.shipment->lines, (std::vector<StockLine>{{kTea, 2}}));
  EXPECT_EQ(decision.shipment->tracking, "T");
  ASSERT_TRUE(decision.rest);
  EXPECT_EQ(decision.rest->id, "o:2");
  EXPECT_EQ(decision.rest->lines, (std::vector<StockLine>{{kCup, 1}, {kTea, 1}}));
  EXPECT_EQ(decision.rest->status, ShipmentStatus::requested);

  update.lines = {{kTea, 4}};
  EXPECT_EQ(outcome(whole, update), "lines_exceed_shipment");
  update.lines = {{ProductId("other"), 1}};
  EXPECT_EQ(outcome(whole, update), "lines_exceed_shipment");
  update.lines = {{kTea, 0}};
  EXPECT_EQ(outcome(whole, update), "bad_quantity");
  update.lines = whole.lines;
  EXPECT_FALSE(decide(&whole, update, Timestamp(), Timestamp())->rest);
}

TEST(Shipment, APartOfItCanBeCancelled) {
  Shipment whole = *request().shipment;
  whole.lines[0].quantity = 3;
  const std::vector<StockLine> one = {{whole.lines[0].product_id, 1}};
  const auto part = decide(&whole, shipment_command::Cancel{one}, Timestamp(), Timestamp());
  EXPECT_EQ(part->shipment->status, ShipmentStatus::requested);
  EXPECT_EQ(part->shipment->lines[0].quantity, whole.lines[0].quantity - 1);
  EXPECT_EQ(std::get<shipment_fact::Cancelled>(part->facts.at(0)).lines, one);
  const auto all = decide(&whole, shipment_command::Cancel{whole.lines}, Timestamp(), Timestamp());
  EXPECT_EQ(all->shipment->status, ShipmentStatus::cancelled);
  EXPECT_EQ(outcome(whole, shipment_command::Cancel{{{ProductId("other"), 1}}}), "- cancel_refused");
  EXPECT_EQ(outcome(whole, shipment_command::Cancel{{{kTea, 0}}}), "bad_quantity");
}

TEST(Shipment, APartIsCancelledOnceForEachId) {
  Shipment whole = *request().shipment;
  whole.lines[0].quantity = 3;
  const shipment_command::Cancel one{{{whole.lines[0].product_id, 1}}, "c1"};
  const Shipment less = *decide(&whole, one, Timestamp(), Timestamp())->shipment;
  EXPECT_EQ(outcome(less, one), "-");
  const shipment_command::Cancel another{one.lines, "c2"};
  EXPECT_EQ(decide(&less, another, Timestamp(), Timestamp())->shipment->lines[0].quantity, 1);
}

// The cancel of each line is reported once, under one id, whatever the source of the cancel.
TEST(Shipment, WhatIsCancelledIsNotCancelledAgainUnderAnotherId) {
  const Shipment whole = *request().shipment;
  const Shipment by_carrier = *decide(&whole, shipment_command::Cancel{}, Timestamp(), Timestamp())->shipment;
  EXPECT_EQ(outcome(by_carrier, shipment_command::Cancel{whole.lines, "c1"}), "- cancel_refused");
  EXPECT_EQ(outcome(by_carrier, shipment_command::Cancel{}), "- cancelled");
  const shipment_command::Cancel all{whole.lines, "c1"};
  const Shipment in_parts = *decide(&whole, all, Timestamp(), Timestamp())->shipment;
  EXPECT_EQ(in_parts.status, ShipmentStatus::cancelled);
  EXPECT_EQ(outcome(in_parts, all), "-");
  EXPECT_EQ(outcome(in_parts, shipment_command::Cancel{}), "- cancel_refused");
}

TEST(Shipment, GoodsThatAreSentAgainLeaveWhole) {
  const auto again = decide(nullptr, shipment_command::Request{{}, OrderId("o"), LocationId("main"), {{kTea, 2}}, 65},
                            Timestamp(), Timestamp());
  EXPECT_EQ(again->shipment->id, "o:65");
  auto update = news(ShipmentStatus::shipped);
  update.lines = {{kTea, 1}};
  EXPECT_EQ(outcome(*again->shipment, update), "too_many_parts");
}

TEST(Shipment, RedactingRemovesTheAddressAndWhatTheCarrierWrote) {
  Shipment shipment = *request().shipment;
  EXPECT_EQ(shipment.shipping_address->city, "Berlin");
  shipment.tracking = "T1";
  shipment.last_note = "left with Eve";
  const auto redacted = decide(&shipment, shipment_command::Redact{}, from_unix_ms(5), Timestamp());
  EXPECT_EQ(redacted->shipment->tracking, "");
  EXPECT_EQ(redacted->shipment->last_note, "");
  EXPECT_FALSE(redacted->shipment->shipping_address);
  EXPECT_FALSE(decide(&*redacted->shipment, shipment_command::Redact{}, Timestamp(), Timestamp())->shipment);
  EXPECT_FALSE(decide(nullptr, shipment_command::Redact{}, Timestamp(), Timestamp())->shipment);
  auto late = news(ShipmentStatus::shipped);
  late.tracking = "T2";
  late.note = "with Eve's neighbour";
  const auto left = decide(&*redacted->shipment, late, Timestamp(), Timestamp());
  EXPECT_EQ(left->shipment->tracking + left->shipment->last_note, "");
}

TEST(Shipment, IdsAreNumberedWithinTheOrder) {
  const OrderId order("o:7");
  EXPECT_EQ(shipment_number(order, shipment_id(order, 12)), 12);
  for (const auto* other : {"o:7", "o:7:", "o:7:0", "o:7:01", "o:7:81", "o:7:1x", "o:8:1", "", "o:7:-1"}) {
    EXPECT_FALSE(shipment_number(order, other)) << other;
  }
}

}  // namespace
}  // namespace ordo
