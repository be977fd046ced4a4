// Stock: promises what is on hand to orders, all lines of an order or none, and takes it back.
#pragma once

#include "process/processor.h"

namespace ordo {

class Stock : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::stock; }
  std::string_view home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo
