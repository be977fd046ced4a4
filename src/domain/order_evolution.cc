// Applies events to an order. Which events occur is decided in the files that order_decision.h names.
#include <algorithm>
#include <type_traits>

#include "base/check.h"
#include "domain/money_text.h"
#include "domain/order_lifecycle.h"

namespace ordo {
namespace {

// Distributes the quantities of `lines` over the order's lines of the same product, in order. `room` says how much each
// can take at most. Returns what did not fit.
template <class Room, class Give>
std::int64_t spread(Order& order, const std::vector<StockLine>& lines, Room room, Give give) {
  std::int64_t beyond = 0;
  for (const auto& wanted : lines) {
    std::int64_t left = wanted.quantity;
    for (auto& line : order.lines) {
      if (line.product_id != wanted.product_id) continue;
      const std::int64_t count = std::min(left, room(line));
      give(line, count);
      left -= count;
    }
    beyond += left;
  }
  return beyond;
}

// Keeps the part of a summary without free text: the part before the first ": ".
void keep_the_fact(std::string& summary) {
  if (const auto colon = summary.find(": "); colon != std::string::npos) summary.resize(colon);
}

template <class Part>
void forget_reasons(std::vector<Part>& parts) {
  for (auto& part : parts) part.reason.clear();
}

template <class Pieces>
std::int64_t count_of(const std::vector<Pieces>& lines) {
  std::int64_t sum = 0;
  for (const auto& line : lines) sum += line.quantity;
  return sum;
}

class EvolveOrder {
 public:
  EvolveOrder(Order& order, const Cause& cause) : order_(order), cause_(cause) {}

  void operator()(const order_event::Placed& placed) {
    order_ = placed.order;
    order_.status = OrderStatus::pending;
    order_.captured.currency = order_.refunded.currency = order_.total.currency;
    note(placed.summary);
  }
  void operator()(const order_event::Rejected& rejected) {
    end(OrderStatus::rejected, rejected.reason);
    if (rejected.reason == "payment_failed") order_.payment_status = PaymentStatus::failed;
    note(rejected.summary);
  }
  void operator()(const order_event::StockHeld& held) {
    order_.stock_reserved_at = held.logged_at;
    note("all lines reserved, promotions asked for");
  }
  void operator()(const order_event::Redeemed& redeemed) {
    change_redemption(redeemed.promotion_id, OrderRedemptionStatus::redeemed);
    note("promotion " + redeemed.promotion_id + " redeemed");
  }
  // The rejection says why.
  void operator()(const order_event::PromotionRefused& refused) {
    change_redemption(refused.promotion_id, OrderRedemptionStatus::refused);
  }
  void operator()(const order_event::Reserved& reserved) {
    order_.status = OrderStatus::reserved;
    order_.reserved_at = reserved.logged_at;
    order_.stock_reserved_at.reset();
    note("all lines reserved");
  }
  void operator()(const order_event::Authorized&) {
    order_.payment_status = PaymentStatus::authorized;
    note("payment authorized");
  }
  void operator()(const order_event::Captured& captured) {
    order_.captured.amount += captured.amount.amount;
    if (captured.id) added(order_.captures, {*captured.id, captured.amount, cause_.at});
    note("paid " + shown_money(captured.amount));
  }
  void operator()(const order_event::PaymentRecorded& recorded) {
    order_.captured.amount += recorded.payment.amount.amount;
    added(order_.payments, {recorded.payment, recorded.id, cause_.at});
    note("paid " + shown_money(recorded.payment.amount) + ": " + recorded.payment.method);
  }
  void operator()(const order_event::Voided&) {
    order_.payment_status = PaymentStatus::voided;
    note("payment voided");
  }
  void operator()(const order_event::Confirmed& confirmed) {
    order_.status = OrderStatus::confirmed;
    order_.confirmed_at = confirmed.logged_at;
    if (order_.captured.amount > 0) return;
    const bool later = order_.total.amount > 0 && payment_terms_of(order_) == PaymentTerms::manual;
    note(later ? "confirmed, to be paid later" : "confirmed, nothing to pay");
  }
  void operator()(const order_event::DispatchRequested& requested) {
    order_.dispatch_requested_at = requested.logged_at;
    if (order_.dispatch_hold_s > 0) note("the hold is over, shipment asked for");
  }
  void operator()(const order_event::Expired&) {
    end(OrderStatus::expired, "payment_timeout");
    note("expired: not paid in time");
  }
  void operator()(const order_event::Cancelled& cancelled) {
    end(OrderStatus::cancelled, cancelled.reason);
    order_.status_reason_code = cancelled.code;
    note(cancelled.reason.empty() ? "cancelled" : "cancelled: " + cancelled.reason);
  }
  void operator()(const order_event::CancelAsked& asked) {
    const bool again = order_.cancelling.has_value();
    order_.cancelling = asked.reason;
    order_.cancelling_code = asked.code;
    order_.cancelling_lines = asked.lines;
    order_.cancelling_id.reset();
    if (!asked.id.empty()) order_.cancelling_id = asked.id;
    note((again ? "cancel asked for again: " : "cancel asked for: ") + asked.reason);
  }
  void operator()(const order_event::CancelRefused&) {
    refuse({"cancel", order_.cancelling_id.value_or(""), "illegal_transition", "the goods had left", Timestamp()});
    end_cancel();
    note("the cancel came too late");
  }
  void operator()(const order_event::PartCancelled& cancelled) {
    give_back_all(cancelled.pieces, GivenBack::cancelled);
    const bool of_part = order_.cancelling_id == cancelled.what.id;
    order_.cancellations.push_back(cancelled.what);
    order_.cancellations.back().at = cause_.at;
    if (of_part || unshipped_lines(order_).empty()) end_cancel();
    note("cancelled in part, pieces: " + std::to_string(count_of(cancelled.what.lines)) +
         (cancelled.what.reason.empty() ? "" : ": " + cancelled.what.reason));
  }
  void operator()(const order_event::Shipped& shipped) {
    take(shipped.parcel.lines, &OrderLine::shipped, unshipped);
    order_.parcels.push_back(shipped.parcel);
    order_.parcels.back().at = cause_.at;
    note("shipped " + shipped.parcel.shipment_id + ", pieces: " + std::to_string(count_of(shipped.parcel.lines)));
  }
  void operator()(const order_event::Fulfilled&) { order_.status = OrderStatus::fulfilled; }
  void operator()(const order_event::Delivered& delivered) {
    const Parcel& parcel = change_parcel(delivered.shipment_id, ParcelStatus::delivered);
    // It was lost and was found again. Goods that were sent in its place meanwhile are not lost any more.
    for (auto& line : order_.lines) {
      if (line.product_id) line.lost = std::min(line.lost, undelivered(*line.product_id));
    }
    note("delivered " + parcel.shipment_id);
  }
  void operator()(const order_event::Completed&) {
    order_.status = OrderStatus::completed;
    order_.ended_at = cause_.at;
  }
  void operator()(const order_event::Lost& lost) {
    const Parcel& parcel = change_parcel(lost.shipment_id, ParcelStatus::lost);
    // Returned goods are not lost.
    spread(
        order_, parcel.lines, [](const OrderLine& line) { return line.shipped - line.returned - line.lost; },
        [](OrderLine& line, std::int64_t count) { line.lost += count; });
    note("lost " + parcel.shipment_id);
  }
  void operator()(const order_event::ResendAsked& asked) {
    if (order_.resends.size() >= 2 * Order::kMaxResends) {
      const auto refused = std::find_if(order_.resends.begin(), order_.resends.end(),
                                        [](const Resend& resend) { return resend.status == ResendStatus::refused; });
      order_.resends.erase(refused);
    }
    order_.resends.push_back(asked.resend);
    order_.resends.back().at = cause_.at;
    note("to be sent again, pieces: " + std::to_string(count_of(asked.resend.lines)));
  }
  void operator()(const order_event::ResendAccepted& accepted) {
    Resend& resend = change_resend(accepted.id, ResendStatus::accepted);
    resend.shipment_id = accepted.shipment_id;
    const auto beyond = spread(
        order_, resend.lines, [](const OrderLine& line) { return line.lost; },
        [](OrderLine& line, std::int64_t count) {
          line.lost -= count;
          line.shipped -= count;
        });
    ORDO_CHECK(beyond == 0, order_.id, " sends more again than was lost, by ", beyond);
    order_.status = OrderStatus::confirmed;
    order_.ended_at.reset();
    note("is sent again as " + accepted.shipment_id);
  }
  void operator()(const order_event::ResendRefused& refused) {
    change_resend(refused.id, ResendStatus::refused).detail = refused.detail;
    note("cannot be sent again: " + refused.detail);
  }
  void operator()(const order_event::RefundRequested& requested) {
    for (const auto& line : requested.refund.lines.value_or(std::vector<RefundedPieces>())) {
      give_back(order_.lines[*index_of_place(line.line_id, order_.lines.size())], line.quantity, GivenBack::refunded);
    }
    order_.refunds.push_back(requested.refund);
    order_.refunds.back().at = cause_.at;
    if (payment_terms_of(order_) == PaymentTerms::manual) order_.refunds.back().by_hand = true;
    note("refund of " + shown_money(requested.refund.amount) + " asked for");
  }
  void operator()(const order_event::Refunded& refunded) {
    change_refund(refunded.id, RefundStatus::succeeded, {}).reference = refunded.reference;
    order_.refunded.amount += refunded.amount.amount;
    note("refunded " + shown_money(refunded.amount));
  }
  void operator()(const order_event::RefundFailed& failed) {
    change_refund(failed.id, RefundStatus::failed, failed.detail);
    forget_failed_refunds();
    note("refund failed: " + failed.detail);
  }
  void operator()(const order_event::RefundReversed& reversed) {
    change_refund(reversed.id, RefundStatus::failed, reversed.detail);
    order_.refunded.amount -= reversed.amount.amount;
    forget_failed_refunds();
    note("a refund of " + shown_money(reversed.amount) + " came back: " + reversed.detail);
  }
  void operator()(const order_event::Returned& returned) {
    give_back_all(returned.pieces, returned.refunded ? GivenBack::returned : GivenBack::returned_unrefunded);
    for (auto& line : order_.lines) line.lost = std::min(line.lost, line.shipped - line.returned);
    order_.returns.push_back(returned.what);
    order_.returns.back().at = cause_.at;
    note("returned, pieces: " + std::to_string(count_of(returned.what.lines)));
  }
  void operator()(const order_event::Imported& imported) {
    Order next = imported_order(imported.id, imported.content, cause_.at);
    const bool amends = order_.imported.has_value();
    next.number = amends ? order_.number : imported.number;
    if (amends) {
      next.imported->at = order_.imported->at;
      // guard: order-amended-keeps-notes
      next.notes = std::move(order_.notes);
      next.refusals = std::move(order_.refusals);
      next.history = std::move(order_.history);
      // guard: order-amended-keeps-tags
      if (order_.tagged_at) {
        next.tags = std::move(order_.tags);
        next.tagged_at = order_.tagged_at;
      }
      // guard: order-amended-stays-redacted
      next.redacted_at = order_.redacted_at;
      next.rev = order_.rev;
    }
    order_ = std::move(next);
    const auto lines = order_.lines.size();
    note(std::string(amends ? "imported again: " : "imported: ") + imported.content.number + " of " +
         imported.content.source + ", " + std::to_string(lines) + (lines == 1 ? " line, " : " lines, ") +
         shown_money(order_.total));
  }
  // The list of notes says when and by whom. It would push other entries out of the history.
  void operator()(const order_event::NoteAdded& written) {
    added(order_.notes, written.note);
    order_.notes->back().at = cause_.at;
    order_.notes->back().by = cause_.by;
  }
  void operator()(const order_event::TermsChanged& changed) {
    std::string names;
    for_each_change(order_, changed.terms, [&names](const char* name, auto& present, const auto& now) {
      present = now;
      names += (names.empty() ? "" : ", ") + std::string(name);
    });
    added(order_.changes, {changed.id, cause_.at});
    note(names + " changed");
  }
  // As with notes, no entry of the history: it would push others out.
  void operator()(const order_event::TagsChanged& changed) {
    auto tags = changed_tags(order_.tags, changed.tags);
    order_.tags.reset();
    if (!tags.empty()) order_.tags = std::move(tags);
    order_.tagged_at = cause_.at;
  }
  void operator()(const order_event::Redacted&) {
    order_.redacted_at = cause_.at;  // evolve() removes the texts, now and after each later event
    note("personal data removed");
  }
  void operator()(const order_event::RequestRefused& refused) { refuse(refused.refusal); }

