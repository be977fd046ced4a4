#include "import/preview.h"

#include <algorithm>

#include "base/printable.h"
#include "base/text.h"
#include "records/json_text.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kWidth = 110;        // characters of a line
constexpr std::size_t kHeadingWidth = 60;  // of a heading that is shown
constexpr std::size_t kMostShown = 60;     // headings of a list

// Roles that people see as one thing, in the order of the preview.
struct Label {
  std::string_view text;
  std::vector<Role> roles;
  bool begins_line = false;
};

const std::vector<Label>& labels() {
  static const std::vector<Label> all = {
      {"order", {Role::order}, true},
      {"product", {Role::product}},
      {"parent", {Role::parent}},
      {"name", {Role::name}},
      {"options", {Role::option_name, Role::option_value}},
      {"quantity", {Role::quantity}},
      {"unit", {Role::unit}},
      {"unit price", {Role::unit_price}},
      {"list price", {Role::list_price}},
      {"line total", {Role::line_total}},
      {"line subtotal", {Role::line_subtotal}},
      {"line discount", {Role::line_discount}},
      {"line tax", {Role::line_tax, Role::line_tax_rate}},
      {"line shipping", {Role::line_shipping, Role::line_shipping_tax, Role::line_shipping_discount}},
      {"line status", {Role::line_status}},
      {"kind of line", {Role::line_kind}},
      {"returned", {Role::returned_quantity}},
      {"line id", {Role::line_id}},
      {"price", {Role::price}},
      {"sale price", {Role::sale_price, Role::sale_starts, Role::sale_ends}},
      {"category", {Role::category}},
      {"stock", {Role::stock}},
      {"on sale", {Role::product_status}},
      {"type", {Role::product_type}},
      {"weight", {Role::weight, Role::weight_unit}},
      {"tax class", {Role::tax_class}},
      {"is shipped", {Role::requires_shipping}},
      {"status", {Role::status, Role::payment_status, Role::fulfillment_status, Role::cancelled_at}, true},
      {"time", {Role::date, Role::time, Role::time_zone}},
      {"paid at", {Role::paid_at}},
      {"shipped at", {Role::shipped_at}},
      {"delivered at", {Role::delivered_at}},
      {"currency", {Role::currency}},
      {"subtotal", {Role::subtotal}},
      {"shipping", {Role::shipping, Role::shipping_tax, Role::shipping_discount}},
      {"shipping method", {Role::shipping_method}},
      {"tax", {Role::tax, Role::tax_name, Role::tax_value, Role::marketplace_tax}},
      {"discount", {Role::discount, Role::discount_code}},
      {"fee", {Role::fee}},
      {"total", {Role::total}},
      {"refunded", {Role::refunded}},
      {"outstanding", {Role::outstanding}},
      {"payment", {Role::payment_method, Role::payment_reference}},
      {"parcel", {Role::carrier, Role::tracking}},
      {"customer", {Role::customer, Role::customer_name, Role::email, Role::phone}, true},
      {"shipping address",
       {Role::ship_name, Role::ship_company, Role::ship_line1, Role::ship_line2, Role::ship_city, Role::ship_region,
        Role::ship_postal_code, Role::ship_country, Role::ship_phone}},
      {"billing address",
       {Role::bill_name, Role::bill_company, Role::bill_line1, Role::bill_line2, Role::bill_city, Role::bill_region,
        Role::bill_postal_code, Role::bill_country, Role::bill_phone}},
      {"note", {Role::note}},
      {"tags", {Role::tags}},
      {"location", {Role::location}},
      {"channel", {Role::channel}},
      {"language", {Role::locale}},
  };
  return all;
}

std::string shown_heading(std::string_view heading) {
  return printable(heading, kHeadingWidth);
}

