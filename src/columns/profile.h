// The files of one program that ordo knows, recognized by their headings. Profiles are data: profile_tables.h names
// the tables, and docs/importing.md shows them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "columns/roles.h"

namespace ordo::imports {

// A heading of one program with its meaning, as the program writes it. It is compared as plain_heading() makes it,
// without dots. In all known headings "*" stands for a number ("Tax * Name"), and "~" at the end for anything. Roles
// that are joined or added: "First name + Last name" names the parts; of several entries the first that is there
// counts.
struct KnownColumn {
  std::string_view heading;
  Role role;
};

// What the column `subtotal` holds.
enum class SubtotalMeaning { before_discount, after_discount };

struct Profile {
  std::string_view name = {};   // for programs: "shopify-orders"
  std::string_view title = {};  // for people: "Shopify orders"
  ImportKind kind = ImportKind::orders;
  // All of them must be there. Profiles with lines win over others, then the profile with the most of them.
  std::span<const std::string_view> signature = {};
  // Beside the common vocabulary, before it.
  std::span<const KnownColumn> columns = {};
  // Headings that are kept as metadata of the order.
  std::span<const std::string_view> kept = {};
  // Headings that mean nothing to ordo and are not worth a word in the preview.
  std::span<const std::string_view> ignored = {};
  bool fills_down = false;  // a row with an empty key continues the order or product above
  bool has_lines = true;    // false: a file of order heads, whose lines are in another file
  SubtotalMeaning subtotal = SubtotalMeaning::before_discount;
  bool repeats_order_amounts = false;    // shipping, tax and discount of the order stand in every row of it
  bool discount_includes_lines = false;  // the discount of the order contains the discounts of its lines
  bool row_is_one_piece = false;         // the file has no quantity: each row is one piece
  std::string_view status = {};          // the state of all its orders, where no column has it
  std::string_view advice = {};          // what the person can do about this file, for preview and errors
};

std::span<const Profile> profiles();
// Null when no profile fits.
const Profile* recognize(ImportKind kind, const std::vector<std::string>& headings);
// By name, for --profile. Null for an unknown one.
const Profile* find_profile(std::string_view name);

// A heading for comparison: lower case, without marks (NFD), "đ" as "d", letters and digits of every script and "%"
// only. "Đơn giá" -> "dongia". The path of a JSON member keeps its dots and "[]": "line_items[].sku" ->
// "lineitems[].sku".
std::string plain_heading(std::string_view heading);

}  // namespace ordo::imports
