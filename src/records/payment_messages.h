// The records of the topic `payments`: what orders ask for, and what the gateway answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"

namespace ordo {

// A service that takes the place of our payment processor reads this and appends payment.captured or payment.failed to
// order_events; one that authorizes first appends payment.authorized and is then asked for the capture.
struct AuthorizeRequested {
  OrderId order_id;
  CustomerId customer_id;
  Money amount;
  std::string method;   // the gateway's token; empty: none was given
  bool capture = true;  // take the money at once
};
BOOST_DESCRIBE_STRUCT(AuthorizeRequested, (), (order_id, customer_id, amount, method, capture))

struct CaptureRequested {
  OrderId order_id;
  Money amount;
};
BOOST_DESCRIBE_STRUCT(CaptureRequested, (), (order_id, amount))

struct VoidRequested {
  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(VoidRequested, (), (order_id))

struct PaymentRefundRequested {
  OrderId order_id;
  std::string refund_id;
  Money amount;
};
BOOST_DESCRIBE_STRUCT(PaymentRefundRequested, (), (order_id, refund_id, amount))

struct GatewayAnswered {
  OrderId order_id;
  std::string call_id;
  GatewayOutcome outcome = GatewayOutcome::unavailable;
  std::optional<std::string> reason;
  std::optional<std::string> reference;
};
BOOST_DESCRIBE_STRUCT(GatewayAnswered, (), (order_id, call_id, outcome, reason, reference))

}  // namespace ordo
