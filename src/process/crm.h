// CRM: who the customers are, and what their orders come to.
#pragma once

#include "process/processor.h"

namespace ordo {

// What can be wrong with what is told of a customer, field by field. Empty: acceptable.
std::vector<Violation> check_customer(const CustomerChanged& message);

class Crm : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::crm; }
  std::string_view home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo
