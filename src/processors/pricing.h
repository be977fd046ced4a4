// Pricing: keeps the tax rates and the shipping methods of the shop.
#pragma once

#include "engine/processor.h"

namespace ordo::processors {

class Pricing : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::pricing; }
  std::optional<std::string_view> home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo::processors
