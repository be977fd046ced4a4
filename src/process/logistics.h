// Logistics: makes shipments of what orders ask for, follows their carriers, and tells the order.
#pragma once

#include "process/processor.h"

namespace ordo {

class Logistics : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::logistics; }
  std::string_view home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo
