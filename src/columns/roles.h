// The possible meanings of a column. The names are those of --map and of docs/importing.md.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/described.h"

namespace ordo::imports {

enum class ImportKind { products, orders };
BOOST_DESCRIBE_ENUM(ImportKind, products, orders)

// Of orders: those of the order, then those of one line, then those that both kinds have. Then those of products.
// clang-format off
enum class Role {
  // the order
  order, reference, status, payment_status, fulfillment_status, cancelled_at, time, date, time_zone, paid_at,
  shipped_at, delivered_at,
  customer, email, phone, customer_name, location, currency,
  subtotal, shipping, shipping_tax, shipping_discount, shipping_method, tax, tax_name, tax_value, marketplace_tax,
  discount, discount_code, fee, total, captured, refunded, outstanding, payment_method, payment_reference,
  carrier, tracking, note, tags, locale, channel,
  ship_name, ship_company, ship_line1, ship_line2, ship_city, ship_region, ship_postal_code, ship_country, ship_phone,
  bill_name, bill_company, bill_line1, bill_line2, bill_city, bill_region, bill_postal_code, bill_country, bill_phone,
  // a line of it
  line_id, product, name, quantity, unit, unit_price, list_price, line_total, line_subtotal, line_discount,
  line_discount_rate, line_tax, line_tax_rate, line_shipping, line_shipping_tax, line_shipping_discount, line_fee,
  line_status, line_kind, returned_quantity, cancelled_quantity,
  // a product; `parent` of an order's line: the line that it is a part of
  parent, option_name, option_value, price, sale_price, sale_starts, sale_ends, category, stock, product_status,
  product_type, weight, weight_unit, tax_class, requires_shipping,
};
// clang-format on
inline constexpr std::size_t kRoles = static_cast<std::size_t>(Role::requires_shipping) + 1;

// How the columns of a role are read if it has several.
enum class Reading {
  first,   // the first one with a value
  joined,  // all of them, with a blank between: first name and last name
  added,   // their sum: parts of one amount
  listed,  // each for itself: several notes, names of several taxes
};
BOOST_DESCRIBE_ENUM(Reading, first, joined, added, listed)

// Where a role occurs: in an order, in one line of it, or in a product.
enum class RoleUse { order, line, product, order_or_product, line_or_product };
BOOST_DESCRIBE_ENUM(RoleUse, order, line, product, order_or_product, line_or_product)

struct RoleInfo {
  Role role;
  std::string_view name;
  Reading reading;
  RoleUse use;
  std::string_view meaning;
};
// By role.
std::span<const RoleInfo, kRoles> roles();
const RoleInfo& info_of(Role role);

std::string_view to_string(ImportKind kind);
std::string_view to_string(Role role);
// With "-" or "_".
std::optional<Role> parse_role(std::string_view name);
// The names of the roles that files of this kind can have, separated by ", ".
std::string role_names(ImportKind kind);
bool has_role(ImportKind kind, Role role);
// Whether it belongs to one line rather than to the order.
bool is_of_line(Role role);

// False if only the first column with a value counts.
bool takes_many_columns(Role role);

}  // namespace ordo::imports
