#include "processors/crm.h"

#include "domain/text_rule.h"
#include "processors/intake.h"
#include "records/proof.h"

namespace ordo::processors {
namespace {

ChangeCustomer to_change(const CustomerChanged& message) {
  return {details_of(message), message.action, message.customer_id, message.change_id, message.expected_rev};
}

struct CrmFold {
  const Customer* current;
  const Incoming& in;
  Fold& fold;

  void operator()(const CustomerChanged& message) const {
    if (auto violations = check_customer(message, text_rule_of(in.record.envelope)); !violations.empty()) {
      return fold.refuse(
          {ErrorCode::kInvalid, "invalid_fields", "the customer has wrong fields", std::move(violations)});
    }
    settle_change(current, decide(current, to_change(message), in.at), message.change_id, in.record.envelope.by, fold);
  }

  void operator()(const CustomerOrderChanged& message) const {
    if (refuse_problem(fold, "/customer_id", customer_id_problem(message.customer_id.str()))) return;
    const OrderStep step{message.status,
                         message.placed,
                         message.ended,
                         message.placed_at,
                         message.captured,
                         message.refunded,
                         message.reopened.value_or(false),
                         message.removed.value_or(false)};
    fold.put(count_order(current, message.customer_id, step, in.at));
  }

  template <class M>
  requires(!kIsOn<M, Topic::customers>) void operator()(const M&) const {}
};

}  // namespace

std::vector<Violation> check_customer(const CustomerChanged& message, TextRule rule) {
  std::vector<Violation> found;
  const auto& id = message.customer_id.str();
  // guard: customer-step
  const bool creates = message.action == CustomerAction::create;
  if (const auto problem = creates ? new_customer_id_problem(id, rule) : customer_id_problem(id); !problem.empty()) {
    found.push_back({"/customer_id", std::string(problem)});
  }
  check_rules(details_of(message), rule, found);
  return found;
}

std::optional<std::string_view> Crm::home_key(const Message& message) const {
  if (const auto* changed = std::get_if<CustomerChanged>(&message)) return changed->customer_id.str();
  if (const auto* order = std::get_if<CustomerOrderChanged>(&message)) return order->customer_id.str();
  return std::nullopt;
}

void Crm::fold_into(const Customer* current, const Incoming& in, Fold& fold) {
  std::visit(CrmFold{current, in, fold}, in.message);
}

}  // namespace ordo::processors
