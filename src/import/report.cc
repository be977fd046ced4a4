#include "import/report.h"

#include <algorithm>

#include "base/printable.h"
#include "base/text.h"
#include "domain/money.h"

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
  return (summary.accepted - summary.earlier) * 1000 / took;
}

void append_number(const char* name, std::uint64_t value, std::string& out) {
  out += out.size() > 1 ? ",\"" : "\"";
  out += name;
  out += "\":" + std::to_string(value);
}

template <class Number>
void append_counts(const char* name, const std::map<std::string, Number>& counts, std::string& out) {
  out += ",\"" + std::string(name) + "\":{";
  bool first = true;
  for (const auto& [key, value] : counts) {
    if (!first) out.push_back(',');
    first = false;
    append_json_string(key, out);
    out += ":" + std::to_string(value);
  }
  out.push_back('}');
}

std::string line(std::uint64_t number, const std::string& what) {
  std::string digits = grouped(number);
  if (digits.size() < 12) digits.insert(0, 12 - digits.size(), ' ');
  return digits + "  " + what + "\n";
}

}  // namespace

std::string summary_text(const ImportSummary& summary, const std::optional<DecidedOrders>& decided) {
  const std::string kind(to_string(summary.kind));
  std::string out = line(summary.rows, "rows read");
  out += line(summary.rows - summary.refused_rows, "rows accepted");
  out += line(summary.refused_rows,
              "rows refused" + (summary.errors_path.empty() ? std::string() : ", listed in " + summary.errors_path));
  for (const auto& [reason, count] : summary.by_reason) out += "    " + line(count, reason);
  out += line(summary.accepted,
              kind + " accepted in " + in_seconds(summary.took) + " s, " + grouped(rate(summary)) + "/s");
  if (summary.earlier > 0) out += "    " + line(summary.earlier, "by an earlier run of this import");
  if (summary.existing > 0) out += "    " + line(summary.existing, "existed before and stay unchanged");
  if (summary.refused > 0) out += line(summary.refused, kind + " of which no row was accepted");
  if (summary.other_prices > 0) {
    out +=
        line(summary.other_prices, summary.kind == ImportKind::orders
                                       ? "lines have another price than the catalogue; the catalogue's price was used"
                                       : "products have rows with other prices; the first row's price was used");
  }
  if (summary.other_names > 0) {
    out += line(summary.other_names, "products have rows with other names; the first row's name was used");
  }
  if (!decided) return out;
  for (const auto& [status, count] : decided->by_status) out += line(count, "orders are " + status);
  if (decided->missing > 0) out += line(decided->missing, "orders were accepted but cannot be found");
  for (const auto& [code, amount] : decided->totals) {
    const auto currency = Currency::parse(code);
    if (currency)
      out +=
          "total of the orders that were not rejected, expired or cancelled: " + format_decimal({amount, *currency}) +
          " " + code + "\n";
  }
  return out;
}

std::string summary_json(const ImportSummary& summary, const std::optional<DecidedOrders>& decided) {
  std::string out = "{";
  append_number("rows", summary.rows, out);
  append_number("rows_accepted", summary.rows - summary.refused_rows, out);
  append_number("rows_refused", summary.refused_rows, out);
  const std::string kind(to_string(summary.kind));
  append_number((kind + "_accepted").c_str(), summary.accepted, out);
  append_number((kind + "_accepted_earlier").c_str(), summary.earlier, out);
  append_number((kind + "_refused").c_str(), summary.refused, out);
  if (summary.kind == ImportKind::products) {
    append_number("products_existing", summary.existing, out);
    append_number("products_with_other_prices", summary.other_prices, out);
    append_number("products_with_other_names", summary.other_names, out);
  } else {
    append_number("lines_with_other_price", summary.other_prices, out);
  }
  append_number("milliseconds", static_cast<std::uint64_t>(summary.took.count()), out);
  append_number("per_second", rate(summary), out);
  append_counts("refused_by_reason", summary.by_reason, out);
  if (!summary.errors_path.empty()) {
    out += ",\"errors_file\":";
    append_json_string(summary.errors_path, out);
  }
  if (decided) {
    append_counts("orders_by_status", decided->by_status, out);
    append_counts("totals", decided->totals, out);
    append_number("orders_missing", decided->missing, out);
  }
  return out + "}\n";
}

}  // namespace ordo::imports
