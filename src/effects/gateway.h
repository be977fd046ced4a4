// The payment gateway, as a port. It moves the money. It is called outside every fold, any number of times for the same
// question.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "effects/effect.h"

namespace ordo::effects {

struct GatewayQuestion {
  std::string id;  // the idempotency key: the gateway acts once per id, however often it is asked
  CallKind kind = CallKind::purchase;
  OrderId order_id;
  Money amount;
  std::string method;     // the gateway's token for the payment method; may be empty
  std::string refund_id;  // for a refund
  std::int64_t attempt = 1;
};

// Any thread, any number of times. Each call gives an answer, which counts after `delay`. The first final answer
// counts. An answer `unavailable` is a failed attempt.
using GatewayAnswerFn = std::function<void(GatewayReply reply, std::chrono::milliseconds delay)>;

class PaymentGateway {
 public:
  virtual ~PaymentGateway() = default;

  // Returns at once. A gateway that does not answer in time, or that will send a callback, need not call `answer`.
  // After the runner's patience the attempt counts as failed, and the question is asked again.
  virtual void ask(const GatewayQuestion& question, GatewayAnswerFn answer) = 0;

  // No answer comes after this returns. Call it once, from one thread.
  virtual void stop() {}
};

}  // namespace ordo::effects
