// Orders: runs the state machine of each order on the order's events. Sends the requests to stock, payment and
// logistics, and publishes the decisions.
#pragma once

#include "domain/order.h"
#include "processors/keyed_processor.h"

namespace ordo::processors {

class Orders : public KeyedProcessor<Order, ProcessorKind::orders> {
 public:
  std::optional<std::string_view> home_key(const Message& message) const override;

 private:
  bool is_new(const Incoming& in) const override;
  void fold_into(const Order* current, const Incoming& in, Fold& fold) override;
};

}  // namespace ordo::processors
