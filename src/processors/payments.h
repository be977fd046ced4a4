// Payments: stores the requests to the gateway and its answers, and notifies the order. Does not call the gateway
// itself: see effects/effect.h.
#pragma once

#include "domain/payment.h"
#include "processors/keyed_processor.h"

namespace ordo::processors {

class Payments : public KeyedProcessor<Payment, ProcessorKind::payment> {
 public:
  std::optional<std::string_view> home_key(const Message& message) const override;

 private:
  void fold_into(const Payment* current, const Incoming& in, Fold& fold) override;
};

// The command that a gateway's answer gives to the payment in the fold. Callers can use it to check an answer
// beforehand.
PaymentCommand command_of(const GatewayAnswered& answered);

}  // namespace ordo::processors
