// Orders: runs each order's state machine on what happens to it, asks stock for what it needs and tells everybody what
// it decided.
#pragma once

#include "process/processor.h"

namespace ordo {

class Orders : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::orders; }
  std::string_view home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo
