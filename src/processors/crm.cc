#include "processors/crm.h"

#include "domain/order_hour.h"
#include "domain/text_rule.h"
#include "processors/intake.h"
#include "processors/keyed_processor.h"
#include "records/proof.h"

namespace ordo::processors {
namespace {

ChangeCustomer to_change(const CustomerChanged& message) {
  return {details_of(message), message.action, message.customer_id, message.change_id, message.expected_rev};
}

OrderStep to_step(const CustomerOrderChanged& message) {
  return {message.status,
          message.placed,
          message.ended,
          message.placed_at,
          message.captured,
          message.refunded,
          message.reopened.value_or(false),
          message.removed.value_or(false),
          message.total,
          message.reason};
}

// A customer's orders are counted by the customer's partition, so each partition has hours of its own.
std::string hour_id(const OrderStep& step, const Record& record) {
  return order_hour_id(step.placed_at, currency_of(step), record.at.partition);
}

struct CrmFold {
  const Incoming& in;
  Fold& fold;

  void operator()(const CustomerChanged& message) const {
    if (auto violations = check_customer(message, text_rule_of(in.record.envelope)); !violations.empty()) {
      return fold.refuse(
          {ErrorCode::kInvalid, "invalid_fields", "the customer has wrong fields", std::move(violations)});
    }
    const auto* current = find_as<Customer>(fold, message.customer_id.str());
    settle_change(current, decide(current, to_change(message), in.at), message.change_id, in.record.envelope.by, fold);
  }

  void operator()(const CustomerOrderChanged& message) const {
    const auto& id = message.customer_id;
    const auto step = to_step(message);
    if (refuse_problem(fold, "/customer_id", customer_id_problem(id.str()))) return;
    // guard: crm-one-currency
    const bool mixed = !has_one_currency(step);
    if (refuse_problem(fold, "/captured", mixed ? "total, captured and refunded are in one currency" : "")) return;
    fold.put(count_order(find_as<Customer>(fold, id.str()), id, step, in.at));
    const auto hour = hour_id(step, in.record);
    // guard: crm-counts-hours
    fold.put(count_order(find_as<OrderHour>(fold, hour), hour, step, in.at));
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

void Crm::needs(const Incoming& in, Needs& needs) const {
  if (const auto key = home_key(in.message)) needs.existing(Collection::customers, *key);
  if (const auto* order = std::get_if<CustomerOrderChanged>(&in.message)) {
    needs.existing(Collection::order_hours, hour_id(to_step(*order), in.record));
  }
}

void Crm::fold(const Incoming& in, Fold& fold) {
  std::visit(CrmFold{in, fold}, in.message);
}

}  // namespace ordo::processors
