// Detail views: the members of one document, then its parts as tables.
#include "base/printable.h"
#include "base/text.h"
#include "client/document_printing.h"
#include "records/json_pick.h"

namespace ordo::client {
namespace {

using Align = Table::Align;

void print_pairs(const std::vector<std::pair<std::string, std::string>>& pairs, std::ostream& out) {
  for (const auto& [name, value] : pairs) {
    if (value.empty()) continue;
    out << name << std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') << printable(value) << '\n';
  }
}

void print_metadata(const std::map<std::string, std::string>& metadata, std::ostream& out) {
  for (const auto& [key, value] : metadata) print_pairs({{printable(key, 64), printable(value, 200)}}, out);
}

void print_table(Table& table, std::ostream& out) {
  out << '\n';
  table.print(out);
}

// Empty for an amount of 0.
std::string shown_if_any(const Money& money) {
  return money.amount == 0 ? std::string() : shown_money(money);
}

std::string shown_lines(const std::vector<StockLine>& lines) {
  std::string text;
  for (const auto& line : lines) {
    text += (text.empty() ? "" : ", ") + std::to_string(line.quantity) + " " + line.product_id.str();
  }
  return printable(text, 60);
}

// "2 mug-red, 1 of line 3"
std::string shown_lines(const std::vector<OrderPieces>& lines) {
  std::string text;
  for (const auto& line : lines) {
    const auto what = line.line_id ? "of line " + *line.line_id : line.product_id.value_or(ProductId()).str();
    text += (text.empty() ? "" : ", ") + std::to_string(line.quantity) + " " + what;
  }
  return printable(text, 60);
}

// What a refund was for: "2 of line 3, shipping". Empty for an amount.
std::string shown_parts_of(const Refund& refund) {
  std::string text;
  for (const auto& line : refund.lines.value_or(std::vector<RefundedPieces>())) {
    text += (text.empty() ? "" : ", ") + std::to_string(line.quantity) + " of line " + line.line_id;
  }
  if (refund.shipping) text += text.empty() ? "shipping" : ", shipping";
  return printable(text, 60);
}

// "web shop (key 4fQ0sTn2ZbLk)", "ann (customer)". Empty if it is not known who it was.
std::string shown_actor(std::string_view kind, std::string_view id, std::string_view name) {
  if (kind.empty()) return {};
  const std::string of_kind(kind);
  return name.empty() ? printable(id, 40) + " (" + of_kind + ")"
                      : printable(name, 40) + " (" + of_kind + " " + printable(id, 40) + ")";
}
std::string shown_actor(const std::optional<Actor>& by) {
  return by ? shown_actor(enum_name(by->kind), by->id, by->name.value_or("")) : std::string();
}

void print_history(const JsonTape& history, std::ostream& out) {
  const auto data = member(history, 0, "data");
  if (!data || history[*data].count == 0) return;
  Table table({{"TIME"}, {"EVENT"}, {"BY"}, {"SUMMARY"}});
  for (std::size_t at = *data + 1; at < history[*data].end; at = history[at].end) {
    const auto time = parse_timestamp(text_of(history, at, "at"));
    const auto by = member(history, at, "by");
    const auto part = [&](std::string_view name) { return by ? text_of(history, *by, name) : std::string_view(); };
    table.add({time ? shown_time(*time) : "", std::string(text_of(history, at, "type")),
               shown_actor(part("kind"), part("id"), part("name")), printable(text_of(history, at, "summary"), 100)});
  }
  print_table(table, out);
}

std::string shown_rate(std::int64_t ppm) {
  auto text = std::to_string(ppm / 10'000);
  auto digits = std::to_string(1'000'000 + ppm % 10'000 * 100).substr(1);
  digits.resize(digits.find_last_not_of('0') + 1);
  return text + (digits.empty() ? "" : "." + digits) + " %";
}

Money sum_of(const std::optional<std::vector<DiscountShare>>& shares, Currency currency) {
  Money sum{0, currency};
  for (const auto& share : shares.value_or(std::vector<DiscountShare>())) sum.amount += share.amount.amount;
  return sum;
}

void print_order_lines(const Order& order, std::ostream& out) {
  const bool priced = order.totals.has_value();
  std::vector<Table::Heading> columns = {{"LINE"},
                                         {"PRODUCT"},
                                         {"NAME"},
                                         {"QUANTITY", Align::right},
                                         {"SHIPPED", Align::right},
                                         {"CANCELLED", Align::right},
                                         {"LOST", Align::right},
                                         {"RETURNED", Align::right},
                                         {"PRICE", Align::right}};
  if (priced) columns.insert(columns.end(), {{"DISCOUNT", Align::right}, {"NET", Align::right}, {"TAX", Align::right}});
  columns.push_back({"TOTAL", Align::right});
  Table lines(std::move(columns));
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    const auto& line = order.lines[i];
    const auto kind = line.kind.value_or(LineKind::product);
    std::vector<std::string> cells = {line.id.value_or(place_id(i)),
                                      line.product_id ? line.product_id->str() : std::string(enum_name(kind)),
                                      printable(line.name, 40),
                                      std::to_string(line.quantity),
                                      std::to_string(line.shipped),
                                      std::to_string(line.cancelled),
                                      std::to_string(line.lost),
                                      std::to_string(line.returned),
                                      line.unit_price ? shown_money(*line.unit_price) : "unknown"};
    if (priced) {
      const Money none{0, order.total.currency};
      cells.push_back(shown_if_any(sum_of(line.discounts, order.total.currency)));
      cells.push_back(shown_money(line.net.value_or(none)));
      cells.push_back(shown_money(line.tax_total.value_or(none)));
    }
    cells.push_back(shown_money(line.total));
    lines.add(std::move(cells));
  }
  print_table(lines, out);
}

// How the total comes about.
void print_figures(const Order& order, std::ostream& out) {
  if (!order.totals) return;
  Table sums({{"SUM"}, {"DETAILS"}, {"AMOUNT", Align::right}});
  sums.add({"items", "", shown_money(order.totals->items)});
  for (const auto& discount : order.discounts.value_or(std::vector<Discount>())) {
    const auto label = discount.label.value_or(discount.code.value_or(""));
    sums.add({"discount", printable(label, 60), "-" + shown_money(discount.amount)});
  }
  for (const auto& charge : order.shipping.value_or(std::vector<ShippingCharge>())) {
    sums.add({"shipping", printable(charge.name, 60), shown_money(charge.price)});
  }
  if (order.totals->fees.amount > 0) sums.add({"fees", "", shown_money(order.totals->fees)});
  for (const auto& tax : order.tax_summary.value_or(std::vector<TaxSum>())) {
    std::string details =
        printable(tax.label.value_or(tax.code), 60) + ", " + shown_rate(tax.rate_ppm) + " of " + shown_money(tax.net);
    const auto reason = tax.reason.value_or(TaxReason::standard);
    if (reason != TaxReason::standard) details += ", " + std::string(enum_name(reason));
    if (tax.included) details += ", included";
    sums.add({"tax", std::move(details), shown_money(tax.amount)});
  }
  sums.add({"total", "", shown_money(order.total)});
  print_table(sums, out);
}

void print_parts(const Order& order, std::ostream& out) {
  if (!order.parcels.empty()) {
    Table parcels({{"SHIPMENT"}, {"STATUS"}, {"LINES"}, {"TRACKING"}, {"TIME"}});
    for (const auto& parcel : order.parcels) {
      parcels.add({parcel.shipment_id, std::string(enum_name(parcel.status)), shown_lines(parcel.lines),
                   printable(parcel.tracking, 32), shown_time(parcel.at)});
    }
    print_table(parcels, out);
  }
  if (!order.cancellations.empty()) {
    Table cancellations({{"CANCELLATION"}, {"LINES"}, {"REFUND"}, {"CODE"}, {"REASON"}, {"TIME"}});
    for (const auto& part : order.cancellations) {
      cancellations.add({part.id, shown_lines(part.lines), part.refund_id.value_or(""),
                         part.reason_code ? std::string(enum_name(*part.reason_code)) : "", printable(part.reason, 60),
                         shown_time(part.at)});
    }
    print_table(cancellations, out);
  }
  if (!order.resends.empty()) {
    Table resends({{"SENT AGAIN"}, {"LINES"}, {"STATUS"}, {"SHIPMENT"}, {"REASON"}, {"TIME"}});
    for (const auto& resend : order.resends) {
      resends.add({resend.id, shown_lines(resend.lines), shown_status(enum_name(resend.status), resend.detail),
                   resend.shipment_id, printable(resend.reason, 60), shown_time(resend.at)});
    }
    print_table(resends, out);
  }
  if (order.notes && !order.notes->empty()) {
    Table notes({{"NOTE"}, {"PUBLIC"}, {"BY"}, {"TIME"}});
    for (const auto& note : *order.notes) {
      notes.add({printable(note.text, 100), note.public_ ? "yes" : "no", shown_actor(note.by), shown_time(note.at)});
    }
    print_table(notes, out);
  }
  if (!order.refusals.empty()) {
    Table refusals({{"REFUSED"}, {"ID"}, {"WHY"}, {"TIME"}});
    for (const auto& refusal : order.refusals) {
      refusals.add({refusal.request, refusal.id, printable(refusal.detail, 100), shown_time(refusal.at)});
    }
    print_table(refusals, out);
  }
  if (!order.returns.empty()) {
    Table returns({{"RETURN"}, {"LINES"}, {"RESTOCKED"}, {"REASON"}, {"TIME"}});
    for (const auto& what : order.returns) {
      returns.add({what.id, shown_lines(what.lines), what.restock ? "yes" : "no", printable(what.reason, 60),
                   shown_time(what.at)});
    }
    print_table(returns, out);
  }
  if (order.refunds.empty()) return;
  Table refunds({{"REFUND"}, {"AMOUNT", Align::right}, {"FOR"}, {"STATUS"}, {"REASON"}, {"TIME"}});
  for (const auto& refund : order.refunds) {
    refunds.add({refund.id, shown_money(refund.amount), shown_parts_of(refund),
                 shown_status(enum_name(refund.status), refund.detail), printable(refund.reason, 60),
                 shown_time(refund.at)});
  }
  print_table(refunds, out);
}

// An address or a contact on one line, as on an envelope. Absent parts are left out.
template <class T>
std::string shown_parts(const std::optional<T>& whole) {
  std::string text;
  if (!whole) return text;
  for_each_member(*whole, [&text](std::string_view, const auto& member) {
    const auto part = std::optional<std::string>(member).value_or("");
    if (!part.empty()) text += (text.empty() ? "" : ", ") + printable(part, 256);
  });
  return text;
}

}  // namespace

void print_details(const Order& order, const JsonTape* history, std::ostream& out) {
  print_pairs({{"order", order.number},
               {"id", order.id.str()},
               {"reference", printable(order.reference.value_or(""), 200)},
               {"customer", order.customer_id.str()},
               {"status", shown_status(order)},
               {"reason", order.status_reason_code ? std::string(enum_name(*order.status_reason_code)) : ""},
               {"payment", std::string(enum_name(order.payment_status))},
               {"fulfillment", std::string(enum_name(order.fulfillment_status))},
               {"cancelling", printable(order.cancelling.value_or(""), 200)},
               {"location", order.location.str()},
               {"contact", shown_parts(order.contact)},
               {"ship to", shown_parts(order.shipping_address)},
               {"bill to", shown_parts(order.billing_address)},
               {"note", printable(order.customer_note.value_or(""), 2'000)},
               {"channel", printable(order.channel.value_or(""), 64)},
               {"locale", order.locale.value_or("")},
               {"tags", printable(joined(order.tags.value_or(std::vector<std::string>()), ", "), 1'000)},
               {"total", shown_money(order.total)},
               {"method", printable(order.payment_method.value_or(""), 128)},
               {"captured", shown_if_any(order.captured)},
               {"refunded", shown_if_any(order.refunded)},
               {"placed", shown_time(order.placed_at)},
               {"reserved", shown_time(order.reserved_at)},
               {"confirmed", shown_time(order.confirmed_at)},
               {"updated", shown_time(order.updated_at)}},
              out);
  print_metadata(order.metadata, out);
  print_order_lines(order, out);
  print_figures(order, out);
  print_parts(order, out);
  if (history != nullptr) print_history(*history, out);
}

void print_details(const Product& product, const JsonTape* stock, std::ostream& out) {
  print_pairs({{"product", product.id.str()},
               {"name", printable(product.name, 200)},
               {"category", printable(product.category, 200)},
               {"price", shown_money(product.price)},
               {"status", std::string(enum_name(product.status))},
               {"created", shown_time(product.created_at)},
               {"updated", shown_time(product.updated_at)}},
              out);
  const auto data = stock != nullptr ? member(*stock, 0, "levels") : std::nullopt;
  if (!data || (*stock)[*data].count == 0) return;
  Table levels({{"LOCATION"}, {"ON HAND", Align::right}, {"RESERVED", Align::right}, {"AVAILABLE", Align::right}});
  for (std::size_t at = *data + 1; at < (*stock)[*data].end; at = (*stock)[at].end) {
    levels.add({std::string(text_of(*stock, at, "location")), std::string(text_of(*stock, at, "on_hand")),
                std::string(text_of(*stock, at, "reserved")), std::string(text_of(*stock, at, "available"))});
  }
  print_table(levels, out);
}

void print_details(const Payment& payment, const JsonTape*, std::ostream& out) {
  print_pairs({{"order", payment.id.str()},
               {"customer", payment.customer_id.str()},
               {"status", shown_status(enum_name(payment.status), payment.status_reason)},
               {"amount", shown_money(payment.amount)},
               {"method", printable(payment.method, 128)},
               {"captured", shown_if_any(payment.captured)},
               {"refunded", shown_if_any(payment.refunded)},
               {"created", shown_time(payment.created_at)},
               {"updated", shown_time(payment.updated_at)}},
              out);
  if (!payment.calls.empty()) {
    Table calls({{"OPEN CALL"}, {"KIND"}, {"AMOUNT", Align::right}, {"ATTEMPTS", Align::right}, {"LAST ERROR"}});
    for (const auto& call : payment.calls) {
      calls.add({printable(call.id, 100), std::string(enum_name(call.kind)), shown_money(call.amount),
                 std::to_string(call.attempts), printable(call.last_error, 60)});
    }
    print_table(calls, out);
  }
  Table history({{"TIME"}, {"EVENT"}, {"BY"}, {"REFERENCE"}});
  for (const auto& entry : payment.history) {
    history.add(
        {shown_time(entry.at), printable(entry.what, 80), shown_actor(entry.by), printable(entry.reference, 60)});
  }
  print_table(history, out);
}

void print_details(const Shipment& shipment, const JsonTape*, std::ostream& out) {
  print_pairs({{"shipment", shipment.id},
               {"order", shipment.order_id.str()},
               {"status", std::string(enum_name(shipment.status))},
               {"location", shipment.location.str()},
               {"ship to", shown_parts(shipment.shipping_address)},
               {"carrier", printable(shipment.carrier, 200)},
               {"tracking", printable(shipment.tracking, 200)},
               {"note", printable(shipment.last_note, 200)},
               {"requested", shown_time(shipment.requested_at)},
               {"shipped", shown_time(shipment.shipped_at)},
               {"delivered", shown_time(shipment.delivered_at)}},
              out);
  Table lines({{"PRODUCT"}, {"QUANTITY", Align::right}});
  for (const auto& line : shipment.lines) lines.add({line.product_id.str(), std::to_string(line.quantity)});
  print_table(lines, out);
}

void print_details(const Refund& refund, const JsonTape*, std::ostream& out) {
  print_pairs({{"refund", refund.id},
               {"amount", shown_money(refund.amount)},
               {"for", shown_parts_of(refund)},
               {"status", shown_status(enum_name(refund.status), refund.detail)},
               {"reason", printable(refund.reason, 200)},
               {"updated", shown_time(refund.at)}},
              out);
}

void print_details(const OrderReturn& what, const JsonTape*, std::ostream& out) {
  print_pairs({{"return", what.id},
               {"lines", shown_lines(what.lines)},
               {"restocked", what.restock ? "yes" : "no"},
               {"refund", what.refund_id.value_or("")},
               {"reason", printable(what.reason, 200)},
               {"time", shown_time(what.at)}},
              out);
}

void print_details(const Resend& resend, const JsonTape*, std::ostream& out) {
  print_pairs({{"sent again", resend.id},
               {"lines", shown_lines(resend.lines)},
               {"status", shown_status(enum_name(resend.status), resend.detail)},
               {"shipment", resend.shipment_id},
               {"reason", printable(resend.reason, 200)},
               {"time", shown_time(resend.at)}},
              out);
}

void print_details(const OrderNote& note, const JsonTape*, std::ostream& out) {
  print_pairs({{"note", note.id},
               {"public", note.public_ ? "yes" : "no"},
               {"by", shown_actor(note.by)},
               {"text", printable(note.text, 2'000)},
               {"time", shown_time(note.at)}},
              out);
}

void print_customer_details(const CustomerView& customer, const std::vector<Order>& recent_orders, std::ostream& out) {
  print_pairs({{"customer", customer.id.str()},
               {"name", printable(customer.name.value_or(""), 200)},
               {"email", printable(customer.email.value_or(""), 200)},
               {"phone", printable(customer.phone.value_or(""), 200)},
               {"segment", customer.segment},
               {"registered", shown_time(customer.registered_at)},
               {"erased", shown_time(customer.erased_at)},
               {"first order", shown_time(customer.first_order_at)},
               {"last order", shown_time(customer.last_order_at)}},
              out);
  const auto& counts = customer.orders;
  print_pairs(
      {{"orders", std::to_string(counts.placed) + " placed, " + std::to_string(counts.completed) + " completed, " +
                      std::to_string(counts.rejected) + " rejected, " + std::to_string(counts.expired) + " expired, " +
                      std::to_string(counts.cancelled) + " cancelled"}},
      out);
  for (const auto& address : customer.addresses.value_or(std::vector<Address>())) {
    print_pairs({{"address", shown_parts(std::optional(address))}}, out);
  }
  print_metadata(customer.metadata, out);
  if (!customer.value.empty()) {
    Table values({{"CAPTURED", Align::right}, {"REFUNDED", Align::right}, {"LIFETIME VALUE", Align::right}});
    for (const auto& value : customer.value) {
      values.add({shown_money({value.captured, value.currency}), shown_money({value.refunded, value.currency}),
                  shown_money({value.lifetime_value, value.currency})});
    }
    print_table(values, out);
  }
  if (recent_orders.empty()) return;
  Table orders({{"ORDER", Align::right}, {"ID"}, {"STATUS"}, {"TOTAL", Align::right}, {"PLACED"}});
  for (const auto& order : recent_orders) {
    orders.add(
        {order.number, order.id.str(), shown_status(order), shown_money(order.total), shown_time(order.placed_at)});
  }
  print_table(orders, out);
}

}  // namespace ordo::client
