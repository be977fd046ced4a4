#include <algorithm>
#include <array>

#include "base/text.h"
#include "domain/ids.h"
#include "import/country_names.h"
#include "import/order_reading.h"
#include "import/order_text.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kMaxNumber = 128;
constexpr std::size_t kMaxTags = 50;
constexpr std::size_t kMaxTag = 64;
constexpr std::size_t kMaxNote = 2'000;

// Names are the customers' own: only what may not be in a text is taken out.
std::string shared_line(const OrderRows& rows, Role role, std::size_t most) {
  return line_text(rows.shared(role), most);
}

void keep(PlannedOrder& order, std::string_view heading, std::string_view value) {
  if (!value.empty() && !add_metadata(order.metadata, heading, value)) ++order.shortened;
}

// What does not fit goes on in the metadata.
std::string fitting(PlannedOrder& order, std::string_view heading, std::string_view value, std::size_t most) {
  std::string text = line_text(value, most);
  if (value.size() > most) keep(order, heading, value);
  return text;
}

std::optional<std::string> if_any(std::string text) {
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

// The values of all columns and rows, each once.
std::vector<std::string_view> different_texts(const CellPlaces& places, const OrderRows& rows, Role role) {
  std::vector<std::string_view> texts;
  const auto add = [&](std::string_view cell) {
    const auto text = cell;
    if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  };
  for (const auto place : places.all(role)) {
    const auto cells = rows.all(place);
    add(cells.first);
    for (const auto& [row, text] : cells.others) add(text);
  }
  return texts;
}

std::string together(const CellPlaces& places, const OrderRows& rows, Role role, std::string_view separator) {
  return joined(different_texts(places, rows, role), separator);
}

// --- customer and contact

bool has_letters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  });
}

Read<void> read_customer(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  const auto id = rows.shared(Role::customer);
  const auto email = rows.shared(Role::email);
  std::string_view name;
  for (const auto role : {Role::customer_name, Role::bill_name, Role::ship_name}) {
    if (name.empty()) name = rows.shared(role);
  }
  std::string_view postal_code = rows.shared(Role::bill_postal_code);
  if (postal_code.empty()) postal_code = rows.shared(Role::ship_postal_code);
  order.customer = customer_id_from(id, email, name, postal_code);
  if (!order.customer.empty() && !new_customer_id_problem(order.customer).empty()) {
    order.customer = id_from(order.customer);
  }
  const bool is_made = !order.customer.empty() && email.empty() && order.customer != bare_id(id);
  if (order.customer.empty()) order.customer = context.options.guest.value_or("");
  if (order.customer.empty()) {
    return tl::unexpected(problem_of(context.places, place_of_role(Role::customer), id, "missing",
                                     "the order has no customer, e-mail or name; use --guest ID to set a customer"));
  }
  Contact contact;
  contact.name = if_any(fitting(order, "customer_name", name, 128));
  // The name in a column of ids, from which the id was made.
  if (!contact.name && is_made && !id.empty() && has_letters(id)) {
    contact.name = if_any(fitting(order, "customer", id, 128));
  }
  if (!email.empty()) {
    std::string address = line_text(email, 254);
    if (address.size() == email.size() && address.size() >= 3 && email_problem(address).empty()) {
      contact.email = std::move(address);
    } else {
      keep(order, "email", email);
    }
  }
  auto phone = rows.shared(Role::phone);
  if (phone.empty()) phone = rows.shared(Role::bill_phone);
  contact.phone = if_any(fitting(order, "phone", phone, 64));
  if (contact != Contact()) order.terms.contact = std::move(contact);
  return {};
}

// --- addresses

struct AddressRoles {
  Role name, company, line1, line2, city, region, postal_code, country, phone;
  std::string_view prefix;
};
constexpr AddressRoles kShippingRoles{Role::ship_name,  Role::ship_company, Role::ship_line1,       Role::ship_line2,
                                      Role::ship_city,  Role::ship_region,  Role::ship_postal_code, Role::ship_country,
                                      Role::ship_phone, "shipping_"};
constexpr AddressRoles kBillingRoles{Role::bill_name,  Role::bill_company, Role::bill_line1,       Role::bill_line2,
                                     Role::bill_city,  Role::bill_region,  Role::bill_postal_code, Role::bill_country,
                                     Role::bill_phone, "billing_"};

bool has_any(const OrderRows& rows, const AddressRoles& roles) {
  const Role all[] = {roles.name,   roles.company,     roles.line1,   roles.line2, roles.city,
                      roles.region, roles.postal_code, roles.country, roles.phone};
  return std::any_of(std::begin(all), std::end(all), [&](Role role) { return !rows.shared(role).empty(); });
}