// "order <- Name"; empty if the file has none of the label's columns.
std::string entry_of(const Columns& columns, const Label& label) {
  std::string headings;
  std::string set;
  for (const auto role : label.roles) {
    for (const auto index : columns.of_role[static_cast<std::size_t>(role)]) {
      headings += (headings.empty() ? "" : ", ") + shown_heading(columns.headings[index]);
    }
    if (const auto given = columns.set.find(role); given != columns.set.end()) {
      set += (set.empty() ? "" : ", ") + shown_heading(given->second);
    }
  }
  if (headings.empty() && set.empty()) return {};
  std::string entry = std::string(label.text) + (headings.empty() ? "" : " <- " + headings);
  if (!set.empty()) entry += (headings.empty() ? " = " : ", else ") + set;
  return entry;
}

std::string column_lines(const Columns& columns) {
  std::string out;
  std::string line;
  const auto end_line = [&] {
    if (!line.empty()) out += "  " + line + "\n";
    line.clear();
  };
  for (const auto& label : labels()) {
    if (label.begins_line) end_line();
    const auto entry = entry_of(columns, label);
    if (entry.empty()) continue;
    if (!line.empty() && line.size() + entry.size() > kWidth) end_line();
    line += (line.empty() ? "" : "   ") + entry;
  }
  end_line();
  return out;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return grouped(number) + " " + std::string(number == 1 ? one : many);
}

std::string currencies_of(const Survey& survey) {
  if (survey.currencies.empty()) {
    return survey.choices.currency ? std::string(survey.choices.currency->code()) : std::string();
  }
  if (survey.currencies.size() == 1) return survey.currencies.begin()->first;
  return joined(survey.currencies, " and ",
                [](const auto& entry) { return entry.first + " (" + grouped(entry.second) + ")"; });
}

std::string day_of(Timestamp time) {
  return to_rfc3339(time).substr(0, 10);
}

std::string first_line(const Survey& survey) {
  const bool orders = survey.columns.kind == ImportKind::orders;
  const auto* profile = survey.columns.profile;
  std::string out(profile != nullptr ? profile->title : to_string(survey.columns.kind));
  if (orders && out.find('(') == out.npos)
    out += survey.choices.json ? " (one document an order)" : " (one row a line)";
  out.insert(0, "Looks like: ");
  out += ". " + (orders ? counted(survey.records, "order", "orders") : counted(survey.records, "product", "products"));
  out += ", " + counted(survey.rows, "row", "rows");
  if (survey.rows_without_lines > 0) {
    out += " (" + grouped(survey.rows_without_lines) + " of them without a " + (orders ? "line" : "product") + ")";
  }
  if (survey.first) out += ", " + day_of(*survey.first);
  if (survey.first && day_of(*survey.first) != day_of(*survey.last)) out += " to " + day_of(*survey.last);
  if (const auto currencies = currencies_of(survey); !currencies.empty()) out += ", " + currencies;
  return out + ".\n";
}

// The columns that write a comma before decimals.
std::string comma_columns(const Survey& survey) {
  std::string out;
  for (std::size_t i = 0; i < kRoles; ++i) {
    if (survey.numbers[i].decimal != ',') continue;
    out += (out.empty() ? "" : ", ") + shown_heading(survey.columns.heading(Role{static_cast<int>(i)}));
  }
  return out;
}

std::string past_line(const Survey& survey) {
  if (survey.past == 0) return {};
  return "  not new: " + grouped(survey.past) + " of " + counted(survey.records, "order", "orders") +
         "; not yet shipped: " + grouped(survey.open) + "\n";
}

std::string metadata_text(const Survey& survey) {
  std::string out;
  std::size_t shown = 0;
  for (const auto& [heading, cells] : survey.metadata) {
    if (cells == 0 || ++shown > kMostShown) continue;
    out += (out.empty() ? "" : ", ") + shown_heading(heading);
  }
  if (shown > kMostShown) out += " and " + grouped(shown - kMostShown) + " more";
  return out;
}

// A heading as the name of a member.
std::string member_name(std::string_view heading) {
  const auto text = json_string(heading);
  return text.substr(1, text.size() - 2);
}

