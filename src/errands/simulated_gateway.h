// A gateway without a bank: what it answers is declared by the payment method's token, so that a shop can be tried, and
// tested, through everything that can go wrong.
//
//   sim_decline        declines
//   sim_two_step       authorizes first, then captures when asked to
//   sim_flaky          gives no answer twice, then approves
//   sim_timeout        never answers
//   sim_twice          approves, and says so twice
//   sim_late           approves, but says so only after `late`
//   sim_refund_fails   approves; refunds are declined
//   sim_silent         approves when asked again: the first answer is lost on its way
//   anything else      approves
#pragma once

#include <chrono>

#include "errands/gateway.h"

namespace ordo {

struct SimulatedGatewayOptions {
  std::chrono::milliseconds latency{0};
  std::chrono::milliseconds late{60'000};
};

// Thread-safe, keeps nothing.
class SimulatedGateway final : public PaymentGateway {
 public:
  explicit SimulatedGateway(SimulatedGatewayOptions options = {}) : options_(options) {}

  void ask(const GatewayQuestion& question, GatewayAnswerFn answer) override;

 private:
  const SimulatedGatewayOptions options_;
};

}  // namespace ordo
