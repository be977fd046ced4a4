// Decisions about changes of an order's address and contact.
#include <algorithm>

#include "domain/order_decision.h"

namespace ordo {
namespace {

// Tax, and the price of the shop's shipping methods, depend on the country and region that the goods are sent to.
bool depends_on_place(const Order& order) {
  const bool taxed = std::any_of(order.lines.begin(), order.lines.end(),
                                 [](const OrderLine& line) { return line.tax && !line.tax->empty(); });
  return taxed || (order.shipping &&
                   std::any_of(order.shipping->begin(), order.shipping->end(), [](const ShippingCharge& charge) {
                     // guard: order-change-keeps-shipping
                     return (charge.tax && !charge.tax->empty()) || charge.method;
                   }));
}

bool is_elsewhere(const std::optional<Address>& before, const Address& after) {
  return !before || before->country != after.country || before->region != after.region;
}

}  // namespace

DecideOrder::Events DecideOrder::operator()(const order_command::ChangeTerms& command) const {
  const std::size_t count = order.changes ? order.changes->size() : 0;
  // guard: order-change-once
  if (count > 0 && find_part(*order.changes, &TermsChange::id, command.id) != nullptr) return OrderEvents{};
  // guard: order-change-after-redaction
  if (order.redacted_at) {
    return fail(ErrorCode::kConflict, "illegal_transition", "the personal data of the order is gone");
  }
  // guard: order-change-before-dispatch
  if (order.dispatch_requested_at) {
    return fail(ErrorCode::kConflict, "illegal_transition",
                "the shipment was requested: address and contact of the order are fixed");
  }
  if (order.status == OrderStatus::fulfilled || is_terminal(order.status)) return illegal(order, "a change");
  // guard: order-change-revision
  if (command.expected_rev && *command.expected_rev != order.rev) {
    return fail(ErrorCode::kConflict, "stale_revision", "the order was changed in the meantime");
  }
  const auto& address = command.terms.shipping_address;
  // guard: order-change-keeps-tax
  if (address && depends_on_place(order) && is_elsewhere(order.shipping_address, *address)) {
    return fail(
        ErrorCode::kConflict, "price_would_change",
        "tax and shipping may cost something else in another country or region: cancel the order and place a new one");
  }
  // guard: order-bounded-changes
  if (count >= Order::kMaxChanges) {
    return fail(ErrorCode::kConflict, "too_many_changes",
                "an order is changed at most " + std::to_string(Order::kMaxChanges) + " times");
  }
  return OrderEvents{order_event::TermsChanged{command.id, command.terms}};
}

}  // namespace ordo
