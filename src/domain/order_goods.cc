// Decisions about an order's goods: dispatch, delivery, loss, cancel, resend.
#include <algorithm>

#include "domain/order_decision.h"
#include "domain/shipment.h"

namespace ordo {
namespace {

bool has_shipped(const Order& order) {
  return !order.parcels.empty();
}

bool name_goods(const Order& order, const std::vector<OrderPieces>& lines) {
  return std::any_of(lines.begin(), lines.end(), [&order](const OrderPieces& one) {
    const auto line = one.line_id ? index_of_place(*one.line_id, order.lines.size()) : std::nullopt;
    return line ? order.lines[*line].product_id.has_value() : one.product_id.has_value();
  });
}

// The delivery or loss of a parcel completes the order if nothing more will happen to its goods.
void end_if_settled(const Order& order, const std::string& shipment_id, OrderEvents& events) {
  // guard: order-complete-all-delivered
  if (order.status != OrderStatus::fulfilled || !goods_have_settled(order, {.ended = shipment_id})) return;
  events.push_back(order_event::Completed{});
}

}  // namespace

Result<std::vector<StockLine>> within(const std::vector<StockLine>& lines, const std::vector<StockLine>& allowed,
                                      const char* done) {
  if (lines.empty()) return fail(ErrorCode::kInvalid, "bad_quantity", "there must be at least one line");
  for (const auto& line : lines) {
    if (line.quantity < 1 || line.quantity > kMaxStock) {
      return fail(ErrorCode::kInvalid, "bad_quantity", "quantities are whole numbers above zero");
    }
  }
  auto sums = sum_lines(lines);
  for (const auto& line : sums) {
    const auto found = std::find_if(allowed.begin(), allowed.end(),
                                    [&](const StockLine& there) { return there.product_id == line.product_id; });
    const std::int64_t left = found == allowed.end() ? 0 : found->quantity;
    // guard: order-ship-within
    if (line.quantity > left) {
      return fail(ErrorCode::kConflict, "lines_exceed_order",
                  std::to_string(line.quantity) + " of " + line.product_id.str() + " cannot be " + done + ": only " +
                      std::to_string(left) + " left");
    }
  }
  return sums;
}

void dispatch(const Order& order, Timestamp logged_at, OrderEvents& events) {
  auto immaterial = immaterial_lines(order);
  bool enough = true;
  const bool all = subtract_lines(unshipped_lines(order), immaterial, enough).empty();
  if (!immaterial.empty()) {
    events.push_back(order_event::Shipped{
        {handed_over_id(order.id), std::move(immaterial), ParcelStatus::delivered, {}, Timestamp()}});
  }
  if (!all) {
    events.push_back(order_event::DispatchRequested{logged_at});
    return;
  }
  // guard: order-ends-without-goods-to-ship
  events.push_back(order_event::Fulfilled{});
  events.push_back(order_event::Completed{});
}

DecideOrder::Events DecideOrder::operator()(const order_command::ReleaseHold& command) const {
  if (order.status == OrderStatus::pending || order.status == OrderStatus::reserved) {
    return illegal(order, "the end of the hold");
  }
  if (order.status != OrderStatus::confirmed || order.dispatch_requested_at) return OrderEvents{};
  OrderEvents events;
  dispatch(order, command.logged_at, events);
  return events;
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteShipped& command) const {
  // guard: order-ship-once
  if (find_part(order.parcels, &Parcel::shipment_id, command.shipment_id) != nullptr) return OrderEvents{};
  const auto left = unshipped_lines(order);
  // guard: order-ship-unpaid
  if (left.empty() || order.status != OrderStatus::confirmed) return illegal(order, "a dispatch");
  auto lines = within(command.lines, left, "shipped");
  if (!lines) return fail(std::move(lines.error()));
  if (order.parcels.size() >= static_cast<std::size_t>(Shipment::kMaxNumber)) {
    return fail(ErrorCode::kConflict, "too_many_parts",
                "an order has at most " + std::to_string(Shipment::kMaxNumber) + " shipments");
  }
  OrderEvents events;
  const bool all = *lines == left;
  // A part that stays behind can still be stopped: logistics has not answered for it yet.
  if (order.cancelling && all) events.push_back(order_event::CancelRefused{});
  events.push_back(order_event::Shipped{
      {command.shipment_id, std::move(*lines), ParcelStatus::shipped, command.tracking, Timestamp()}});
  if (all) events.push_back(order_event::Fulfilled{});
  return events;
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteDelivered& command) const {
  const auto* parcel = find_part(order.parcels, &Parcel::shipment_id, command.shipment_id);
  if (parcel == nullptr) return illegal(order, "the delivery of a shipment that never left");
  if (parcel->status == ParcelStatus::delivered) return OrderEvents{};
  OrderEvents events{order_event::Delivered{command.shipment_id}};
  end_if_settled(order, command.shipment_id, events);
  return events;
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteLost& command) const {
  const auto* parcel = find_part(order.parcels, &Parcel::shipment_id, command.shipment_id);
  if (parcel == nullptr) return illegal(order, "the loss of a shipment that never left");
  if (parcel->status == ParcelStatus::lost) return OrderEvents{};
  if (parcel->status == ParcelStatus::delivered) return illegal(order, "the loss of a delivered shipment");
  OrderEvents events{order_event::Lost{command.shipment_id}};
  end_if_settled(order, command.shipment_id, events);
  return events;
}

// --- cancels

DecideOrder::Events DecideOrder::operator()(const order_command::Cancel& command) const {
  if (!command.lines.empty()) return cancel_part(command);
  switch (order.status) {
    case OrderStatus::cancelled:
      return OrderEvents{};
    case OrderStatus::pending:
    case OrderStatus::reserved:
      return cancel_all(command.reason, command.code);
    case OrderStatus::confirmed:
      if (order.cancelling && order.cancelling_lines.empty()) return OrderEvents{};
      // Before the dispatch request the goods can always be stopped. After it, only logistics knows.
      // guard: order-cancel-after-dispatch
      if (order.dispatch_requested_at) return ask_logistics(command.reason, {}, {}, command.code);
      return cancel_all(command.reason, command.code);
    default:
      // guard: order-cancel-ended
      return illegal(order, "a cancel");
  }
}

DecideOrder::Events DecideOrder::cancel_part(const order_command::Cancel& command) const {
  // A shipment that the carrier cancels is identified by its own id.
  // guard: order-cancel-id-of-shipment
  if (command.id.empty() || shipment_number(order.id, command.id)) {
    return fail(ErrorCode::kInvalid, "bad_id", "a cancel of a part has an id, and not that of a shipment");
  }
  // guard: order-part-cancelled-once
  if (find_part(order.cancellations, &Cancellation::id, command.id) != nullptr) return OrderEvents{};
  if (order.cancelling && order.cancelling_id == command.id) return OrderEvents{};
  // Lines without goods can be cancelled until the order has ended.
  const bool allowed = order.status == OrderStatus::confirmed ||
                       (order.status == OrderStatus::fulfilled && !name_goods(order, command.lines));
  if (!allowed) return illegal(order, "a cancel of a part");
  auto found = find_pieces(order, command.lines, GivenBack::cancelled);
  if (!found) return fail(std::move(found.error()));
  if (order.cancelling) {
    return fail(ErrorCode::kConflict, "illegal_transition", "another cancel of this order is not decided yet");
  }
  const auto goods = goods_of(order, found->pieces);
  const bool everything = are_all(order, found->pieces, GivenBack::cancelled);
  if (order.cancellations.size() >= Order::kMaxCancellations && !everything &&
      (goods.empty() || goods != unshipped_lines(order))) {
    return fail(ErrorCode::kConflict, "too_many_parts",
                "an order is cancelled in at most " + std::to_string(Order::kMaxCancellations) +
                    " parts; all that has not left can still be cancelled");
  }
  // guard: order-cancel-without-goods
  if (order.dispatch_requested_at && !goods.empty()) {
    return ask_logistics(command.reason, command.id, std::move(found->named), command.code);
  }
  return give_up({command.id, {}, std::move(found->named), {}, command.reason, {}, command.code}, found->pieces,
                 everything);
}

DecideOrder::Events DecideOrder::ask_logistics(const std::string& reason, std::string id,
                                               std::vector<OrderPieces> lines, std::optional<CancelReason> code) const {
  const auto goods = goods_of(lines);
  std::vector<std::string> shipments;
  for (const auto& open : open_shipments(order)) {
    // guard: order-cancel-in-one-shipment
    if (!goods.empty() && !within(goods, open.lines, "cancelled")) continue;
    shipments.push_back(open.id);
    if (!goods.empty()) break;
  }
  if (shipments.empty()) {
    return fail(ErrorCode::kConflict, "lines_in_several_shipments",
                "no shipment of the order holds all of these pieces; cancel those of each shipment alone");
  }
  return OrderEvents{order_event::CancelAsked{reason, std::move(id), std::move(lines), std::move(shipments), code}};
}

OrderEvents DecideOrder::cancel_all(const std::string& reason, std::optional<CancelReason> code) const {
  OrderEvents events{order_event::Cancelled{reason, code}};
  // guard: order-cancel-refunds
  refund_the_rest(order, refundable(order), "the order was cancelled", events);
  return events;
}

OrderEvents DecideOrder::give_up(Cancellation what, const std::vector<LinePieces>& pieces, bool everything) const {
  // Only a cancel of everything refunds shipping, and lines that it does not name.
  // guard: order-cancel-part-shipped
  if (everything && !has_shipped(order)) return cancel_all(what.reason, what.reason_code);
  const auto left = unshipped_lines(order);
  const bool last_goods = !left.empty() && goods_of(order, pieces) == left;
  const Money price = refund_for_pieces(order, price_of(order, pieces, GivenBack::cancelled));
  OrderEvents events;
  if (price.amount > 0) {
    what.refund_id = std::string(kAutomaticRefund) + ":" + what.id;
    events.push_back(refund_requested(*what.refund_id, price, "a part of the order was cancelled"));
  }
  events.insert(events.begin(), order_event::PartCancelled{std::move(what), pieces});
  if (!last_goods) return events;
  events.push_back(order_event::Fulfilled{});
  if (parcels_have_settled(order)) events.push_back(order_event::Completed{});
  return events;
}

Result<FoundPieces> DecideOrder::stopped_pieces(const order_command::NoteShipmentCancelled& command) const {
  // The client's cancel may have named lines, and lines without goods. Logistics knows the products only.
  // guard: order-cancel-of-named-lines
  if (command.cancel_id && command.cancel_id == order.cancelling_id &&
      goods_of(order.cancelling_lines) == sum_lines(command.lines)) {
    if (auto found = find_pieces(order, order.cancelling_lines, GivenBack::cancelled)) return found;
  }
  return find_pieces(order, pieces_of(command.lines.empty() ? unshipped_lines(order) : command.lines),
                     GivenBack::cancelled);
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteShipmentCancelled& command) const {
  const std::string id = command.cancel_id.value_or(command.shipment_id.value_or(shipment_id(order.id, 1)));
  if (order.status == OrderStatus::cancelled) return OrderEvents{};
  if (find_part(order.cancellations, &Cancellation::id, id) != nullptr) return OrderEvents{};
  if (order.status != OrderStatus::confirmed) return illegal(order, "cancelling a shipment");
  auto found = stopped_pieces(command);
  if (!found) return fail(std::move(found.error()));
  // If logistics stops all goods by itself, or as a client cancels all, the order is not wanted any more.
  const bool everything = command.cancel_id ? are_all(order, found->pieces, GivenBack::cancelled)
                                            : goods_of(order, found->pieces) == unshipped_lines(order);
  return give_up({id,
                  command.shipment_id,
                  std::move(found->named),
                  {},
                  order.cancelling.value_or("the shipment was cancelled"),
                  {},
                  order.cancelling_code},
                 found->pieces, everything);
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteCancelTooLate& command) const {
  if (!order.cancelling) {
    // The update that ended the cancel, or the order, came before this answer.
    const bool was_asked = has_shipped(order) || (order.dispatch_requested_at && is_terminal(order.status));
    return was_asked ? Events(OrderEvents{}) : illegal(order, "refusing a cancel");
  }
  // A part left before the cancel request arrived, and the rest became a new shipment. Ask again for that one.
  const bool left_meanwhile =
      command.shipment_id && find_part(order.parcels, &Parcel::shipment_id, *command.shipment_id) != nullptr;
  if (!left_meanwhile) return OrderEvents{order_event::CancelRefused{}};
  auto asked = ask_logistics(*order.cancelling, order.cancelling_id.value_or(""), order.cancelling_lines,
                             // guard: order-cancel-code-kept
                             order.cancelling_code);
  return asked ? std::move(asked) : OrderEvents{order_event::CancelRefused{}};
}

void DecideOrder::stop_unpaid(std::int64_t left, const std::string& reason, OrderEvents& events) const {
  // guard: order-imported-stays
  if (order.imported) return;
  // guard: order-unpaid-goods-stay
  if (left > 0 || order.status != OrderStatus::confirmed) return;
  if (order.dispatch_requested_at) {
    auto asked = order.cancelling ? Events(OrderEvents{}) : ask_logistics(reason, {}, {});
    if (asked) events.insert(events.end(), asked->begin(), asked->end());
  } else {
    events.push_back(order_event::Cancelled{reason});
  }
}

// --- lost goods that are sent again

DecideOrder::Events DecideOrder::operator()(const order_command::RequestResend& command) const {
  if (find_part(order.resends, &Resend::id, command.id) != nullptr) return OrderEvents{};
  const auto lost = lost_lines(order);
  if (lost.empty()) {
    return fail(ErrorCode::kConflict, "nothing_lost", "no goods of the order are lost and wait to be sent again");
  }
  if (order.redacted_at) {
    return fail(ErrorCode::kConflict, "illegal_transition", "the personal data of the order is gone");
  }
  auto lines = command.lines.empty() ? Result<std::vector<StockLine>>(lost) : within(command.lines, lost, "sent again");
  if (!lines) return fail(std::move(lines.error()));
  // guard: order-resend-paid
  if (!may_send_goods(order)) {
    return fail(ErrorCode::kConflict, "not_paid", "all the money of the order went back: place a new order");
  }
  const auto taken = std::count_if(order.resends.begin(), order.resends.end(),
                                   [](const Resend& resend) { return resend.status != ResendStatus::refused; });
  if (taken >= static_cast<std::ptrdiff_t>(Order::kMaxResends)) {
    return fail(ErrorCode::kConflict, "too_many_parts",
                "goods of an order are sent again at most " + std::to_string(Order::kMaxResends) + " times");
  }
  return OrderEvents{order_event::ResendAsked{
      {command.id, std::move(*lines), ResendStatus::requested, {}, command.reason, {}, Timestamp()}}};
}

const Resend* DecideOrder::requested_resend(const std::string& id) const {
  const auto* resend = find_part(order.resends, &Resend::id, id);
  return resend != nullptr && resend->status == ResendStatus::requested ? resend : nullptr;
}

// Since the request, the parcel may have been found or the money refunded. A cancel of everything that has not left
// asks the shipments that exist then; a new shipment would go on without being asked.
bool DecideOrder::is_still_wanted(const Resend& resend) const {
  const bool paid = may_send_goods(order);
  const bool all_cancelled = order.cancelling && order.cancelling_lines.empty();
  // guard: order-no-resend-while-cancelled
  return paid && !all_cancelled && !order.redacted_at &&
         std::all_of(resend.lines.begin(), resend.lines.end(), [&](const StockLine& line) {
           std::int64_t lost = 0;
           for (const auto& there : order.lines) lost += there.product_id == line.product_id ? there.lost : 0;
           return line.quantity <= lost;
         });
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteResendReserved& command) const {
  const auto* resend = requested_resend(command.id);
  if (resend == nullptr) {
    if (find_part(order.resends, &Resend::id, command.id) != nullptr) return OrderEvents{};
    return illegal(order, "a reservation for goods to be sent again");
  }
  // guard: order-resend-wanted
  if (!is_still_wanted(*resend)) {
    return OrderEvents{
        order_event::ResendRefused{command.id, "the goods are not lost, not paid, or are being cancelled", true}};
  }
  const auto before = std::count_if(order.resends.begin(), order.resends.end(),
                                    [](const Resend& other) { return other.status == ResendStatus::accepted; });
  return OrderEvents{order_event::ResendAccepted{command.id, shipment_id(order.id, Shipment::kMaxParts + 1 + before),
                                                 order.status == OrderStatus::completed}};
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteResendOutOfStock& command) const {
  if (requested_resend(command.id) == nullptr) return OrderEvents{};
  return OrderEvents{order_event::ResendRefused{command.id, shortage_summary(command.shortages)}};
}

}  // namespace ordo
