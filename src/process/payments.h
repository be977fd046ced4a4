// Payments: keeps what is asked of the gateway and what it answers, and tells the order. Calls nobody: see errands.h.
#pragma once

#include "process/processor.h"

namespace ordo {

class Payments : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::payment; }
  std::string_view home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo
