#include "audit/check_life.h"

#include <algorithm>
#include <utility>

#include "audit/check_owners.h"
#include "audit/check_pieces.h"
#include "domain/money_text.h"
#include "engine/page_walk.h"

namespace ordo::audit {
namespace {

bool has_left(const Shipment& shipment) {
  return shipment.status != ShipmentStatus::requested && shipment.status != ShipmentStatus::cancelled;
}

void add(std::vector<CustomerValue>& values, const Money& captured, const Money& refunded) {
  if (captured.amount == 0) return;
  const auto known = std::find_if(values.begin(), values.end(),
                                  [&](const CustomerValue& value) { return value.currency == captured.currency; });
  auto& value = known == values.end() ? values.emplace_back(CustomerValue{captured.currency, 0, 0}) : *known;
  value.captured += captured.amount;
  value.refunded += refunded.amount;
}

// What the recorded payments and the captures with ids sum to. Only a gateway's capture has no id.
std::int64_t recorded(const Order& order) {
  std::int64_t sum = 0;
  if (order.payments) {
    for (const auto& payment : *order.payments) sum += payment.amount.amount;
  }
  if (order.captures) {
    for (const auto& capture : *order.captures) sum += capture.amount.amount;
  }
  return sum;
}

bool has_personal_texts(const Order& order) {
  const bool names_customer = std::any_of(order.history.begin(), order.history.end(),
                                          [](const HistoryEntry& entry) { return is_customer(entry.by); });
  const bool has_notes =
      order.notes && std::any_of(order.notes->begin(), order.notes->end(),
                                 [](const OrderNote& note) { return has_personal_data(note) || is_customer(note.by); });
  const bool has_payments =
      order.payments && std::any_of(order.payments->begin(), order.payments->end(),
                                    [](const RecordedPayment& payment) { return has_personal_data(payment); });
  const bool has_number = order.imported && has_personal_data(*order.imported);
  return names_customer || has_notes || has_payments || has_number || has_personal_data(terms_of(order));
}

bool same_values(std::vector<CustomerValue> a, std::vector<CustomerValue> b) {
  // The last order in a currency may count no longer.
  const auto is_nothing = [](const CustomerValue& value) { return value.captured == 0 && value.refunded == 0; };
  std::erase_if(a, is_nothing);
  std::erase_if(b, is_nothing);
  const auto by_code = [](const CustomerValue& x, const CustomerValue& y) {
    return x.currency.code() < y.currency.code();
  };
  std::sort(a.begin(), a.end(), by_code);
  std::sort(b.begin(), b.end(), by_code);
  return a == b;
}

}  // namespace

LifeCheck::LifeCheck(const CheckSources& sources, const SeenOrders& seen, CheckFindings& findings)
    : sources_(sources),
      seen_(seen),
      findings_(findings),
      money_(findings.add("money", "captured - refunded matches the order's status; no unpaid goods were shipped")),
      payments_(findings.add("payments", "the figures of the payment and the order are equal")),
      shipments_(findings.add("shipments", "an order records exactly the goods that left in its shipments")),
      customers_(findings.add("customers", "a customer's figures are the sums over the orders")),
      ends_(findings.add(
          "ends", "whatever an order waits for is in progress, and an order whose goods have settled has ended")),
      redaction_(findings.add("redaction", "after an order's personal data was removed, its shipments have none")),
      pieces_(findings.add(
          "pieces", "shipped + cancelled + not yet shipped = ordered, and refunds of a line are within its price")) {}

Result<void> LifeCheck::order(const Order& order) {
  // The debt follows from the pieces. It cannot be computed from counts that are impossible.
  if (check_pieces(order)) check_money(order);
  count(order);
  check_end(order);
  if (auto read = check_redaction(order); !read) return read;
  return check_waiting(order);
}

Result<void> LifeCheck::check_redaction(const Order& order) {
  if (!order.redacted_at) return {};
  ++findings_[redaction_].checked;
  if (has_personal_texts(order)) {
    findings_.find(redaction_, "order " + order.id.str() + " was redacted, and has personal data");
  }
  for (const auto& id : all_shipments(order)) {
    const auto found = sources_.documents.get(Collection::shipments, id);
    if (!found) return fail(found.error());
    const auto* shipment = *found ? std::get_if<Shipment>(&**found) : nullptr;
    if (shipment == nullptr) continue;
    const bool texts = !shipment->tracking.empty() || !shipment->last_note.empty();
    if (!texts && !has_personal_data(delivery_of(*shipment))) continue;
    findings_.find(redaction_, "order " + order.id.str() + " was redacted, and shipment " + id + " has personal data",
                   owners_of(order.id.str(), ProcessorKind::logistics));
  }
  return {};
}

void LifeCheck::check_end(const Order& order) {
  // An order of the past waits for nothing here, whatever its status is.
  // guard: check-imported-need-not-end
  if (order.imported) return;
  ++findings_[ends_].checked;
  const std::string who = "order " + order.id.str() + " is " + std::string(to_string(order.status));
  if (order.status == OrderStatus::fulfilled && goods_have_settled(order)) {
    findings_.find(ends_, who + ", but its goods have settled");
  }
  const bool resending = std::any_of(order.resends.begin(), order.resends.end(),
                                     [](const Resend& resend) { return resend.status == ResendStatus::requested; });
  if (order.cancelling || resending) {
    findings_.find(ends_, who + ", but a requested cancel or shipment was not answered",
                   {owner_of(sources_.topology, ProcessorKind::orders, order.id.str()),
                    owner_of(sources_.topology, ProcessorKind::logistics, order.id.str()),
                    owner_of(sources_.topology, ProcessorKind::stock, order.location.str())});
  }
}

bool LifeCheck::check_pieces(const Order& order) {
  ++findings_[pieces_].checked;
  const auto problems = problems_of_pieces(order);
  for (const auto& problem : problems) findings_.find(pieces_, "order " + order.id.str() + ": " + problem);
  return problems.empty();
}

// Checks that the shipments and refunds that the order waits for are open.
Result<void> LifeCheck::check_waiting(const Order& order) {
  const auto& id = order.id.str();
  const std::string who = "order " + id + " is " + std::string(to_string(order.status));
  for (const auto& [shipment_id, lines] : open_shipments(order)) {
    const auto found = sources_.documents.get(Collection::shipments, shipment_id);
    if (!found) return fail(found.error());
    const auto* shipment = *found ? std::get_if<Shipment>(&**found) : nullptr;
    const bool open = shipment != nullptr && shipment->status == ShipmentStatus::requested;
    if (open && shipment->lines == lines) continue;
    if (shipment == nullptr) {
      const auto first = sources_.documents.get(Collection::shipments, ordo::shipment_id(order.id, 1));
      if (!first) return fail(first.error());
      if (!*first && !order.parcels.empty()) continue;  // another service ships the order
    }
    std::string waits = who;
    waits.append(" and waits for shipment ").append(shipment_id);
    waits.append(open ? ", which has other lines" : ", which is not open");
    findings_.find(ends_, std::move(waits), owners_of(id, ProcessorKind::logistics));
  }
  const bool refunding = std::any_of(order.refunds.begin(), order.refunds.end(),
                                     [](const Refund& refund) { return refund.status == RefundStatus::requested; });
  if (!refunding) return {};
  if (!is_paid_by_gateway(order)) {
    list_due(order);
    return {};
  }
  const auto found = sources_.documents.get(Collection::payments, id);
  if (!found) return fail(found.error());
  if (!*found) return {};  // another service handles the payment
  const auto* payment = std::get_if<Payment>(&**found);
  for (const auto& refund : order.refunds) {
    if (refund.status != RefundStatus::requested) continue;
    const bool open = std::any_of(payment->calls.begin(), payment->calls.end(),
                                  [&](const GatewayCall& call) { return call.refund_id == refund.id; });
    if (open) continue;
    findings_.find(ends_, who + " and waits for the refund " + refund.id + ", but the gateway was not asked for it",
                   owners_of(id, ProcessorKind::payment));
  }
  return {};
}

void LifeCheck::list_due(const Order& order) {
  for (const auto& refund : order.refunds) {
    if (refund.status != RefundStatus::requested) continue;
    findings_.find_due("order " + order.id.str() + ": refund " + refund.id + " of " + shown_money(refund.amount));
  }
}

void LifeCheck::check_money(const Order& order) {
  ++findings_[money_].checked;
  const std::string who = "order " + order.id.str() + " is " + std::string(to_string(order.status));
  Order derived = order;
  derive_statuses(derived);
  if (derived.payment_status != order.payment_status || derived.fulfillment_status != order.fulfillment_status ||
      derived.overcharged != order.overcharged) {
    findings_.find(money_, who + ": its payment or fulfillment status does not match its figures");
  }
  std::int64_t made = 0;
  std::int64_t open = 0;
  for (const auto& refund : order.refunds) {
    made += refund.status == RefundStatus::succeeded ? refund.amount.amount : 0;
    open += refund.status == RefundStatus::succeeded ? 0 : refund.amount.amount;
  }
  if (made != order.refunded.amount || made > order.captured.amount) {
    findings_.find(money_, who + ": " + shown_money(order.refunded) + " refunded of " + shown_money(order.captured) +
                               ", its refunds sum to " + std::to_string(made));
  }
  const bool by_gateway = is_paid_by_gateway(order);
  if (recorded(order) > order.captured.amount || (!by_gateway && recorded(order) != order.captured.amount)) {
    findings_.find(money_, who + ": captured " + shown_money(order.captured) + ", its payments sum to " +
                               std::to_string(recorded(order)));
  }
  // What an order of the past kept or owed was settled elsewhere.
  // guard: check-imported-as-it-was
  if (order.imported) return;
  switch (order.status) {
    case OrderStatus::pending:
      if (by_gateway && order.captured.amount != 0) {
        findings_.find(money_, who + ", but has " + shown_money(order.captured));
      }
      break;
    case OrderStatus::reserved:
      if (is_covered(order)) findings_.find(money_, who + ", but has " + shown_money(order.captured));
      break;
    case OrderStatus::confirmed:
    case OrderStatus::fulfilled:
    case OrderStatus::completed:
      if (order.captured.amount < order.total.amount && !may_be_paid_later(order)) {
        findings_.find(money_, who + ": paid " + shown_money(order.captured) + " of " + shown_money(order.total));
      }
      break;
    case OrderStatus::rejected:
    case OrderStatus::expired:
    case OrderStatus::cancelled:
      if (order.captured.amount == made) break;
      if (order.captured.amount <= made + open) {
        ++findings_[money_].waiting;  // requested or refused: then people must handle it
      } else {
        findings_.find(money_, who + ", but keeps " + shown_money(refundable(order)));
      }
      break;
  }
}

void LifeCheck::count(const Order& order) {
  Sums& sums = sums_[order.customer_id.str()];
  ++sums.counts.placed;
  sums.counts.completed += order.status == OrderStatus::completed ? 1 : 0;
  sums.counts.rejected += order.status == OrderStatus::rejected ? 1 : 0;
  sums.counts.expired += order.status == OrderStatus::expired ? 1 : 0;
  sums.counts.cancelled += order.status == OrderStatus::cancelled ? 1 : 0;
  add(sums.value, order.captured, order.refunded);
}

std::vector<Owner> LifeCheck::owners_of(const std::string& order, ProcessorKind other) const {
  return {owner_of(sources_.topology, ProcessorKind::orders, order), owner_of(sources_.topology, other, order)};
}

Result<void> LifeCheck::check_payment(const Payment& payment) {
  ++findings_[payments_].checked;
  const auto& id = payment.id.str();
  if (seen_.has_money(id, payment.captured.amount, payment.refunded.amount)) return {};
  const auto found = sources_.documents.get(Collection::orders, id);
  if (!found) return fail(found.error());
  const auto owners = owners_of(id, ProcessorKind::payment);
  if (!*found) {
    findings_.find(payments_, "a payment for order " + id + ", which does not exist", owners);
    return {};
  }
  const auto& order = std::get<Order>(**found);
  if (order.captured.amount != payment.captured.amount || order.refunded.amount != payment.refunded.amount) {
    findings_.find(payments_,
                   "order " + id + " says " + shown_money(order.captured) + " - " + shown_money(order.refunded) +
                       ", its payment " + shown_money(payment.captured) + " - " + shown_money(payment.refunded),
                   owners);
  }
  return {};
}

Result<void> LifeCheck::check_shipment(const Shipment& shipment) {
  ++findings_[shipments_].checked;
  const auto& id = shipment.order_id.str();
  if (has_left(shipment) && seen_.has_parcel(id, shipment.id, shipment.lines)) return {};
  const auto found = sources_.documents.get(Collection::orders, id);
  if (!found) return fail(found.error());
  const auto owners = owners_of(id, ProcessorKind::logistics);
  const Order* order = *found ? &std::get<Order>(**found) : nullptr;
  if (order == nullptr) {
    findings_.find(shipments_, "a shipment of order " + id + ", which does not exist", owners);
    return {};
  }
  const auto parcel = std::find_if(order->parcels.begin(), order->parcels.end(),
                                   [&](const Parcel& known) { return known.shipment_id == shipment.id; });
  const bool known = parcel != order->parcels.end();
  if (known != has_left(shipment) || (known && parcel->lines != shipment.lines)) {
    findings_.find(shipments_, "shipment " + shipment.id + " and its order differ about what has left", owners);
  }
  return {};
}

void LifeCheck::check_customer(const Customer& customer) {
  ++findings_[customers_].checked;
  const auto& id = customer.id.str();
  const auto known = sums_.find(id);
  const Sums sums = known == sums_.end() ? Sums{} : known->second;
  if (known != sums_.end()) sums_.erase(known);
  if (customer.orders == sums.counts && same_values(customer.value, sums.value)) return;
  auto owners = all_owners(sources_.topology, ProcessorKind::orders);
  if (sources_.snapshot) owners.clear();
  owners.push_back(owner_of(sources_.topology, ProcessorKind::crm, id));
  findings_.find(customers_, "customer " + id + ": the figures are not the sums over the orders", std::move(owners));
}

Result<void> LifeCheck::finish() {
  auto done = each_document(sources_.documents, Collection::payments,
                            [this](const Document& document) { return check_payment(std::get<Payment>(document)); });
  if (!done) return done;
  done = each_document(sources_.documents, Collection::shipments,
                       [this](const Document& document) { return check_shipment(std::get<Shipment>(document)); });
  if (!done) return done;
  done = each_document(sources_.documents, Collection::customers, [this](const Document& document) {
    check_customer(std::get<Customer>(document));
    return Result<void>();
  });
  if (!done) return done;
  for (const auto& [id, sums] : sums_) {
    findings_.find(customers_, "customer " + id + " has orders, but no document",
                   {owner_of(sources_.topology, ProcessorKind::crm, id)});
  }
  return {};
}

}  // namespace ordo::audit
