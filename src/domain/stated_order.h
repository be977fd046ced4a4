// What a caller states about the prices of a new order, and how they become figures. Stating needs a permission; else
// the catalogue decides, and a stated price that differs is refused.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/order_figures.h"

namespace ordo {

// A figure that a caller states beside those that it follows from only checks it. A tax without a rate follows from
// nothing: its amount counts.
struct StatedTax : TaxTerms {
  std::optional<Money> amount;

  friend bool operator==(const StatedTax&, const StatedTax&) = default;
};
BOOST_DESCRIBE_STRUCT(StatedTax, (TaxTerms), (amount))
inline constexpr std::string_view kStatedTaxText =
    "computed from the rates, and amounts are checked; amounts without rates count as they are";

struct StatedLine : LineTerms {
  std::optional<ProductId> product_id;
  std::int64_t quantity = 0;
  std::optional<std::string> name;  // absent: the product's
  std::optional<Money> unit_price;  // absent: the product's
  std::optional<std::vector<StatedTax>> tax;
  std::optional<Money> total;

  friend bool operator==(const StatedLine&, const StatedLine&) = default;
};
BOOST_DESCRIBE_STRUCT(StatedLine, (LineTerms), (product_id, quantity, name, unit_price, tax, total))
constexpr auto rules(RulesOf<StatedLine>) {
  return std::array{one_line("name", 1, 200, Privacy::kept, "of a custom line or fee; by default that of the product"),
                    list_of("tax", kMaxTaxes, Privacy::kept, kStatedTaxText)};
}

struct StatedShipping : ShippingTerms {
  std::optional<std::vector<StatedTax>> tax;
  std::optional<Money> total;

  friend bool operator==(const StatedShipping&, const StatedShipping&) = default;
};
BOOST_DESCRIBE_STRUCT(StatedShipping, (ShippingTerms), (tax, total))
constexpr auto rules(RulesOf<StatedShipping>) {
  return std::array{list_of("tax", kMaxTaxes, Privacy::kept, kStatedTaxText)};
}

struct StatedDiscount : DiscountTerms {
  std::optional<std::vector<std::string>> lines;  // ids, for a discount of lines
  std::optional<Money> amount;

  friend bool operator==(const StatedDiscount&, const StatedDiscount&) = default;
};
BOOST_DESCRIBE_STRUCT(StatedDiscount, (DiscountTerms), (lines, amount))
constexpr auto rules(RulesOf<StatedDiscount>) {
  return std::array{list_of_lines("lines", 1'000, 1, 16, Privacy::kept, "ids of the lines that it is for: 1, 2, ...")};
}

struct StatedFigures {
  std::optional<TaxRounding> tax_rounding;
  std::optional<Rounding> rounding;
  std::optional<std::vector<StatedShipping>> shipping;
  std::optional<std::vector<StatedDiscount>> discounts;
  std::optional<std::vector<StatedTax>> tax;  // of the whole order, as amounts

  friend bool operator==(const StatedFigures&, const StatedFigures&) = default;
};
BOOST_DESCRIBE_STRUCT(StatedFigures, (), (tax_rounding, rounding, shipping, discounts, tax))
constexpr auto rules(RulesOf<StatedFigures>) {
  return std::array{list_of("shipping", kMaxShippingCharges, Privacy::kept, "what the buyer pays for shipping"),
                    list_of("discounts", kMaxDiscounts, Privacy::kept,
                            "first those of lines, then those of the order over the rest, then those of shipping"),
                    list_of("tax", kMaxTaxes, Privacy::kept,
                            "amounts of the whole order, where lines and shipping state none: split over them by what "
                            "they cost")};
}

// Whether a caller states anything but products and quantities.
bool states_figures(std::span<const StatedLine> lines, const StatedFigures& figures);

// The problems of what a caller states, apart from ids and quantities of lines: texts, rates, values, lines without
// what their kind needs. At most 20.
std::vector<Violation> check_stated(std::span<const StatedLine> lines, const StatedFigures& figures);

// Adds to priced lines what the caller states: tax, shipping, and discounts. All of it was checked. Taxes of the whole
// order are split by largest remainder. kInvalid "discount_exceeds_line", "tax_exceeds_line", "currency_mismatch".
Result<void> state_figures(std::span<const StatedLine> lines, const StatedFigures& figures, PricedOrder& order);

// kInvalid "total_mismatch" if a stated amount or total is another than the computed figure.
Result<void> compare_stated(std::span<const StatedLine> lines, const StatedFigures& figures, const PricedOrder& order);

// The violations of a caller that may not state prices: all that it states, but for the catalogue's own price, which
// price_lines() compares.
std::vector<Violation> check_may_not_state(std::span<const StatedLine> lines, const StatedFigures& figures);

}  // namespace ordo
