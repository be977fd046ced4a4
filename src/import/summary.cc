#include "import/summary.h"

#include <algorithm>

#include "base/printable.h"
#include "domain/money.h"
#include "records/json_text.h"

namespace ordo::imports {
namespace {

// 1.25 for 1250.
std::string in_seconds(std::chrono::milliseconds time) {
  std::string digits = std::to_string(time.count() % 1000 / 10);
  if (digits.size() < 2) digits.insert(0, "0");
  return std::to_string(time.count() / 1000) + "." + digits;
}

std::uint64_t rate(const ImportSummary& summary) {
  const auto took = static_cast<std::uint64_t>(std::max<std::int64_t>(summary.took.count(), 1));
  return (summary.accepted - std::min(summary.earlier, summary.accepted)) * 1000 / took;
}

std::string line(std::uint64_t number, const std::string& text) {
  std::string digits = grouped(number);
  if (digits.size() < 12) digits.insert(0, 12 - digits.size(), ' ');
  return digits + "  " + text + "\n";
}

// Nothing for 0.
std::string some(std::uint64_t number, const std::string& text) {
  return number > 0 ? line(number, text) : std::string();
}
std::string some_of(std::uint64_t number, const std::string& text) {
  return number > 0 ? "    " + line(number, text) : std::string();
}

std::string totals_text(const std::map<std::string, std::int64_t>& totals, const std::string& of) {
  std::string out;
  for (const auto& [code, amount] : totals) {
    if (const auto currency = Currency::parse(code)) {
      out.append("total of ").append(of).append(": ").append(format_decimal({amount, *currency}));
      out.append(1, ' ').append(code).append(1, '\n');
    }
  }
  return out;
}

std::string orders_text(const ImportSummary& summary) {
  const OrderOutcome& orders = summary.orders;
  std::string out = some_of(orders.same, "were there before, with the same content");
  out += some_of(orders.replaced, "took the content of the file");
  out += some_of(orders.paid, "payments received elsewhere are recorded");
  out += some(summary.refused, "orders refused");
  out += some(orders.changed, std::string("orders were imported before with other content and stay as they are") +
                                  (summary.mode == OrderMode::history ? "; --replace takes that of the file" : ""));
  out += some(summary.orders_without_lines, "orders passed over: all their lines were cancelled");
  out += some(summary.shortened, "values did not fit whole and are shortened");
  out += some(summary.rounded, "amounts had more decimals than their currency and are rounded");
  out += some(orders.lines_with_other_prices,
              "lines have another price than the catalogue; the catalogue's price was used");
  return out;
}

std::string products_text(const ImportSummary& summary) {
  const ProductOutcome& products = summary.products;
  std::string out = some_of(products.created, "are new");
  out += some_of(products.restored, "were archived and are on sale again");
  if (products.changed > 0) out += some_of(products.changed, "existed: " + changes_text(products));
  out += some_of(products.unchanged, "existed and are as in the file");
  out += some_of(products.existing, "existed before and stay unchanged; --update changes them");
  out += some_of(products.archived, "are archived and stay so");
  out += some(summary.refused, "products refused");
  out += some(products.stock_counted, "products have another stock now");
  out += some(products.stock_not_counted, "products exist, and their stock was not counted: --update-stock");
  out += some(summary.other_prices, "products have rows with other prices; the first row's price was used");
  out += some(summary.other_names, "products have rows with other names; the first row's name was used");
  out += some(summary.negative_stock, "products have a stock below 0 in the file; it counts as 0");
  out += some(summary.without_weight_unit, "weights without a unit were not used: --set weight_unit=kg");
  return out;
}

std::string decided_text(const ImportSummary& summary) {
  if (!summary.decided) {
    return some(summary.waiting.value_or(0),
                "records of orders wait to be processed: run ordo serve, or import with --wait");
  }
  std::string out;
  for (const auto& [status, count] : summary.decided->by_status) out += line(count, "orders are " + status);
  out += some(summary.decided->missing, "orders were accepted but are not processed yet");
  return out + totals_text(summary.decided->totals, "the orders that were not rejected, expired or cancelled");
}

template <class Number>
std::string counts_json(const std::map<std::string, Number>& counts) {
  JsonObject out;
  for (const auto& [name, count] : counts) {
    const auto escaped = json_string(name);
    out.add(std::string_view(escaped).substr(1, escaped.size() - 2), std::to_string(count));
  }
  return out.text();
}

void add(JsonObject& out, std::string_view name, std::uint64_t number) {
  out.add(name, std::to_string(number));
}

void add_orders(const ImportSummary& summary, JsonObject& out) {
  out.add_string("as", summary.mode == OrderMode::new_business ? "new" : enum_name(summary.mode));
  add(out, "orders_same", summary.orders.same);
  add(out, "orders_replaced", summary.orders.replaced);
  add(out, "orders_changed", summary.orders.changed);
  add(out, "orders_without_lines", summary.orders_without_lines);
  add(out, "payments_recorded", summary.orders.paid);
  add(out, "values_shortened", summary.shortened);
  add(out, "amounts_rounded", summary.rounded);
  add(out, "lines_with_other_price", summary.orders.lines_with_other_prices);
  out.add("totals_sent", counts_json(summary.totals));
}

void add_products(const ImportSummary& summary, JsonObject& out) {
  const ProductOutcome& products = summary.products;
  add(out, "products_created", products.created);
  add(out, "products_restored", products.restored);
  add(out, "products_changed", products.changed);
  add(out, "products_unchanged", products.unchanged);
  add(out, "products_existing", products.existing);
  add(out, "products_archived", products.archived);
  out.add("members_changed", counts_json(products.members));
  add(out, "stock_counted", products.stock_counted);
  add(out, "stock_not_counted", products.stock_not_counted);
  add(out, "products_with_other_prices", summary.other_prices);
  add(out, "products_with_other_names", summary.other_names);
  add(out, "products_with_negative_stock", summary.negative_stock);
  add(out, "products_without_weight_unit", summary.without_weight_unit);
}

}  // namespace

bool is_partial(const ImportSummary& summary) {
  return summary.error_lines > 0;
}

std::uint64_t orders_not_decided(const ImportSummary& summary) {
  if (!summary.decided) return 0;
  const auto pending = summary.decided->by_status.find("pending");
  const bool counts = summary.mode != OrderMode::history && pending != summary.decided->by_status.end();
  return summary.decided->missing + (counts ? pending->second : 0);
}

std::string summary_text(const ImportSummary& summary) {
  const bool orders = summary.kind == ImportKind::orders;
  const std::string kind(to_string(summary.kind));
  std::string out = line(summary.rows, "rows read");
  out += some(summary.rows_without_lines, orders ? "rows belong to no line" : "rows belong to no product");
  out +=
      line(summary.accepted, kind + (summary.mode == OrderMode::history && orders ? " of the past" : "") +
                                 " accepted in " + in_seconds(summary.took) + " s, " + grouped(rate(summary)) + "/s");
  out += some_of(summary.earlier, "by an earlier run of this import");
  out += orders ? orders_text(summary) : products_text(summary);
  if (summary.error_lines > 0) {
    out += line(summary.error_lines, "lines in " + summary.errors_path + " say what was refused:");
    for (const auto& [reason, count] : summary.by_reason) out += some_of(count, reason);
  }
  out += totals_text(summary.totals, "the orders of the file that were accepted");
  out += decided_text(summary);
  if (!summary.unused.empty()) out += "not used, with values in them: " + summary.unused + "\n";
  return out;
}

std::string summary_json(const ImportSummary& summary, const std::string& preview) {
  const std::string kind(to_string(summary.kind));
  JsonObject out;
  if (!preview.empty()) out.add("preview", preview);
  add(out, "rows", summary.rows);
  add(out, "rows_accepted", summary.rows_accepted);
  add(out, "rows_refused", summary.error_lines);
  add(out, "rows_without_lines", summary.rows_without_lines);
  add(out, kind + "_accepted", summary.accepted);
  add(out, kind + "_accepted_earlier", summary.earlier);
  add(out, kind + "_refused", summary.refused);
  summary.kind == ImportKind::orders ? add_orders(summary, out) : add_products(summary, out);
  add(out, "milliseconds", static_cast<std::uint64_t>(summary.took.count()));
  add(out, "per_second", rate(summary));
  out.add("refused_by_reason", counts_json(summary.by_reason));
  if (!summary.errors_path.empty()) out.add_string("errors_file", summary.errors_path);
  if (summary.waiting) add(out, "records_waiting", *summary.waiting);
  if (summary.decided) {
    out.add("orders_by_status", counts_json(summary.decided->by_status));
    out.add("totals", counts_json(summary.decided->totals));
    add(out, "orders_missing", summary.decided->missing);
  }
  return out.text() + "\n";
}

}  // namespace ordo::imports
