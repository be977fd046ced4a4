// Stock: reserves stock on hand for orders, either all lines of an order or none, and releases it again.
#pragma once

#include "engine/processor.h"

namespace ordo::processors {

class Stock : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::stock; }
  std::optional<std::string_view> home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo::processors
