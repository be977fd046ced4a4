#include "processors/crm.h"

#include "domain/text_rule.h"
#include "processors/intake.h"
#include "records/proof.h"

namespace ordo::processors {
namespace {

constexpr std::size_t kMaxField = 200;

ChangeCustomer to_change(const CustomerChanged& message) {
  return {message.action, message.customer_id, message.name,      message.email,
          message.phone,  message.metadata,    message.change_id, message.expected_rev};
}

class CrmFold {
 public:
  CrmFold(const Incoming& in, Fold& fold) : in_(in), fold_(fold) {}

  void operator()(const CustomerChanged& message) {
    if (auto violations = check_customer(message, text_rule_of(in_.record.envelope)); !violations.empty()) {
      return fold_.refuse(
          {ErrorCode::kInvalid, "invalid_fields", "the customer has wrong fields", std::move(violations)});
    }
    const auto* current = find_as<Customer>(fold_, Collection::customers, message.customer_id.str());
    auto next = decide(current, to_change(message), in_.at);
    if (next) {
      if (current == nullptr || *next != *current) fold_.put(std::move(*next));
      return;
    }
    // A client that gave the change an id reads the result from the customer. Other refusals become dead letters.
    if (current == nullptr || !message.change_id) return fold_.refuse(next.error());
    Customer noted = *current;
    remember_change(noted.recent_changes, {*message.change_id, ChangeOutcome::refused, next.error().reason});
    fold_.put(std::move(noted));
  }

  void operator()(const CustomerOrderChanged& message) {
    if (const auto problem = customer_id_problem(message.customer_id.str()); !problem.empty()) {
      return fold_.refuse({ErrorCode::kInvalid,
                           "invalid_fields",
                           "the record has wrong fields",
                           {{"/customer_id", std::string(problem)}}});
    }
    const auto* current = find_as<Customer>(fold_, Collection::customers, message.customer_id.str());
    const OrderStep step{message.status,
                         message.placed,
                         message.ended,
                         message.placed_at,
                         message.captured,
                         message.refunded,
                         message.reopened.value_or(false)};
    fold_.put(count_order(current, message.customer_id, step, in_.at));
  }

  template <class M>
  requires(!kIsOn<M, Topic::customers>) void operator()(const M&) {}

 private:
  const Incoming& in_;
  Fold& fold_;
};

}  // namespace

std::vector<Violation> check_customer(const CustomerChanged& message, TextRule rule) {
  std::vector<Violation> found;
  const auto& id = message.customer_id.str();
  const bool creates = message.action == CustomerAction::create;
  if (const auto problem = creates ? new_customer_id_problem(id, rule) : customer_id_problem(id); !problem.empty()) {
    found.push_back({"/customer_id", std::string(problem)});
  }
  const auto too_long = [](const std::optional<std::string>& field) { return field && field->size() > kMaxField; };
  if (too_long(message.name)) found.push_back({"/name", "must be at most 200 bytes"});
  if (too_long(message.phone)) found.push_back({"/phone", "must be at most 200 bytes"});
  if (too_long(message.email)) found.push_back({"/email", "must be at most 200 bytes"});
  for (const auto& [pointer, text] :
       {std::pair("/name", message.name), {"/phone", message.phone}, {"/email", message.email}}) {
    const auto problem = text && rule == TextRule::enforced ? line_problem(*text) : std::string_view();
    if (!problem.empty()) found.push_back({pointer, std::string(problem)});
  }
  if (message.email && message.email->find('@') == std::string::npos) {
    found.push_back({"/email", "must be an address with an @"});
  }
  if (message.metadata) {
    const auto first = found.size();
    ruled::check(*message.metadata, rule, found);
    ruled::place("metadata", first, found);
  }
  return found;
}

std::string_view Crm::home_key(const Message& message) const {
  if (const auto* changed = std::get_if<CustomerChanged>(&message)) return changed->customer_id.str();
  if (const auto* order = std::get_if<CustomerOrderChanged>(&message)) return order->customer_id.str();
  return {};
}

void Crm::needs(const Incoming& in, Needs& needs) const {
  if (const auto customer = home_key(in.message); !customer.empty()) {
    needs.existing(Collection::customers, customer);
  }
}

void Crm::fold(const Incoming& in, Fold& fold) {
  std::visit(CrmFold{in, fold}, in.message);
}

}  // namespace ordo::processors
