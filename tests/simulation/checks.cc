// The rules that must hold when all work is done: DESIGN section 8, for the documents.
#include <algorithm>

#include "world.h"

namespace ordo::simulation {
namespace {

std::string show(const Money& money) {
  return format_decimal(money) + " " + std::string(money.currency.code());
}

std::string describe(const Order& order) {
  return "order " + order.id.str() + " is " + std::string(to_string(order.status));
}

struct Books {
  std::int64_t captured = 0;
  std::int64_t refunded = 0;
};

// The books of the bank, or of the people who receive and pay money for manual orders.
Books books_of(const World& world, const Order& order) {
  const auto& id = order.id.str();
  Books books;
  if (order.payment_terms.value_or(PaymentTerms::gateway) != PaymentTerms::manual) {
    const auto account = world.bank.accounts().find(id);
    if (account == world.bank.accounts().end()) return books;
    return {account->second.captured.amount, account->second.refunded.amount};
  }
  if (const auto received = world.workload.received().find(id); received != world.workload.received().end()) {
    for (const auto& [payment, amount] : received->second) books.captured += amount;
  }
  for (const auto& refund : order.refunds) {
    if (world.workload.paid_out().contains({id, refund.id})) books.refunded += refund.amount.amount;
  }
  return books;
}

// The figures of the order, the payment and the books are equal. An ended order keeps no money.
void check_money(World& world, const Order& order) {
  const auto& id = order.id.str();
  const auto who = describe(order);
  const auto [captured, refunded] = books_of(world, order);
  if (order.captured.amount != captured || order.refunded.amount != refunded) {
    world.report("the order and the bank differ", who + ": says " + show(order.captured) + " - " +
                                                      show(order.refunded) + ", the bank has " +
                                                      std::to_string(captured) + " - " + std::to_string(refunded));
  }
  if (const auto* payment = world.database.find_as<Payment>(Collection::payments, id)) {
    if (payment->captured.amount != captured || payment->refunded.amount != refunded) {
      world.report("the payment and the bank differ", who);
    }
    if (!payment->calls.empty()) world.report("the gateway owes an answer", who);
  }
  for (const auto& refund : order.refunds) {
    if (refund.status == RefundStatus::requested) world.report("a refund is never made", who + ": " + refund.id);
  }
  const bool ended_without_goods = order.status == OrderStatus::cancelled || order.status == OrderStatus::expired ||
                                   order.status == OrderStatus::rejected;
  const bool cannot_be_refunded = order.payment_method == "sim_refund_fails" || order.redacted_at;
  // If the bank finally refused a refund, people must handle it.
  const bool failed = std::any_of(order.refunds.begin(), order.refunds.end(),
                                  [](const Refund& refund) { return refund.status == RefundStatus::failed; });
  if (ended_without_goods && captured > refunded && !cannot_be_refunded && !failed) {
    world.report("money is kept", who);
  }
  const auto terms = order.payment_terms.value_or(PaymentTerms::gateway);
  const bool paid_first = terms != PaymentTerms::none && !order.ship_before_payment.value_or(false);
  if (paid_first && !order.parcels.empty() && captured < order.total.amount) world.report("shipped and not paid", who);
  if (terms == PaymentTerms::gateway && captured > order.total.amount) world.report("paid too much", who);
  if (terms != PaymentTerms::gateway && world.database.find(Collection::payments, id) != nullptr) {
    world.report("a gateway was asked without need", who);
  }
}

// An order of the past is as it was imported, but for the refunds and returns since. Nothing else was done for it.
void check_imported(World& world, const Order& order) {
  const auto& id = order.id.str();
  const auto who = describe(order);
  std::int64_t before = 0;
  std::int64_t since = 0;
  for (const auto& refund : order.refunds) {
    if (refund.id == kImportedPart) {
      before += refund.amount.amount;
      continue;
    }
    if (refund.status != RefundStatus::succeeded) world.report("a refund is never made", who + ": " + refund.id);
    if (!world.workload.paid_out().contains({id, refund.id})) world.report("no one paid a refund", who);
    since += refund.amount.amount;
  }
  const auto sent = world.workload.imported().find(id);
  if (sent == world.workload.imported().end() || !sent->second.contains({order.captured.amount, before})) {
    world.report("an imported order has other money than was imported", who);
  }
  if (order.refunded.amount != before + since || order.refunded.amount > order.captured.amount) {
    world.report("the refunds of an imported order do not add up", who);
  }
  if (world.database.find(Collection::payments, id) != nullptr ||
      world.database.find(Collection::shipments, shipment_id(order.id, 1)) != nullptr) {
    world.report("the past was done again", who);
  }
  const auto* reservation = world.database.find_as<Reservation>(Collection::reservations, id);
  if (reservation != nullptr && !held_lines(*reservation).empty()) world.report("the past holds stock", who);
}

void check_order(World& world, const Order& order) {
  if (order.imported) return check_imported(world, order);
  const auto who = describe(order);
  // All awaited messages have arrived.
  if (!is_terminal(order.status)) world.report("an order never ends", who);
  for (const auto& resend : order.resends) {
    if (resend.status == ResendStatus::requested) world.report("a resend is never decided", who);
    if (resend.status == ResendStatus::accepted) world.faults.count(Sight::sent_again);
  }
  world.faults.count(Sight::parts_cancelled, order.cancellations.size());
  if (order.cancelling) world.report("a cancel is never answered", who);
  if (order.placed_at > world.now() + World::kWrongClock / 2) world.report("an order is placed in the future", who);
  check_money(world, order);

  const auto* reservation = world.database.find_as<Reservation>(Collection::reservations, order.id.str());
  if (reservation == nullptr) {
    if (order.reserved_at) world.report("an order was never reserved", who);
    return;
  }
  if (!held_lines(*reservation).empty()) world.report("an order that has ended holds stock", who);
  std::vector<StockLine> shipped;
  for (const auto& parcel : order.parcels) shipped.insert(shipped.end(), parcel.lines.begin(), parcel.lines.end());
  if (sum_lines(shipped) != reservation->shipped) world.report("stock and order shipped other lines", who);
}

}  // namespace

// Every acknowledged order exists, and no order exists that was not placed.
void check_orders(World& world) {
  for (const auto& id : world.workload.acknowledged()) {
    if (world.database.find(Collection::orders, id) == nullptr) world.report("an acknowledged order is lost", id);
  }
  for (const auto& [id, document] : world.database.all(Collection::orders)) {
    if (!world.workload.asked().contains(id)) world.report("an order that no client placed", id);
    check_order(world, std::get<Order>(document));
  }
}

void check_customers(World& world) {
  struct Sums {
    OrderCounts counts;
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
  };
  std::map<std::string, Sums> sums;
  for (const auto& [id, document] : world.database.all(Collection::orders)) {
    const auto& order = std::get<Order>(document);
    Sums& sum = sums[order.customer_id.str()];
    ++sum.counts.placed;
    sum.counts.completed += order.status == OrderStatus::completed ? 1 : 0;
    sum.counts.rejected += order.status == OrderStatus::rejected ? 1 : 0;
    sum.counts.expired += order.status == OrderStatus::expired ? 1 : 0;
    sum.counts.cancelled += order.status == OrderStatus::cancelled ? 1 : 0;
    sum.captured += order.captured.amount;
    sum.refunded += order.refunded.amount;
  }
  for (const auto& [id, document] : world.database.all(Collection::customers)) {
    const auto& customer = std::get<Customer>(document);
    const Sums sum = std::exchange(sums[id], {});
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    for (const auto& value : customer.value) {
      captured += value.captured;
      refunded += value.refunded;
    }
    if (customer.orders != sum.counts || captured != sum.captured || refunded != sum.refunded) {
      world.report("a customer's figures are not the sums over the orders", id);
    }
  }
  for (const auto& [id, sum] : sums) {
    if (sum.counts.placed > 0) world.report("a customer is not known", id);
  }
}

// Each use of a promotion is held by an order that did not end without goods, and no limit is exceeded.
void check_promotions(World& world) {
  std::map<std::string, std::int64_t> used;
  for (const auto& [order_id, document] : world.database.all(Collection::orders)) {
    const auto& order = std::get<Order>(document);
    if (!order.redemptions) continue;
    for (const auto& use : *order.redemptions) {
      const auto id = redemption_id(use.promotion_id, order.id);
      const auto* redemption = world.database.find_as<Redemption>(Collection::redemptions, id);
      const bool held = redemption != nullptr && redemption->status == RedemptionStatus::held;
      if (held != (use.status == OrderRedemptionStatus::redeemed)) {
        world.report("an order and a promotion differ about its use", describe(order) + ": " + use.promotion_id);
      }
      if (use.status == OrderRedemptionStatus::refused) world.faults.count(Sight::promotions_refused);
      if (use.status == OrderRedemptionStatus::returned) world.faults.count(Sight::promotions_returned);
      if (use.status != OrderRedemptionStatus::redeemed) continue;
      world.faults.count(Sight::promotions_used);
      ++used[use.promotion_id];
      ++used[promotion_buyer_id(use.promotion_id, order.customer_id)];
    }
  }
  for (const auto& [id, document] : world.database.all(Collection::promotions)) {
    const auto& promotion = std::get<Promotion>(document);
    if (promotion.used != std::exchange(used[id], 0)) world.report("a promotion counts other orders", id);
    if (promotion.usage_limit && promotion.used > *promotion.usage_limit) {
      world.report("the limit of a promotion is exceeded", id);
    }
  }
  for (const auto& [id, document] : world.database.all(Collection::promotion_buyers)) {
    if (std::get<PromotionBuyer>(document).used != std::exchange(used[id], 0)) {
      world.report("a promotion counts other orders of a customer", id);
    }
  }
  for (const auto& [id, count] : used) {
    if (count > 0) world.report("orders use a promotion that counts none", id);
  }
}

void check_stock(World& world) {
  std::map<std::string, std::int64_t> reserved;
  for (const auto& [id, document] : world.database.all(Collection::reservations)) {
    const auto& reservation = std::get<Reservation>(document);
    for (const auto& line : held_lines(reservation)) {
      reserved[stock_level_id(reservation.location, line.product_id)] += line.quantity;
    }
  }
  for (const auto& [id, document] : world.database.all(Collection::stock_levels)) {
    const auto& level = std::get<StockLevel>(document);
    if (level.reserved != reserved[id]) {
      world.report("reserved is not the sum of the reservations",
                   id + " says " + std::to_string(level.reserved) + ", they hold " + std::to_string(reserved[id]));
    }
    if (level.on_hand != level.counted + level.adjusted - level.shipped + level.returned) {
      world.report("on_hand does not add up", id);
    }
  }
}

}  // namespace ordo::simulation
