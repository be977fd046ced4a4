// What an order charges for, in the form that the arithmetic of tax needs. For order_figures.cc.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "domain/order_figures.h"

namespace ordo {

// A line or a shipping charge.
struct Charge {
  std::int64_t price = 0;  // before discounts
  std::int64_t left = 0;   // less its discounts: what tax is computed on
  std::int64_t pieces = 1;
  bool includes_tax = false;
  std::span<const TaxLine> tax;  // their codes and rates, or their amounts where they have no rate
};

// The amounts of all tax lines, charge by charge. 0 <= left <= kMaxAmount, and so is the sum of them; pieces >= 1;
// rates are from 0 to kWhole, and stated amounts from 0 to kMaxAmount. kInvalid "too_many_taxes" with more than
// kMaxTaxSums different ones.
Result<std::vector<std::int64_t>> tax_amounts(std::span<const Charge> charges, TaxRounding where, Rounding rounding);

}  // namespace ordo