 private:
  void give_back_all(const std::vector<LinePieces>& pieces, GivenBack how) {
    for (const auto& one : pieces) {
      OrderLine& line = order_.lines[one.line];
      const auto room = room_for(line, how);
      ORDO_CHECK(one.quantity <= room, order_.id, " too many by ", one.quantity - room);
      give_back(line, one.quantity, how);
    }
  }
  // Adds to a list that is absent while it is empty.
  template <class Part>
  static void added(std::optional<std::vector<Part>>& parts, std::type_identity_t<Part> part) {
    if (!parts) parts.emplace();
    parts->push_back(std::move(part));
  }
  void take(const std::vector<StockLine>& lines, std::int64_t OrderLine::*taken,
            std::int64_t (*room)(const OrderLine&)) {
    const auto beyond =
        spread(order_, lines, room, [taken](OrderLine& line, std::int64_t count) { line.*taken += count; });
    ORDO_CHECK(beyond == 0, order_.id, " too many by ", beyond);
  }
  void end(OrderStatus status, const std::string& reason) {
    order_.status = status;
    order_.status_reason = reason;
    order_.ended_at = cause_.at;
    end_cancel();
    if (!order_.redemptions) return;
    for (auto& redemption : *order_.redemptions) {
      if (redemption.status != OrderRedemptionStatus::refused) redemption.status = OrderRedemptionStatus::returned;
    }
  }
  void change_redemption(const std::string& promotion, OrderRedemptionStatus status) {
    const auto redemption = std::find_if(order_.redemptions->begin(), order_.redemptions->end(),
                                         [&](const OrderRedemption& one) { return one.promotion_id == promotion; });
    ORDO_CHECK(redemption != order_.redemptions->end(), order_.id, " has no redemption of ", promotion);
    redemption->status = status;
  }
  void end_cancel() {
    order_.cancelling.reset();
    order_.cancelling_code.reset();
    order_.cancelling_id.reset();
    order_.cancelling_lines.clear();
  }
  // The quantity of a product in parcels that were not delivered.
  std::int64_t undelivered(const ProductId& product) const {
    std::int64_t count = 0;
    for (const auto& parcel : order_.parcels) {
      if (parcel.status == ParcelStatus::delivered) continue;
      for (const auto& line : parcel.lines) count += line.product_id == product ? line.quantity : 0;
    }
    return count;
  }
  // Finds a part that the order must have, and sets its time of change.
  template <class Part>
  Part& changed(std::vector<Part>& parts, std::string Part::*id, const std::string& wanted) {
    const auto part = std::find_if(parts.begin(), parts.end(), [&](const Part& one) { return one.*id == wanted; });
    ORDO_CHECK(part != parts.end(), order_.id, " has no part ", wanted);
    part->at = cause_.at;
    return *part;
  }
  Parcel& change_parcel(const std::string& id, ParcelStatus status) {
    Parcel& parcel = changed(order_.parcels, &Parcel::shipment_id, id);
    parcel.status = status;
    return parcel;
  }
  Resend& change_resend(const std::string& id, ResendStatus status) {
    Resend& resend = changed(order_.resends, &Resend::id, id);
    resend.status = status;
    return resend;
  }
  Refund& change_refund(const std::string& id, RefundStatus status, const std::string& detail) {
    Refund& refund = changed(order_.refunds, &Refund::id, id);
    const bool failed_before = refund.status == RefundStatus::failed;
    if (refund.lines && status == RefundStatus::failed) undo_refund(order_, *refund.lines);
    if (refund.lines && failed_before) redo_refund(order_, *refund.lines);
    if (refund.status != RefundStatus::requested) refund.corrected = true;
    refund.status = status;
    refund.detail = detail;
    return refund;
  }
  void forget_failed_refunds() {
    const auto failed = [](const Refund& refund) { return refund.status == RefundStatus::failed; };
    const auto count = std::count_if(order_.refunds.begin(), order_.refunds.end(), failed);
    if (count <= static_cast<std::ptrdiff_t>(Order::kMaxFailedRefunds)) return;
    order_.refunds.erase(std::find_if(order_.refunds.begin(), order_.refunds.end(), failed));
  }
  void refuse(RefusedRequest refusal) {
    refusal.at = cause_.at;
    if (order_.refusals.size() >= Order::kMaxRefusals) order_.refusals.erase(order_.refusals.begin());
    order_.refusals.push_back(std::move(refusal));
  }
  void note(std::string summary) {
    // The first entry says how the order began; it stays.
    if (cause_.claimed) summary += "; clock_ahead: it said " + to_rfc3339(*cause_.claimed);
    // guard: order-bounded-history
    if (order_.history.size() >= Order::kMaxHistory) order_.history.erase(order_.history.begin() + 1);
    order_.history.push_back({cause_.type, cause_.at, cause_.source, std::move(summary), cause_.by});
  }

