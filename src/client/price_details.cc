#include "client/price_details.h"

#include "base/printable.h"
#include "client/document_printing.h"

namespace ordo::client {
namespace {

using Align = Table::Align;

std::string details_of_tax(const TaxSum& tax) {
  std::string details = printable(tax.label.value_or(tax.code), 60) + ", ";
  if (tax.rate_ppm) details += shown_percent(*tax.rate_ppm) + " ";
  details += "of " + shown_money(tax.net);
  const auto reason = tax.reason.value_or(TaxReason::standard);
  if (reason != TaxReason::standard) details += ", " + std::string(enum_name(reason));
  if (tax.included) details += ", included";
  return details;
}

void print_quoted_lines(const QuoteView& quote, std::ostream& out) {
  Table lines({{"LINE"},
               {"PRODUCT"},
               {"NAME"},
               {"QUANTITY", Align::right},
               {"PRICE", Align::right},
               {"DISCOUNT", Align::right},
               {"TAX", Align::right},
               {"TOTAL", Align::right}});
  for (std::size_t i = 0; i < quote.lines.size(); ++i) {
    const auto& line = quote.lines[i];
    const auto kind = line.kind.value_or(LineKind::product);
    lines.add({line.id.value_or(place_id(i)), line.product_id ? line.product_id->str() : std::string(enum_name(kind)),
               printable(line.name, 40), std::to_string(line.quantity), shown_money(line.unit_price.value_or(Money())),
               shown_discounts(line.discounts), shown_if_any(line.tax_total.value_or(Money())),
               shown_money(line.total)});
  }
  print_table(lines, out);
}

}  // namespace

void print_pairs(const std::vector<std::pair<std::string, std::string>>& pairs, std::ostream& out) {
  for (const auto& [name, value] : pairs) {
    if (value.empty()) continue;
    out << name << std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') << printable(value) << '\n';
  }
}

void print_table(Table& table, std::ostream& out) {
  out << '\n';
  table.print(out);
}

std::string shown_if_any(const Money& money) {
  return money.amount == 0 ? std::string() : shown_money(money);
}

std::string shown_discounts(const std::optional<std::vector<DiscountShare>>& shares) {
  Money sum;
  if (shares) {
    for (const auto& share : *shares) sum = {sum.amount + share.amount.amount, share.amount.currency};
  }
  return shown_if_any(sum);
}

void print_figures(const OrderFigures& figures, const Money& total, std::ostream& out) {
  if (!figures.totals) return;
  Table sums({{"SUM"}, {"DETAILS"}, {"AMOUNT", Align::right}});
  sums.add({"items", "", shown_money(figures.totals->items)});
  for (const auto& discount : figures.discounts.value_or(std::vector<Discount>())) {
    const auto label = discount.label.value_or(discount.code.value_or(""));
    sums.add({"discount", printable(label, 60), "-" + shown_money(discount.amount)});
  }
  for (const auto& charge : figures.shipping.value_or(std::vector<ShippingCharge>())) {
    sums.add({"shipping", printable(charge.name, 60), shown_money(charge.price)});
  }
  if (figures.totals->fees.amount > 0) sums.add({"fees", "", shown_money(figures.totals->fees)});
  for (const auto& tax : figures.tax_summary.value_or(std::vector<TaxSum>())) {
    sums.add({"tax", details_of_tax(tax), shown_money(tax.amount)});
  }
  sums.add({"total", "", shown_money(total)});
  print_table(sums, out);
}

void print_details(const QuoteView& quote, const JsonTape*, std::ostream& out) {
  print_pairs({{"total", shown_money(quote.total)}, {"valid until", shown_time(quote.expires_at)}}, out);
  print_quoted_lines(quote, out);
  print_figures(quote, quote.total, out);
  if (!quote.shipping_choices.empty()) {
    Table choices({{"SHIPPING METHOD"}, {"NAME"}, {"CARRIER"}, {"PRICE", Align::right}});
    for (const auto& choice : quote.shipping_choices) {
      choices.add({choice.method.value_or(""), printable(choice.name, 60), printable(choice.carrier.value_or(""), 40),
                   shown_money(choice.price)});
    }
    print_table(choices, out);
  }
  out << '\n';
  print_pairs({{"quote", quote.quote.value_or("needs a shipping method")}}, out);
}

}  // namespace ordo::client
