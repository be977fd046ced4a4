// CRM: keeps the customers with the totals of their orders, and the totals of the orders by the hour.
#pragma once

#include "domain/text_rule.h"
#include "engine/processor.h"

namespace ordo::processors {

// The problems of a customer's data, field by field. Empty: valid.
std::vector<Violation> check_customer(const CustomerChanged& message, TextRule rule);

class Crm : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::crm; }
  std::optional<std::string_view> home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo::processors