  Order& order_;
  const Cause& cause_;
};

}  // namespace

void forget_people(Order& order) {
  redact(terms_of(order));
  // guard: order-imported-number-redacted
  if (order.imported) redact(*order.imported);
  for (auto& line : order.lines) redact(details_of(line));
  if (order.status == OrderStatus::cancelled) order.status_reason.reset();
  // guard: order-redacts-texts
  forget_reasons(order.refunds);
  forget_reasons(order.returns);
  forget_reasons(order.cancellations);
  forget_reasons(order.resends);
  if (order.notes) {
    for (auto& note : *order.notes) {
      // guard: order-notes-redacted
      redact(note);
      forget_customer(note.by);
    }
  }
  for (auto& refund : order.refunds) {
    refund.detail.clear();
    refund.reference.reset();
  }
  if (order.payments) {
    for (auto& payment : *order.payments) redact(payment);
  }
  for (auto& parcel : order.parcels) parcel.tracking.clear();
  for (auto& entry : order.history) {
    keep_the_fact(entry.summary);
    // guard: order-by-redacted
    forget_customer(entry.by);
  }
}

void evolve(std::optional<Order>& order, const OrderEvent& event, const Cause& cause) {
  if (!order) {
    const bool begins =
        std::holds_alternative<order_event::Placed>(event) || std::holds_alternative<order_event::Imported>(event);
    ORDO_CHECK(begins, "event ", event.index());
    order.emplace();
  }
  std::visit(EvolveOrder(*order, cause), event);
  if (order->redacted_at) forget_people(*order);  // later texts may be about people too
  // A refused request does not change the order.
  if (!std::holds_alternative<order_event::RequestRefused>(event)) order->updated_at = cause.at;
  derive_statuses(*order);
}

}  // namespace ordo
