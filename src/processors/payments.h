// Payments: stores the requests to the gateway and its answers, and notifies the order. Does not call the gateway
// itself: see effects/effect.h.
#pragma once

#include "domain/payment.h"
#include "engine/processor.h"

namespace ordo::processors {

class Payments : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::payment; }
  std::string_view home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

// The command that a gateway's answer gives to the payment in the fold. Callers can use it to check an answer
// beforehand.
PaymentCommand command_of(const GatewayAnswered& answered);

}  // namespace ordo::processors
