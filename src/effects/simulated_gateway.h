// A simulated gateway, for trials and tests of everything that can go wrong. The token of the payment method
// selects its answer.
//
//   sim_decline        declines
//   sim_two_step       authorizes first, then captures on request
//   sim_flaky          gives no answer twice, then approves
//   sim_timeout        never answers
//   sim_twice          approves, and answers twice
//   sim_late           approves, but answers only after `late`
//   sim_refund_fails   approves; declines refunds
//   sim_silent         approves when asked again: the first answer is lost
//   anything else      approves
#pragma once

#include <chrono>

#include "effects/gateway.h"

namespace ordo::effects {

struct SimulatedGatewayOptions {
  std::chrono::milliseconds latency{0};
  std::chrono::milliseconds late{60'000};
};

// Thread-safe and stateless.
class SimulatedGateway final : public PaymentGateway {
 public:
  explicit SimulatedGateway(SimulatedGatewayOptions options = {}) : options_(options) {}

  void ask(const GatewayQuestion& question, GatewayAnswerFn answer) override;

 private:
  const SimulatedGatewayOptions options_;
};

}  // namespace ordo::effects
