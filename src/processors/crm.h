// CRM: keeps the customers, and the totals of their orders.
#pragma once

#include "domain/text_rule.h"
#include "engine/processor.h"

namespace ordo::processors {

// The problems of a customer's data, field by field. Empty: valid.
std::vector<Violation> check_customer(const CustomerChanged& message, TextRule rule);

class Crm : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::crm; }
  std::string_view home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo::processors