template <class Counts>
std::string counts_json(const Counts& counts) {
  JsonObject out;
  for (const auto& [name, count] : counts) out.add(member_name(name), std::to_string(count));
  return out.text();
}

std::string unused_json(const Survey& survey) {
  JsonObject out;
  for (const auto& column : survey.unused) out.add(member_name(column.heading), std::to_string(column.cells));
  return out.text();
}

// Role -> headings.
std::string columns_json(const Columns& columns) {
  JsonObject out;
  for (std::size_t i = 0; i < kRoles; ++i) {
    if (columns.of_role[i].empty()) continue;
    JsonArray headings;
    for (const auto index : columns.of_role[i]) headings.add_string(columns.headings[index]);
    out.add(to_string(Role{static_cast<int>(i)}), headings.text());
  }
  return out.text();
}

}  // namespace

std::string unused_text(const Survey& survey) {
  std::string out;
  std::size_t shown = 0;
  for (const auto& column : survey.unused) {
    if (++shown > kMostShown) break;
    out += (out.empty() ? "" : ", ") + shown_heading(column.heading) + " (" + grouped(column.cells) + ")";
  }
  if (survey.unused.size() > kMostShown) out += " and " + grouped(survey.unused.size() - kMostShown) + " more";
  return out;
}

std::string preview_text(const Survey& survey) {
  std::string out = first_line(survey) + column_lines(survey.columns);
  if (const auto kept = metadata_text(survey); !kept.empty()) out += "  kept as metadata: " + kept + "\n";
  if (const auto unused = unused_text(survey); !unused.empty()) {
    out += "  not used, with values in them: " + unused + "\n";
  }
  if (const auto commas = comma_columns(survey); !commas.empty()) out += "  decimal comma: " + commas + "\n";
  if (survey.first) {
    out += survey.choices.time.zone.empty() ? "  times without a zone: UTC (--zone names another)\n"
                                            : "  times without a zone: " + printable(survey.choices.time.zone) + "\n";
  }
  const auto* profile = survey.columns.profile;
  if (profile != nullptr && !profile->advice.empty()) out += "  note: " + std::string(profile->advice) + "\n";
  return out + past_line(survey);
}

std::string preview_json(const Survey& survey, std::span<const Error> questions) {
  const auto& columns = survey.columns;
  JsonObject out;
  out.add_string("kind", to_string(columns.kind));
  if (columns.profile != nullptr) {
    out.add_string("profile", columns.profile->name).add_string("looks_like", columns.profile->title);
  }
  out.add("rows", std::to_string(survey.rows));
  out.add(to_string(columns.kind), std::to_string(survey.records));
  out.add("rows_without_lines", std::to_string(survey.rows_without_lines));
  if (survey.first) out.add_string("first", to_rfc3339(*survey.first)).add_string("last", to_rfc3339(*survey.last));
  if (columns.kind == ImportKind::orders) {
    out.add("past_orders", std::to_string(survey.past)).add("open_orders", std::to_string(survey.open));
  }
  out.add("currencies", counts_json(survey.currencies)).add("columns", columns_json(columns));
  JsonObject set;
  for (const auto& [role, value] : columns.set) set.add_string(to_string(role), value);
  if (!set.empty()) out.add("set", set.text());
  out.add("metadata", counts_json(survey.metadata)).add("not_used", unused_json(survey));
  if (!survey.unknown_status.empty()) out.add("unknown_status", counts_json(survey.unknown_status));
  out.add_string("zone", survey.choices.time.zone.empty() ? "UTC" : survey.choices.time.zone);
  JsonArray asked;
  for (const auto& question : questions) {
    asked.add(JsonObject().add_string("code", question.reason).add_string("detail", question.message).text());
  }
  if (!asked.empty()) out.add("questions", asked.text());
  return out.text();
}

}  // namespace ordo::imports
