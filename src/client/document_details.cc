// Detail views: the members of one document, then its parts as tables.
#include "base/printable.h"
#include "base/text.h"
#include "client/document_printing.h"
#include "client/price_details.h"
#include "records/json_pick.h"

namespace ordo::client {
namespace {

using Align = Table::Align;

void print_metadata(const std::map<std::string, std::string>& metadata, std::ostream& out) {
  for (const auto& [key, value] : metadata) print_pairs({{printable(key, 64), printable(value, 200)}}, out);
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
      cells.push_back(shown_discounts(line.discounts));
      cells.push_back(shown_money(line.net.value_or(none)));
      cells.push_back(shown_money(line.tax_total.value_or(none)));
    }
    cells.push_back(shown_money(line.total));
    lines.add(std::move(cells));
  }
  print_table(lines, out);
}

void print_parts(const Order& order, std::ostream& out) {
  if (order.redemptions && !order.redemptions->empty()) {
    Table redemptions({{"PROMOTION"}, {"STATUS"}});
    for (const auto& one : *order.redemptions) redemptions.add({one.promotion_id, std::string(enum_name(one.status))});
    print_table(redemptions, out);
  }
  if (!order.parcels.empty()) {
    Table parcels({{"SHIPMENT"}, {"STATUS"}, {"LINES"}, {"TRACKING"}, {"TIME"}});
    for (const auto& parcel : order.parcels) {
      const auto carrier = parcel.carrier ? printable(*parcel.carrier, 32) + " " : "";
      parcels.add({parcel.shipment_id, std::string(enum_name(parcel.status)), shown_lines(parcel.lines),
                   carrier + printable(parcel.tracking, 32), shown_time(parcel.at)});
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
}

// "requested (to be paid by hand)"
std::string shown_status_of(const Refund& refund) {
  const bool due = refund.by_hand.value_or(false) && refund.status == RefundStatus::requested;
  return shown_status(enum_name(refund.status), due ? "to be paid by hand" : refund.detail);
}

void print_money(const Order& order, std::ostream& out) {
  if (order.payments) {
    Table payments({{"PAYMENT"}, {"AMOUNT", Align::right}, {"METHOD"}, {"REFERENCE"}, {"RECEIVED"}, {"RECORDED"}});
    for (const auto& payment : *order.payments) {
      payments.add({payment.id, shown_money(payment.amount), printable(payment.method, 40),
                    printable(payment.reference.value_or(""), 60), shown_time(payment.received_at),
                    shown_time(payment.at)});
    }
    print_table(payments, out);
  }
  if (order.captures) {
    Table captures({{"CAPTURE"}, {"AMOUNT", Align::right}, {"TIME"}});
    for (const auto& capture : *order.captures) {
      captures.add({capture.id, shown_money(capture.amount), shown_time(capture.at)});
    }
    print_table(captures, out);
  }
  if (order.refunds.empty()) return;
  Table refunds({{"REFUND"}, {"AMOUNT", Align::right}, {"FOR"}, {"STATUS"}, {"REASON"}, {"TIME"}});
  for (const auto& refund : order.refunds) {
    refunds.add({refund.id, shown_money(refund.amount), shown_parts_of(refund), shown_status_of(refund),
                 printable(refund.reason, 60), shown_time(refund.at)});
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

// "#1001 of old-shop". The number of a redacted order is gone.
std::string shown_origin(const std::optional<ImportedFrom>& from) {
  if (!from) return {};
  return printable((from->number.empty() ? "" : from->number + " of ") + from->source, 200);
}

}  // namespace

void print_details(const Order& order, const JsonTape* history, std::ostream& out) {
  print_pairs({{"order", order.number},
               {"id", order.id.str()},
               {"reference", printable(order.reference.value_or(""), 200)},
               {"imported", shown_origin(order.imported)},
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
               {"terms", order.payment_terms ? std::string(enum_name(*order.payment_terms)) : std::string()},
               {"paid later", order.ship_before_payment.value_or(false) ? "yes" : ""},
               {"captured", shown_if_any(order.captured)},
               {"overcharged", shown_if_any(order.overcharged.value_or(Money()))},
               {"refunded", shown_if_any(order.refunded)},
               {"placed", shown_time(order.placed_at)},
               {"reserved", shown_time(order.reserved_at)},
               {"confirmed", shown_time(order.confirmed_at)},
               {"updated", shown_time(order.updated_at)}},
              out);
  print_metadata(order.metadata, out);
  print_order_lines(order, out);
  print_figures(order, order.total, out);
  print_parts(order, out);
  print_money(order, out);
  if (history != nullptr) print_history(*history, out);
}

void print_details(const Product& product, const JsonTape* stock, std::ostream& out) {
  print_pairs({{"product", product.id.str()},
               {"name", printable(product.name, 200)},
               {"category", printable(product.category, 200)},
               {"price", shown_money(product.price)},
               {"tax class", printable(product.tax_class.value_or(""), 64)},
               {"weight", product.weight_g ? std::to_string(*product.weight_g) + " g" : std::string()},
               {"shipping", product.requires_shipping.value_or(true) ? "" : "not required"},
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
               {"status", shown_status_of(refund)},
               {"reason", printable(refund.reason, 200)},
               {"reference", printable(refund.reference.value_or(""), 200)},
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

void print_details(const TaxRate& rate, const JsonTape*, std::ostream& out) {
  print_pairs({{"tax rate", rate.id},
               {"label", printable(rate.label, 128)},
               {"code", printable(rate.code, 32)},
               {"country", rate.country},
               {"region", printable(rate.region.value_or(""), 128)},
               {"tax class", printable(rate.tax_class, 64)},
               {"rate", shown_percent(rate.rate_ppm)},
               {"reason", rate.reason ? std::string(enum_name(*rate.reason)) : std::string()},
               {"prices", rate.price_includes_tax ? "with the tax" : "without the tax"},
               {"shipping", rate.applies_to_shipping ? "taxed" : "not taxed"},
               {"valid from", shown_time(rate.valid_from)},
               {"valid to", shown_time(rate.valid_to)},
               {"status", std::string(enum_name(rate.status))},
               {"created", shown_time(rate.created_at)},
               {"updated", shown_time(rate.updated_at)}},
              out);
}

void print_details(const ShippingMethod& method, const JsonTape*, std::ostream& out) {
  print_pairs({{"method", method.id},
               {"name", printable(method.name, 128)},
               {"countries", method.countries ? printable(joined(*method.countries, ", "), 1'000) : std::string("all")},
               {"price", shown_price(method.price)},
               {"free from", method.free_from ? shown_money(*method.free_from) : std::string()},
               {"tax class", printable(method.tax_class.value_or(""), 64)},
               {"prices", method.price_includes_tax ? "with the tax" : "without the tax"},
               {"carrier", printable(method.carrier.value_or(""), 128)},
               {"service", printable(method.service.value_or(""), 128)},
               {"status", std::string(enum_name(method.status))},
               {"created", shown_time(method.created_at)},
               {"updated", shown_time(method.updated_at)}},
              out);
  if (!method.price.steps || method.price.steps->empty()) return;
  Table steps({{"UP TO", Align::right}, {"PRICE", Align::right}});
  for (const auto& step : *method.price.steps) {
    steps.add({step.up_to ? std::to_string(*step.up_to) : std::string("more"), shown_money(step.amount)});
  }
  print_table(steps, out);
}

void print_details(const Promotion& promotion, const JsonTape*, std::ostream& out) {
  const auto number = [](const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : std::string();
  };
  const auto list = [](const std::optional<std::vector<std::string>>& values) {
    return values ? printable(joined(*values, ", "), 2'000) : std::string();
  };
  const auto conditions = promotion.conditions.value_or(PromotionConditions());
  print_pairs({{"promotion", promotion.id},
               {"label", printable(promotion.label, 128)},
               {"code", printable(promotion.code.value_or(""), 64)},
               {"action", shown_action(promotion.action)},
               {"min items", number(conditions.min_items)},
               {"min value", conditions.min_value ? shown_money(*conditions.min_value) : std::string()},
               {"products", list(conditions.products)},
               {"categories", list(conditions.categories)},
               {"segments", list(conditions.segments)},
               {"first order", conditions.first_order.value_or(false) ? "only" : ""},
               {"starts", shown_time(promotion.starts)},
               {"ends", shown_time(promotion.ends)},
               {"used", std::to_string(promotion.used)},
               {"limit", number(promotion.usage_limit)},
               {"per customer", number(promotion.per_customer_limit)},
               {"combinable", promotion.combinable ? "yes" : "no"},
               {"status", std::string(enum_name(promotion.status))},
               {"created", shown_time(promotion.created_at)},
               {"updated", shown_time(promotion.updated_at)}},
              out);
}

void print_details(const RecordedPayment& payment, const JsonTape*, std::ostream& out) {
  print_pairs({{"payment", payment.id},
               {"amount", shown_money(payment.amount)},
               {"method", printable(payment.method, 64)},
               {"reference", printable(payment.reference.value_or(""), 200)},
               {"received", shown_time(payment.received_at)},
               {"recorded", shown_time(payment.at)}},
              out);
}

void print_details(const Redemption& redemption, const JsonTape*, std::ostream& out) {
  print_pairs({{"promotion", redemption.promotion_id},
               {"order", redemption.order_id.str()},
               {"customer", printable(redemption.customer_id.str(), 200)},
               {"status", std::string(enum_name(redemption.status))},
               {"reason", redemption.reason ? std::string(enum_name(*redemption.reason)) : std::string()},
               {"created", shown_time(redemption.created_at)},
               {"updated", shown_time(redemption.updated_at)}},
              out);
}

void print_customer_details(const CustomerView& customer, const std::vector<Order>& recent_orders, std::ostream& out) {
  print_pairs({{"customer", customer.id.str()},
               {"name", printable(customer.name.value_or(""), 200)},
               {"email", printable(customer.email.value_or(""), 200)},
               {"phone", printable(customer.phone.value_or(""), 200)},
               {"note", printable(customer.note.value_or(""), 5'000)},
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