// The address, if it has all that ordo's addresses need. What it has otherwise is kept as metadata: a name and a
// telephone number are in the contact.
std::optional<Address> read_address(const OrderRows& rows, const AddressRoles& roles, PlannedOrder& order) {
  if (!has_any(rows, roles)) return std::nullopt;
  const auto text = [&](Role role) { return line_text(rows.shared(role), kMaxCell); };
  Address address;
  address.name = text(roles.name);
  address.company = if_any(text(roles.company));
  address.line1 = text(roles.line1);
  address.line2 = if_any(text(roles.line2));
  address.city = text(roles.city);
  address.region = if_any(text(roles.region));
  address.postal_code = if_any(text(roles.postal_code));
  const auto country = text(roles.country);
  address.country = country_code(country);
  address.phone = if_any(text(roles.phone));
  if (address.name.empty() && address.company) address.name = *address.company;
  if (address.name.empty() && order.terms.contact) address.name = order.terms.contact->name.value_or("");
  if (address.line1.empty() && address.line2) address.line1 = *std::exchange(address.line2, std::nullopt);
  std::vector<Violation> found;
  check_rules(address, TextRule::enforced, found);
  if (found.empty()) return address;
  const auto keep_part = [&](std::string_view part, const std::optional<std::string>& value) {
    if (value) keep(order, std::string(roles.prefix) + std::string(part), *value);
  };
  keep_part("company", address.company);
  keep_part("line1", address.line1);
  keep_part("line2", address.line2);
  keep_part("city", address.city);
  keep_part("region", address.region);
  keep_part("postal_code", address.postal_code);
  keep_part("country", country);
  const auto& contact = order.terms.contact;
  if (!contact || contact->phone != address.phone) keep_part("phone", address.phone);
  const auto name = text(roles.name);
  if (!contact || contact->name != name) keep_part("name", name);
  return std::nullopt;
}

// --- texts

void read_note(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  const auto texts = different_texts(context.places, rows, Role::note);
  if (texts.empty()) return;
  std::string all = joined(texts, "\n");
  std::string note = block_text(all, kMaxNote);
  if (!note.empty()) order.terms.customer_note = std::move(note);
  if (all.size() > kMaxNote) keep(order, "note", std::string_view(all).substr(order.terms.customer_note->size()));
}

void read_tags(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  std::vector<std::string> tags;
  for (std::string_view cell : different_texts(context.places, rows, Role::tags)) {
    while (!cell.empty()) {
      const auto part = cell.substr(0, cell.find(','));
      cell.remove_prefix(std::min(part.size() + 1, cell.size()));
      const auto tag = line_text(part, kMaxCell);
      if (tag.empty() || std::find(tags.begin(), tags.end(), tag) != tags.end()) continue;
      if (tags.size() < kMaxTags && tag.size() <= kMaxTag) {
        tags.push_back(tag);
      } else {
        keep(order, "tag", tag);
      }
    }
  }
  if (!tags.empty()) order.terms.tags = std::move(tags);
}

void read_delivery(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  const auto carrier = together(context.places, rows, Role::carrier, ", ");
  const auto tracking = together(context.places, rows, Role::tracking, ", ");
  if (context.is_history()) {
    order.carrier = fitting(order, "carrier", carrier, 64);
    order.tracking = fitting(order, "tracking", tracking, 128);
  } else {
    keep(order, "carrier", carrier);
    keep(order, "tracking", tracking);
  }
  if (!context.takes_prices()) keep(order, "shipping_method", rows.shared(Role::shipping_method));
}

// How it was paid elsewhere. That is no token of a gateway, so a new order only keeps it.
void read_payment(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  const auto method = together(context.places, rows, Role::payment_method, ", ");
  const auto reference = together(context.places, rows, Role::payment_reference, ", ");
  if (!context.takes_prices()) {
    keep(order, "payment_method", method);
    keep(order, "payment_reference", reference);
    return;
  }
  order.payment_method = fitting(order, "payment_method", method, 64);
  order.payment_reference = fitting(order, "payment_reference", reference, 128);
  const auto paid_at = rows.shared(Role::paid_at);
  if (paid_at.empty() || is_no_time(paid_at)) return;
  if (const auto time = parse_time(paid_at, context.survey.time, rows.shared(Role::time_zone))) {
    order.paid_at = *time;
  } else {
    keep(order, "paid_at", paid_at);
  }
}

void read_texts(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  read_note(context, rows, order);
  read_tags(context, rows, order);
  read_delivery(context, rows, order);
  read_payment(context, rows, order);
  order.terms.channel = if_any(fitting(order, "channel", rows.shared(Role::channel), 64));
  std::string locale = shared_line(rows, Role::locale, 64);
  std::replace(locale.begin(), locale.end(), '_', '-');
  if (!locale.empty() && locale.size() <= 35 && locale_problem(locale).empty()) {
    order.terms.locale = std::move(locale);
  } else {
    keep(order, "locale", rows.shared(Role::locale));
  }
  if (const auto own = context.places.own(ExportColumn::metadata)) {
    const auto text = rows.shared(*own);
    if (!text.empty() && !add_metadata_object(order.metadata, text)) keep(order, "metadata", text);
  }
  // Values that differ between the rows are those of lines.
  for (const auto& [place, heading] : context.places.metadata()) {
    const auto cells = rows.all(place);
    if (cells.others.empty()) keep(order, heading, cells.first);
  }
}

// --- number, currency, times

