// The records of the topic `payments`: the requests of orders, and the answers of the gateway.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"
#include "records/message_info.h"
#include "records/ordered_goods.h"

namespace ordo {

// A service that replaces the payment processor reads this and appends payment.captured or payment.failed to
// order_events. A service that authorizes first appends payment.authorized; ordo then sends it a capture request.
struct AuthorizeRequested {
  static constexpr MessageInfo kMessage{
      Topic::payments, "ordo.payment.authorize_requested.v1", "authorize or take the payment of an order", {"orders"}};

  OrderId order_id;
  CustomerId customer_id;
  Money amount;
  std::string method;   // the gateway's token; empty: the order has none
  bool capture = true;  // true: capture the payment at once
  // What a payment provider may want to know beside the amount. Absent in records of older releases.
  std::optional<Address> billing_address = std::nullopt;
  std::optional<Contact> contact = std::nullopt;
  std::optional<OrderTotals> totals = std::nullopt;  // if the order has them
  std::optional<std::vector<OrderedGoods>> goods = std::nullopt;
};
BOOST_DESCRIBE_STRUCT(AuthorizeRequested, (),
                      (order_id, customer_id, amount, method, capture, billing_address, contact, totals, goods))

struct CaptureRequested {
  static constexpr MessageInfo kMessage{
      Topic::payments, "ordo.payment.capture_requested.v1", "capture the authorized payment", {"orders"}};

  OrderId order_id;
  Money amount;
};
BOOST_DESCRIBE_STRUCT(CaptureRequested, (), (order_id, amount))

struct VoidRequested {
  static constexpr MessageInfo kMessage{
      Topic::payments, "ordo.payment.void_requested.v1", "the order has ended; void its authorization", {"orders"}};

  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(VoidRequested, (), (order_id))

struct PaymentRefundRequested {
  static constexpr MessageInfo kMessage{
      Topic::payments, "ordo.payment.refund_requested.v1", "make a refund", {"orders"}};

  OrderId order_id;
  std::string refund_id;
  Money amount;
};
BOOST_DESCRIBE_STRUCT(PaymentRefundRequested, (), (order_id, refund_id, amount))

// With a call_id: the answer to a call; with an amount too: the amount that was captured, if it is not the call's. With
// refund_id and amount instead: a refund that was made in the gateway's own console.
struct GatewayAnswered {
  static constexpr MessageInfo kMessage{
      Topic::payments, "ordo.payment.gateway_answered.v1", "the answer of the payment gateway", {"payment", "api"}};

  OrderId order_id;
  std::string call_id;
  GatewayOutcome outcome = GatewayOutcome::unavailable;
  std::optional<std::string> reason;
  std::optional<std::string> reference;
  std::optional<std::string> refund_id = std::nullopt;
  std::optional<Money> amount = std::nullopt;
};
BOOST_DESCRIBE_STRUCT(GatewayAnswered, (), (order_id, call_id, outcome, reason, reference, refund_id, amount))

// Part of the removal of the order's personal data.
struct PaymentRedactRequested {
  static constexpr MessageInfo kMessage{
      Topic::payments, "ordo.payment.redact_requested.v1", "remove the customer's payment method", {"orders"}};

  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(PaymentRedactRequested, (), (order_id))

}  // namespace ordo
