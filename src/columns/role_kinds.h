// What the cells of a role are: amounts, whole numbers, times, texts.
#pragma once

#include "columns/roles.h"

namespace ordo::imports {

// day: a date, or the time of day beside one.
enum class CellKind { text, amount, whole, rate, day };

constexpr CellKind cell_kind(Role role) {
  switch (role) {
    case Role::quantity:
    case Role::returned_quantity:
    case Role::cancelled_quantity:
    case Role::stock:
      return CellKind::whole;
    case Role::line_tax_rate:
    case Role::line_discount_rate:
      return CellKind::rate;
    case Role::subtotal:
    case Role::shipping:
    case Role::shipping_tax:
    case Role::shipping_discount:
    case Role::tax:
    case Role::tax_value:
    case Role::marketplace_tax:
    case Role::discount:
    case Role::fee:
    case Role::total:
    case Role::captured:
    case Role::refunded:
    case Role::outstanding:
    case Role::unit_price:
    case Role::list_price:
    case Role::line_total:
    case Role::line_subtotal:
    case Role::line_discount:
    case Role::line_tax:
    case Role::line_shipping:
    case Role::line_shipping_tax:
    case Role::line_shipping_discount:
    case Role::line_fee:
    case Role::price:
    case Role::sale_price:
    case Role::weight:
      return CellKind::amount;
    case Role::time:
    case Role::date:
    case Role::paid_at:
    case Role::cancelled_at:
    case Role::shipped_at:
    case Role::delivered_at:
    case Role::sale_starts:
    case Role::sale_ends:
      return CellKind::day;
    default:
      return CellKind::text;
  }
}

}  // namespace ordo::imports
