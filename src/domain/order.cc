#include "domain/order.h"

#include <algorithm>

#include "domain/shipment.h"

namespace ordo {

static_assert(Reservation::kMaxMovements >=
              4 * (Shipment::kMaxNumber + 1) + Order::kMaxReturns + Order::kMaxCancellations + 3 * Order::kMaxResends);
static_assert(Shipment::kMaxNumber == Shipment::kMaxParts + static_cast<std::int64_t>(Order::kMaxResends));

namespace {

template <class Quantity>
std::vector<StockLine> lines_with(const Order& order, Quantity quantity) {
  std::vector<StockLine> lines;
  lines.reserve(order.lines.size());
  for (const auto& line : order.lines) {
    if (!line.product_id) continue;
    if (const std::int64_t count = quantity(line); count > 0) lines.push_back({*line.product_id, count});
  }
  return sum_lines(std::move(lines));
}

PaymentStatus payment_status_of(const Order& order) {
  if (order.captured.amount == 0) return order.payment_status;
  if (order.refunded.amount == 0) {
    return order.captured.amount < payable(order).amount ? PaymentStatus::partially_captured : PaymentStatus::captured;
  }
  return order.refunded.amount < order.captured.amount ? PaymentStatus::partially_refunded : PaymentStatus::refunded;
}

FulfillmentStatus fulfillment_status_of(const Order& order) {
  std::int64_t wanted = 0;
  std::int64_t shipped = 0;
  std::int64_t lost = 0;
  std::int64_t returned = 0;
  for (const auto& line : order.lines) {
    if (line.product_id) wanted += line.quantity - line.cancelled;
    shipped += line.shipped;
    lost += line.lost;
    returned += line.returned;
  }
  if (shipped == 0) return FulfillmentStatus::unfulfilled;
  if (returned > 0) return returned < wanted ? FulfillmentStatus::partially_returned : FulfillmentStatus::returned;
  if (shipped < wanted) return FulfillmentStatus::partially_shipped;
  // Goods that were lost and sent again arrived in another parcel.
  const bool all_there = lost == 0 && std::all_of(order.parcels.begin(), order.parcels.end(), [](const Parcel& parcel) {
                           return parcel.status != ParcelStatus::shipped;
                         });
  return all_there ? FulfillmentStatus::delivered : FulfillmentStatus::shipped;
}

bool is_known_shipment(const Order& order, const std::string& id) {
  return std::any_of(order.parcels.begin(), order.parcels.end(),
                     [&](const Parcel& parcel) { return parcel.shipment_id == id; }) ||
         std::any_of(order.cancellations.begin(), order.cancellations.end(),
                     [&](const Cancellation& part) { return part.id == id; });
}

}  // namespace

std::vector<OrderLine> order_lines(std::vector<PricedLine> lines) {
  std::vector<OrderLine> made;
  made.reserve(lines.size());
  for (auto& line : lines) {
    OrderLine& one = made.emplace_back();
    details_of(one) = std::move(details_of(line));
    one.product_id = std::move(line.product_id);
    one.name = std::move(line.name);
    one.quantity = line.quantity;
    one.unit_price = line.unit_price;
    one.total = line.total;
  }
  return made;
}

bool is_terminal(OrderStatus status) {
  return status == OrderStatus::completed || status == OrderStatus::rejected || status == OrderStatus::expired ||
         status == OrderStatus::cancelled;
}

std::optional<CancelReason> reason_code_of(const Order& order) {
  if (order.status_reason_code) return order.status_reason_code;
  if (order.status == OrderStatus::expired) return CancelReason::expired;
  if (order.status != OrderStatus::rejected) return std::nullopt;
  if (order.status_reason == "out_of_stock") return CancelReason::inventory;
  if (order.status_reason == "payment_failed") return CancelReason::declined;
  return std::nullopt;
}

std::string_view to_string(OrderStatus status) {
  static constexpr std::string_view kNames[] = {"pending",   "reserved", "confirmed", "fulfilled",
                                                "completed", "rejected", "expired",   "cancelled"};
  return kNames[static_cast<int>(status)];
}

std::vector<StockLine> stock_lines(const Order& order) {
  return lines_with(order, [](const OrderLine& line) { return line.quantity; });
}

std::vector<StockLine> unshipped_lines(const Order& order) {
  return lines_with(order, unshipped);
}

std::vector<StockLine> immaterial_lines(const Order& order) {
  return lines_with(order,
                    [](const OrderLine& line) { return line.requires_shipping.value_or(true) ? 0 : unshipped(line); });
}

std::vector<StockLine> returnable_lines(const Order& order) {
  return lines_with(order, returnable);
}

std::vector<StockLine> lost_lines(const Order& order) {
  auto lost = lines_with(order, [](const OrderLine& line) { return line.lost; });
  for (const auto& resend : order.resends) {
    bool enough = true;
    if (resend.status == ResendStatus::requested) lost = subtract_lines(lost, resend.lines, enough);
  }
  return lost;
}

namespace {

// Of the shipments with goods that were never sent: the one after those that have left or were cancelled. A partial
// dispatch leaves the rest to the next number.
std::int64_t next_number(const Order& order) {
  std::int64_t number = 1;
  while (number < Shipment::kMaxParts && is_known_shipment(order, shipment_id(order.id, number))) ++number;
  return number;
}

}  // namespace

std::string handed_over_id(const OrderId& order) {
  return order.str() + ":handed-over";
}

std::string imported_parcel_id(const OrderId& order) {
  return order.str() + ":imported";
}

std::vector<OpenShipment> open_shipments(const Order& order) {
  std::vector<OpenShipment> open;
  if (order.status != OrderStatus::confirmed) return open;
  auto left = unshipped_lines(order);
  bool enough = true;
  for (const auto& resend : order.resends) {
    if (resend.status != ResendStatus::accepted || is_known_shipment(order, resend.shipment_id)) continue;
    auto lines = resend.lines;
    for (const auto& part : order.cancellations) {
      // guard: order-resend-cancelled-in-part
      if (part.shipment_id == resend.shipment_id) lines = subtract_lines(lines, goods_of(part.lines), enough);
    }
    if (lines.empty()) continue;
    left = subtract_lines(left, lines, enough);
    open.push_back({resend.shipment_id, std::move(lines)});
  }
  if (left.empty() || !order.dispatch_requested_at) return open;
  open.insert(open.begin(), {shipment_id(order.id, next_number(order)), std::move(left)});
  return open;
}

std::vector<std::string> all_shipments(const Order& order) {
  std::vector<std::string> ids;
  const auto add = [&ids](const std::string& id) {
    if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  };
  if (order.dispatch_requested_at) {
    const auto last = next_number(order);
    for (std::int64_t number = 1; number <= last; ++number) add(shipment_id(order.id, number));
  }
  for (const auto& parcel : order.parcels) {
    const auto& id = parcel.shipment_id;
    // guard: order-imported-parcel-is-no-shipment
    if (id != handed_over_id(order.id) && id != imported_parcel_id(order.id)) add(id);
  }
  for (const auto& resend : order.resends) add(resend.shipment_id);
  return ids;
}

bool parcels_have_settled(const Order& order, const ParcelNews& news) {
  std::optional<std::vector<StockLine>> away;  // computed when a parcel needs it
  return std::all_of(order.parcels.begin(), order.parcels.end(), [&](const Parcel& parcel) {
    if (parcel.status != ParcelStatus::shipped || parcel.shipment_id == news.ended) return true;
    bool enough = true;
    if (!away) away = subtract_lines(returnable_lines(order), news.returned, enough);
    return std::none_of(parcel.lines.begin(), parcel.lines.end(), [&](const StockLine& line) {
      return std::any_of(away->begin(), away->end(),
                         [&](const StockLine& there) { return there.product_id == line.product_id; });
    });
  });
}

bool goods_have_settled(const Order& order, const ParcelNews& news) {
  return unshipped_lines(order).empty() && parcels_have_settled(order, news);
}

Money refundable(const Order& order) {
  Money left = order.captured;
  left.amount -= order.refunded.amount;
  for (const auto& refund : order.refunds) {
    // guard: order-refundable-open
    if (refund.status == RefundStatus::requested) left.amount -= refund.amount.amount;
  }
  return left;
}

namespace {

bool has_redemption(const Order& order, OrderRedemptionStatus status) {
  return order.redemptions && std::any_of(order.redemptions->begin(), order.redemptions->end(),
                                          [status](const OrderRedemption& one) { return one.status == status; });
}

}  // namespace

bool waits_for_stock(const Order& order) {
  return order.status == OrderStatus::pending && !order.stock_reserved_at && !stock_lines(order).empty();
}

bool waits_for_promotions(const Order& order) {
  return has_redemption(order, OrderRedemptionStatus::requested);
}

bool was_refused_a_promotion(const Order& order) {
  return has_redemption(order, OrderRedemptionStatus::refused);
}

bool is_paid_by_gateway(const Order& order) {
  return payment_terms_of(order) == PaymentTerms::gateway;
}

namespace {

// The price of the pieces of the line that the customer need not pay, or got back.
std::int64_t price_given_back(const OrderLine& line) {
  const std::int64_t settled = settled_pieces(line);
  // Goods that came back without a refund are not owed either.
  const std::int64_t unrefunded = worth_of(line.total.amount, line.quantity, settled, line.unrefunded.value_or(0));
  // guard: order-unrefunded-not-owed
  return std::min(line.total.amount, settled_amount(line) + unrefunded);
}

// What refunds of pieces give back. They lower the price, and the money goes out. So the debt stays as it is.
Money refunded_by_line(const Order& order) {
  Money sum{0, order.total.currency};
  for (const auto& refund : order.refunds) {
    if (!refund.lines || refund.status == RefundStatus::failed) continue;
    for (const auto& line : *refund.lines) sum.amount += line.amount.amount;
  }
  return sum;
}

Money refunded_shipping(const Order& order) {
  Money sum{0, order.total.currency};
  for (const auto& refund : order.refunds) {
    if (refund.shipping && refund.status != RefundStatus::failed) sum.amount += refund.shipping->amount;
  }
  return sum;
}

}  // namespace

Money payable(const Order& order) {
  Money left = order.total;
  for (const auto& line : order.lines) left.amount -= price_given_back(line);
  left.amount = std::min(order.total.amount, left.amount + refunded_by_line(order).amount);
  return left;
}

bool may_be_paid_later(const Order& order) {
  return payment_terms_of(order) == PaymentTerms::none || order.ship_before_payment.value_or(false);
}

bool is_covered(const Order& order, std::int64_t more) {
  // Money that went back at the gateway does not pay for the goods.
  // guard: order-covered
  return may_be_paid_later(order) || refundable(order).amount + more >= order.total.amount;
}

bool may_send_goods(const Order& order) {
  if (order.total.amount == 0 || refundable(order).amount > 0) return true;
  return order.captured.amount == 0 && may_be_paid_later(order);
}

void derive_statuses(Order& order) {
  order.payment_status = payment_status_of(order);
  order.fulfillment_status = fulfillment_status_of(order);
  order.overcharged.reset();
  if (order.captured.amount > order.total.amount) {
    order.overcharged = Money{order.captured.amount - order.total.amount, order.total.currency};
  }
}

Money refund_for_pieces(const Order& order, Money price) {
  const std::int64_t left = refundable(order).amount;
  const std::int64_t lowered = refunded_by_line(order).amount + refunded_shipping(order).amount;
  // guard: order-refund-lowers-price
  const std::int64_t owed = payable(order).amount - lowered - price.amount;
  // guard: order-unpaid-pieces
  if (order.captured.amount < order.total.amount) price.amount = std::clamp<std::int64_t>(left - owed, 0, price.amount);
  // guard: order-return-refund-capped
  price.amount = std::min(price.amount, left);
  return price;
}

}  // namespace ordo
