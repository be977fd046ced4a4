#include "columns/roles.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"

namespace ordo::imports {
namespace {

constexpr std::array<RoleInfo, kRoles> kRoleTable = {{
    {Role::order, "order", Reading::first, RoleUse::order, "the order's number"},
    {Role::reference, "reference", Reading::first, RoleUse::order,
     "another number of the order that you find it by; by default the order's number"},
    {Role::status, "status", Reading::first, RoleUse::order, "the state of the order, in the words of its program"},
    {Role::payment_status, "payment_status", Reading::first, RoleUse::order, "the state of its payment"},
    {Role::fulfillment_status, "fulfillment_status", Reading::first, RoleUse::order, "the state of its shipment"},
    {Role::cancelled_at, "cancelled_at", Reading::listed, RoleUse::order,
     "when it was cancelled; a value means that it was"},
    {Role::time, "time", Reading::first, RoleUse::order, "when it was placed; beside a date, the time of day"},
    {Role::date, "date", Reading::first, RoleUse::order, "the date on which it was placed, beside a time of day"},
    {Role::time_zone, "time_zone", Reading::first, RoleUse::order,
     "the time zone of the order's times: an offset, a name such as Europe/Berlin, or an abbreviation"},
    {Role::paid_at, "paid_at", Reading::first, RoleUse::order, "when it was paid"},
    {Role::shipped_at, "shipped_at", Reading::first, RoleUse::order, "when it was shipped"},
    {Role::delivered_at, "delivered_at", Reading::first, RoleUse::order, "when it was delivered"},
    {Role::customer, "customer", Reading::first, RoleUse::order, "the customer's id"},
    {Role::email, "email", Reading::first, RoleUse::order, "the customer's e-mail address"},
    {Role::phone, "phone", Reading::first, RoleUse::order, "the customer's telephone number"},
    {Role::customer_name, "customer_name", Reading::joined, RoleUse::order, "the customer's name"},
    {Role::location, "location", Reading::first, RoleUse::order_or_product,
     "the location that ships the order or stores the product"},
    {Role::currency, "currency", Reading::first, RoleUse::order_or_product, "the currency of the amounts"},
    {Role::subtotal, "subtotal", Reading::first, RoleUse::order, "the sum of the lines"},
    {Role::shipping, "shipping", Reading::added, RoleUse::order, "what the customer pays for shipping"},
    {Role::shipping_tax, "shipping_tax", Reading::added, RoleUse::order, "the tax on shipping"},
    {Role::shipping_discount, "shipping_discount", Reading::added, RoleUse::order, "a discount on shipping"},
    {Role::shipping_method, "shipping_method", Reading::first, RoleUse::order, "the name of the shipping method"},
    {Role::tax, "tax", Reading::added, RoleUse::order, "all tax of the order"},
    {Role::tax_name, "tax_name", Reading::listed, RoleUse::order, "the name of one tax; each has its tax_value"},
    {Role::tax_value, "tax_value", Reading::listed, RoleUse::order, "the amount of one tax"},
    {Role::marketplace_tax, "marketplace_tax", Reading::added, RoleUse::order,
     "tax that a marketplace collects and pays itself"},
    {Role::discount, "discount", Reading::added, RoleUse::order, "the discount on the order"},
    {Role::discount_code, "discount_code", Reading::first, RoleUse::order, "the code that the customer entered"},
    {Role::fee, "fee", Reading::added, RoleUse::order, "a charge such as gift wrap, handling or a tip"},
    {Role::total, "total", Reading::first, RoleUse::order, "what the customer pays for the order"},
    {Role::captured, "captured", Reading::first, RoleUse::order, "what the customer has paid"},
    {Role::refunded, "refunded", Reading::added, RoleUse::order, "what was paid back"},
    {Role::outstanding, "outstanding", Reading::first, RoleUse::order, "the part that is still to be paid"},
    {Role::payment_method, "payment_method", Reading::first, RoleUse::order, "how the order is paid"},
    {Role::payment_reference, "payment_reference", Reading::first, RoleUse::order, "the number of the payment"},
    {Role::carrier, "carrier", Reading::first, RoleUse::order, "who carries the parcel"},
    {Role::tracking, "tracking", Reading::first, RoleUse::order, "the tracking number of the parcel"},
    {Role::note, "note", Reading::listed, RoleUse::order, "what the customer or the shop wrote about the order"},
    {Role::tags, "tags", Reading::listed, RoleUse::order, "your own words for the order, separated by commas"},
    {Role::locale, "locale", Reading::first, RoleUse::order, "the customer's language"},
    {Role::channel, "channel", Reading::first, RoleUse::order, "where the order was taken"},
    {Role::ship_name, "ship_name", Reading::joined, RoleUse::order, "shipping address: name"},
    {Role::ship_company, "ship_company", Reading::first, RoleUse::order, "shipping address: company"},
    {Role::ship_line1, "ship_line1", Reading::first, RoleUse::order, "shipping address: street and house number"},
    {Role::ship_line2, "ship_line2", Reading::joined, RoleUse::order, "shipping address: second line"},
    {Role::ship_city, "ship_city", Reading::first, RoleUse::order, "shipping address: city"},
    {Role::ship_region, "ship_region", Reading::first, RoleUse::order, "shipping address: state or province"},
    {Role::ship_postal_code, "ship_postal_code", Reading::first, RoleUse::order, "shipping address: postal code"},
    {Role::ship_country, "ship_country", Reading::first, RoleUse::order, "shipping address: country"},
    {Role::ship_phone, "ship_phone", Reading::first, RoleUse::order, "shipping address: telephone number"},
    {Role::bill_name, "bill_name", Reading::joined, RoleUse::order, "billing address: name"},
    {Role::bill_company, "bill_company", Reading::first, RoleUse::order, "billing address: company"},
    {Role::bill_line1, "bill_line1", Reading::first, RoleUse::order, "billing address: street and house number"},
    {Role::bill_line2, "bill_line2", Reading::joined, RoleUse::order, "billing address: second line"},
    {Role::bill_city, "bill_city", Reading::first, RoleUse::order, "billing address: city"},
    {Role::bill_region, "bill_region", Reading::first, RoleUse::order, "billing address: state or province"},
    {Role::bill_postal_code, "bill_postal_code", Reading::first, RoleUse::order, "billing address: postal code"},
    {Role::bill_country, "bill_country", Reading::first, RoleUse::order, "billing address: country"},
    {Role::bill_phone, "bill_phone", Reading::first, RoleUse::order, "billing address: telephone number"},
    {Role::line_id, "line_id", Reading::first, RoleUse::line, "the number of the line"},
    {Role::product, "product", Reading::first, RoleUse::line_or_product, "the product's id, such as its SKU"},
    {Role::name, "name", Reading::first, RoleUse::line_or_product, "the product's name"},
    {Role::quantity, "quantity", Reading::first, RoleUse::line, "how many pieces"},
    {Role::unit, "unit", Reading::first, RoleUse::line, "the unit of the quantity"},
    {Role::unit_price, "unit_price", Reading::first, RoleUse::line, "the price of one piece"},
    {Role::list_price, "list_price", Reading::first, RoleUse::line, "the price of one piece before it was reduced"},
    {Role::line_total, "line_total", Reading::first, RoleUse::line, "the price of all pieces, after discounts"},
    {Role::line_subtotal, "line_subtotal", Reading::first, RoleUse::line, "the price of all pieces, before discounts"},
    {Role::line_discount, "line_discount", Reading::added, RoleUse::line, "the discount on the line"},
    {Role::line_discount_rate, "line_discount_rate", Reading::first, RoleUse::line,
     "the discount on the line, as a part of its price"},
    {Role::line_tax, "line_tax", Reading::added, RoleUse::line, "the tax on the line"},
    {Role::line_tax_rate, "line_tax_rate", Reading::first, RoleUse::line, "the rate of its tax"},
    {Role::line_shipping, "line_shipping", Reading::added, RoleUse::line,
     "the part of the shipping that this line has"},
    {Role::line_shipping_tax, "line_shipping_tax", Reading::added, RoleUse::line, "the tax on that part"},
    {Role::line_shipping_discount, "line_shipping_discount", Reading::added, RoleUse::line,
     "the discount on that part"},
    {Role::line_fee, "line_fee", Reading::added, RoleUse::line, "a charge for this line, such as gift wrap"},
    {Role::line_status, "line_status", Reading::first, RoleUse::line, "the state of the line"},
    {Role::line_kind, "line_kind", Reading::first, RoleUse::line, "product, custom or fee"},
    {Role::returned_quantity, "returned_quantity", Reading::first, RoleUse::line, "how many pieces came back"},
    {Role::cancelled_quantity, "cancelled_quantity", Reading::first, RoleUse::line, "how many pieces were cancelled"},
    {Role::parent, "parent", Reading::first, RoleUse::line_or_product,
     "the product that this is a variant of; in orders, the line that this is a part of"},
    {Role::option_name, "option_name", Reading::listed, RoleUse::product, "the name of an option of the variant: size"},
    {Role::option_value, "option_value", Reading::listed, RoleUse::product, "the value of that option: L"},
    {Role::price, "price", Reading::first, RoleUse::product, "the price"},
    {Role::sale_price, "sale_price", Reading::first, RoleUse::product, "the reduced price"},
    {Role::sale_starts, "sale_starts", Reading::first, RoleUse::product, "when the reduced price begins"},
    {Role::sale_ends, "sale_ends", Reading::first, RoleUse::product, "when the reduced price ends"},
    {Role::category, "category", Reading::first, RoleUse::product, "the category"},
    {Role::stock, "stock", Reading::first, RoleUse::product, "how many pieces are in stock"},
    {Role::product_status, "product_status", Reading::listed, RoleUse::product, "whether it is for sale"},
    {Role::product_type, "product_type", Reading::first, RoleUse::product,
     "the kind of row: simple, variable, variation"},
    {Role::weight, "weight", Reading::first, RoleUse::product, "the weight of one piece"},
    {Role::weight_unit, "weight_unit", Reading::first, RoleUse::product, "the unit of the weight"},
    {Role::tax_class, "tax_class", Reading::first, RoleUse::product, "the class of its taxes"},
    {Role::requires_shipping, "requires_shipping", Reading::first, RoleUse::line_or_product, "whether it is shipped"},
}};

constexpr bool in_order_of_the_enum() {
  for (std::size_t i = 0; i < kRoles; ++i) {
    if (kRoleTable[i].role != static_cast<Role>(i)) return false;
  }
  return true;
}
static_assert(in_order_of_the_enum());

}  // namespace

std::span<const RoleInfo, kRoles> roles() {
  return kRoleTable;
}

const RoleInfo& info_of(Role role) {
  return kRoleTable[static_cast<std::size_t>(role)];
}

std::string_view to_string(ImportKind kind) {
  return enum_name(kind);
}

std::string_view to_string(Role role) {
  return info_of(role).name;
}

std::optional<Role> parse_role(std::string_view name) {
  std::string wanted(name);
  std::replace(wanted.begin(), wanted.end(), '-', '_');
  for (const RoleInfo& info : kRoleTable) {
    if (info.name == wanted) return info.role;
  }
  return std::nullopt;
}

bool has_role(ImportKind kind, Role role) {
  const RoleUse use = info_of(role).use;
  if (use == RoleUse::order_or_product || use == RoleUse::line_or_product) return true;
  return (kind == ImportKind::products) == (use == RoleUse::product);
}

std::string role_names(ImportKind kind) {
  std::vector<std::string_view> names;
  for (const RoleInfo& info : kRoleTable) {
    if (has_role(kind, info.role)) names.push_back(info.name);
  }
  return joined(names, ", ");
}

bool is_of_line(Role role) {
  const RoleUse use = info_of(role).use;
  return use == RoleUse::line || use == RoleUse::line_or_product;
}

bool takes_many_columns(Role role) {
  return info_of(role).reading != Reading::first;
}

}  // namespace ordo::imports
