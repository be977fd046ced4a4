// CRM: keeps the customers, and the totals of their orders.
#pragma once

#include "domain/text_rule.h"
#include "processors/keyed_processor.h"

namespace ordo::processors {

// The problems of a customer's data, field by field. Empty: valid.
std::vector<Violation> check_customer(const CustomerChanged& message, TextRule rule);

class Crm : public KeyedProcessor<Customer, ProcessorKind::crm> {
 public:
  std::optional<std::string_view> home_key(const Message& message) const override;

 private:
  void fold_into(const Customer* current, const Incoming& in, Fold& fold) override;
};

}  // namespace ordo::processors
