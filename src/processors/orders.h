// Orders: runs the state machine of each order on the order's events. Sends the requests to stock, payment and
// logistics, and publishes the decisions.
#pragma once

#include "engine/processor.h"

namespace ordo::processors {

class Orders : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::orders; }
  std::string_view home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo::processors
