// The payment gateway, as a port: whoever moves the money. Called outside every fold, any number of times for the same
// question.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "errands/errand.h"

namespace ordo {

struct GatewayQuestion {
  std::string id;  // the idempotency key: the gateway does the same thing once, however often it is asked
  CallKind kind = CallKind::purchase;
  OrderId order_id;
  Money amount;
  std::string method;     // the gateway's token for how the customer pays; may be empty
  std::string refund_id;  // of a refund
  std::int64_t attempt = 1;
};

// Any thread, any number of times: each call is an answer to the question, after `delay` has passed. The first that is
// final counts; one that says `unavailable` counts as a failed attempt.
using GatewayAnswerFn = std::function<void(GatewayReply reply, std::chrono::milliseconds delay)>;

class PaymentGateway {
 public:
  virtual ~PaymentGateway() = default;

  // Returns at once. A gateway that says nothing in time, or that will call back, need not answer here: after the
  // runner's patience the attempt counts as failed, and the question is asked again.
  virtual void ask(const GatewayQuestion& question, GatewayAnswerFn answer) = 0;

  // No answer comes after this. Once, from one thread.
  virtual void stop() {}
};

}  // namespace ordo
