// Logistics: creates the shipments that orders request, applies the updates of carriers, and notifies the order.
#pragma once

#include "engine/processor.h"

namespace ordo::processors {

class Logistics : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::logistics; }
  std::optional<std::string_view> home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo::processors
