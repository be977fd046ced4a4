#include "domain/customer.h"

#include <algorithm>

namespace ordo {
namespace {

CustomerValue* value_in(Customer& customer, const Currency& currency) {
  for (auto& value : customer.value) {
    if (value.currency == currency) return &value;
  }
  if (customer.value.size() >= Customer::kMaxCurrencies) return nullptr;
  return &customer.value.emplace_back(CustomerValue{currency, 0, 0});
}

void apply_fields(const ChangeCustomer& change, Customer& customer) {
  if (change.name) customer.name = change.name;
  if (change.email) customer.email = change.email;
  if (change.phone) customer.phone = change.phone;
  if (change.metadata) customer.metadata = *change.metadata;
  if (change.addresses) customer.addresses = change.addresses;
  if (change.note) customer.note = change.note->empty() ? std::nullopt : change.note;
}

void erase_personal_data(Customer& customer, Timestamp at) {
  customer.name.reset();
  // guard: customer-erased
  customer.email.reset();
  customer.phone.reset();
  customer.metadata.clear();
  customer.addresses.reset();
  customer.note.reset();
  for (auto& change : customer.recent_changes) forget_customer(change.by);
  customer.registered_at.reset();
  customer.erased_at = at;
}

}  // namespace

Result<Customer> decide(const Customer* current, const ChangeCustomer& change, Timestamp at) {
  // guard: customer-change-once
  if (current != nullptr && change.change_id && has_seen(current->recent_changes, *change.change_id)) return *current;
  if (current == nullptr && change.action != CustomerAction::create) {
    return fail(ErrorCode::kNotFound, "unknown_customer", "there is no customer with this id");
  }
  if (current != nullptr && change.action == CustomerAction::create && current->registered_at) {
    return fail(ErrorCode::kConflict, "customer_exists", "a customer with this id has registered already");
  }
  // guard: customer-revision
  if (change.expected_rev && (current == nullptr || current->rev != *change.expected_rev)) {
    return fail(ErrorCode::kConflict, "stale_revision", "the customer has changed since it was read");
  }
  Customer next = current != nullptr ? *current : Customer{};
  if (current == nullptr) {
    next.id = change.id;
    next.created_at = at;
  }
  if (change.action == CustomerAction::erase) {
    erase_personal_data(next, at);
  } else {
    if (change.action == CustomerAction::create) {
      next.registered_at = at;
      next.erased_at.reset();
    }
    apply_fields(change, next);
  }
  next.updated_at = at;
  if (change.change_id) remember_change(next.recent_changes, {*change.change_id, ChangeOutcome::applied, {}});
  return next;
}

Customer count_order(const Customer* current, const CustomerId& id, const OrderStep& step, Timestamp at) {
  Customer next = current != nullptr ? *current : Customer{};
  if (current == nullptr) {
    next.id = id;
    next.created_at = at;
  }
  count_step(step, next.orders);
  // Without another order, no time is left. Else the times of the others are not known: those that there are stay.
  if (step.removed && next.orders.placed == 0) {
    next.first_order_at.reset();
    next.last_order_at.reset();
  }
  if (step.placed && !step.removed) {
    next.first_order_at = std::min(next.first_order_at.value_or(step.placed_at), step.placed_at);
    next.last_order_at = std::max(next.last_order_at.value_or(step.placed_at), step.placed_at);
  }
  const std::int64_t sign = step.removed ? -1 : 1;
  for (const auto& [money, sum] :
       {std::pair(step.captured, &CustomerValue::captured), std::pair(step.refunded, &CustomerValue::refunded)}) {
    if (money.amount == 0) continue;
    // guard: customer-removed-order
    if (auto* value = value_in(next, money.currency)) add_to_sum(value->*sum, sign * money.amount);
  }
  next.updated_at = at;
  return next;
}

std::string_view to_string(Segment segment) {
  static constexpr std::string_view kNames[] = {"prospect", "new", "returning", "vip", "lapsed"};
  return kNames[static_cast<int>(segment)];
}

Segment segment_of(const Customer& customer, const SegmentRules& rules, Timestamp now) {
  if (customer.orders.placed == 0 || !customer.last_order_at) return Segment::prospect;
  // In whole days: a huge number of days is no valid number of milliseconds.
  if (std::chrono::ceil<std::chrono::days>(now - *customer.last_order_at).count() > rules.lapsed_days) {
    return Segment::lapsed;
  }
  const bool worth = std::any_of(customer.value.begin(), customer.value.end(), [&](const CustomerValue& value) {
    return value.captured - value.refunded >= rules.vip_value;
  });
  if (worth || customer.orders.placed >= rules.vip_orders) return Segment::vip;
  return customer.orders.placed >= rules.returning_orders ? Segment::returning : Segment::new_customer;
}

}  // namespace ordo