Read<void> read_number(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  order.number = rows.key();
  const bool fits = order.number.size() <= kMaxNumber && is_utf8(order.number) && line_problem(order.number).empty();
  if (!fits) {
    return tl::unexpected(problem_of(context.places, place_of_role(Role::order), order.number, "bad_number",
                                     "an order's number is at most 128 bytes without control characters"));
  }
  order.terms.reference = if_any(fitting(order, "reference", rows.shared(Role::reference), kMaxNumber));
  if (!order.terms.reference) order.terms.reference = order.number;
  return {};
}

// The currency of the cell: a code in any case, or a sign that only one currency has.
std::optional<Currency> cell_currency(std::string_view cell) {
  std::string code(cell);
  std::transform(code.begin(), code.end(), code.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (const auto known = Currency::parse(code)) return *known;
  return currency_in(cell);
}

// The currency that the amounts of the order name themselves.
std::optional<Currency> currency_of_amounts(const OrderRows& rows) {
  for (const auto role : {Role::total, Role::subtotal}) {
    if (const auto found = currency_in(rows.shared(role))) return found;
  }
  for (const auto& row : rows.rows()) {
    for (const auto role : {Role::unit_price, Role::line_total}) {
      if (const auto found = currency_in(row[role])) return found;
    }
  }
  return std::nullopt;
}

Read<void> read_currency(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  const auto cell = rows.shared(Role::currency);
  std::optional<Currency> currency;
  if (!cell.empty()) {
    currency = cell_currency(cell);
    if (!currency) {
      return tl::unexpected(problem_of(context.places, place_of_role(Role::currency), cell, "bad_currency",
                                       "ordo knows no such currency; expected a code such as USD"));
    }
  }
  const auto& choices = context.survey.choices;
  if (!currency) currency = choices.currency;
  if (!currency) currency = currency_of_amounts(rows);
  if (!currency && context.takes_prices()) currency = choices.shop_currency;
  if (!currency && context.takes_prices()) {
    return tl::unexpected(problem_of(context.places, place_of_role(Role::currency), cell, "missing",
                                     "the order names no currency; use --currency"));
  }
  if (currency) order.currency = currency->code();
  return {};
}

Read<void> read_placed_at(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  const auto date = rows.shared(Role::date);
  const auto time = rows.shared(Role::time);
  const auto cell = date.empty() ? time : date;
  if (cell.empty() || is_no_time(cell)) {
    if (!context.is_history()) return {};
    return tl::unexpected(problem_of(context.places, place_of_role(Role::time), cell, "missing",
                                     "history needs the time when the order was placed"));
  }
  const auto& style = context.survey.time;
  const auto zone = rows.shared(Role::time_zone);
  const auto placed_at =
      date.empty() || time.empty() ? parse_time(cell, style, zone) : parse_date_and_time(date, time, style, zone);
  if (!placed_at) {
    return tl::unexpected(
        problem_of(context.places, place_of_role(date.empty() ? Role::time : Role::date), cell, placed_at.error()));
  }
  order.placed_at = *placed_at;
  return {};
}

Read<void> read_location(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  const auto cell = rows.shared(Role::location);
  order.location = cell.empty() ? context.options.location.value_or("") : std::string(cell);
  if (const auto wrong = id_problem(order.location); !order.location.empty() && !wrong.empty()) {
    return tl::unexpected(
        problem_of(context.places, place_of_role(Role::location), cell, "bad_id", std::string(wrong)));
  }
  return {};
}

}  // namespace

RowProblem problem_of(const CellPlaces& places, CellPlace place, std::string_view text, std::string reason,
                      std::string detail) {
  return {std::string(places.heading(place)), std::move(reason), std::move(detail), shown(text)};
}

RowProblem problem_of(const CellPlaces& places, CellPlace place, std::string_view text, const Error& error) {
  return problem_of(places, place, text, error.reason, error.message);
}

void drop_differing(const ReadContext& context, OrderRows& rows) {
  constexpr std::pair<Role, std::string_view> kSame[] = {{Role::customer, "belongs to the customer "},
                                                         {Role::email, "belongs to the customer "},
                                                         {Role::currency, "is in the currency "},
                                                         {Role::location, "is for the location "}};
  for (const auto& [role, what] : kSame) {
    const auto place = place_of_role(role);
    const auto first = std::string(rows.shared(place));
    for (std::size_t i = 0; i < rows.rows().size();) {
      const auto text = std::string(rows.rows()[i].at(place));
      // guard: import-one-customer-an-order
      if (text.empty() || lower_text(value_text(text)) == lower_text(value_text(first))) {
        ++i;
        continue;
      }
      rows.drop(i, problem_of(context.places, place, text, "differs",
                              "the order " + std::string(what) + shown(first) + " in its first row"));
    }
  }
}

Read<void> read_terms(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  for (const auto read : {read_number, read_customer, read_currency, read_placed_at, read_location}) {
    if (auto done = read(context, rows, order); !done) return done;
  }
  order.terms.shipping_address = read_address(rows, kShippingRoles, order);
  order.terms.billing_address = read_address(rows, kBillingRoles, order);
  read_texts(context, rows, order);
  return {};
}

}  // namespace ordo::imports
