// The content of an order that has a price: its lines, shipping, discounts and tax, with every figure. The API, or the
// service that states prices, computes the figures once, when the order is placed. From then on each record of the
// order carries them, and they are only checked and copied. See docs/pricing.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.h"
#include "domain/money.h"
#include "domain/rounding.h"
#include "domain/rules.h"
#include "domain/tax_reason.h"
#include "domain/text_rule.h"

namespace ordo {

// product: has a product of the catalogue and takes it from stock. custom: a service, an engraving. fee: a charge for
// gift wrap or cash on delivery. Custom lines and fees have no product and no stock, and nothing of them is shipped.
enum class LineKind { product, custom, fee };
BOOST_DESCRIBE_ENUM(LineKind, product, custom, fee)

enum class DiscountKind { manual, promotion, coupon };
BOOST_DESCRIBE_ENUM(DiscountKind, manual, promotion, coupon)
// What a discount is taken from: lines that it names, all products and custom lines together, or shipping.
enum class DiscountTarget { line, order, shipping };
BOOST_DESCRIBE_ENUM(DiscountTarget, line, order, shipping)
// The value of a discount: parts per million, or minor units.
enum class DiscountValue { percent, fixed };
BOOST_DESCRIBE_ENUM(DiscountValue, percent, fixed)

// Where tax is rounded. line: for each line. unit: for each piece, times the pieces. order: once for each rate, and
// split over the lines by largest remainder.
enum class TaxRounding { line, unit, order };
BOOST_DESCRIBE_ENUM(TaxRounding, line, unit, order)

// A tax, as a caller states it or as the shop's rules have it.
struct TaxTerms {
  std::string code;
  std::optional<std::string> label;      // absent: the code
  std::optional<std::int64_t> rate_ppm;  // absent: the tax is an amount, of which no rate is known
  std::optional<TaxReason> reason;       // absent: standard
  std::optional<std::string> collected_by;

  friend bool operator==(const TaxTerms&, const TaxTerms&) = default;
};
BOOST_DESCRIBE_STRUCT(TaxTerms, (), (code, label, rate_ppm, reason, collected_by))
constexpr auto rules(RulesOf<TaxTerms>) {
  return std::array{one_line("code", 1, 32, Privacy::kept, "the tax, such as VAT"),
                    one_line("label", 1, 128, Privacy::kept, "as an invoice shows it; the code by default"),
                    one_line("collected_by", 1, 128, Privacy::kept, "who pays it to the state, if not the shop")};
}
// The problem of a tax rate, or an empty view: it is from 0 to kWhole, and a rate of zero has a reason that says why. A
// tax without a rate has none.
std::string_view rate_problem(const TaxTerms& tax);
// The index of the first tax of a line that states its rate although another one does not, or the other way round. The
// taxes of one line are computed, or they are all amounts.
inline constexpr std::string_view kRateOrAmount = "must be there for all taxes of a line, or for none";
template <class Tax>
std::optional<std::size_t> tax_stated_otherwise(std::span<const Tax> taxes) {
  for (std::size_t i = 1; i < taxes.size(); ++i) {
    if (taxes[i].rate_ppm.has_value() != taxes[0].rate_ppm.has_value()) return i;
  }
  return std::nullopt;
}

// One tax on one line. Its amount follows from the rate if it has one, else it was stated.
struct TaxLine : TaxTerms {
  Money amount;
  bool included = false;  // in the line's price

  friend bool operator==(const TaxLine&, const TaxLine&) = default;
};
BOOST_DESCRIBE_STRUCT(TaxLine, (TaxTerms), (amount, included))

// The part of a discount that a line has.
struct DiscountShare {
  std::string id;  // of the order's discount
  Money amount;

  friend bool operator==(const DiscountShare&, const DiscountShare&) = default;
};
BOOST_DESCRIBE_STRUCT(DiscountShare, (), (id, amount))
constexpr auto rules(RulesOf<DiscountShare>) {
  return std::array{one_line("id", 1, 16, Privacy::kept, "of the discount")};
}

inline constexpr std::size_t kMaxTaxes = 10;     // of a line
inline constexpr std::size_t kMaxTaxSums = 100;  // different taxes of an order
inline constexpr std::size_t kMaxDiscounts = 100;
inline constexpr std::size_t kMaxPromotions = 10;
inline constexpr std::size_t kMaxShippingCharges = 20;
inline constexpr std::int64_t kMaxWeight = 1'000'000'000;  // grams of a piece

// What a line says about itself beside its product, quantity and price. Absent when not used.
struct LineTerms {
  std::optional<LineKind> kind;  // absent: product
  std::optional<std::string> sku;
  std::optional<Money> list_price;  // of a piece, before it was reduced or agreed; only shown
  std::optional<bool> price_includes_tax;
  std::optional<bool> requires_shipping;  // absent: a product does
  std::optional<std::int64_t> weight_g;   // of a piece
  std::optional<Metadata> metadata;

  friend bool operator==(const LineTerms&, const LineTerms&) = default;
};
BOOST_DESCRIBE_STRUCT(LineTerms, (), (kind, sku, list_price, price_includes_tax, requires_shipping, weight_g, metadata))
constexpr auto rules(RulesOf<LineTerms>) {
  return std::array{one_line("sku", 1, 64, Privacy::kept, "your own number for the article"),
                    parts("metadata", Privacy::personal, kMetadataText)};
}
inline bool is_product(const LineTerms& line) {
  return line.kind.value_or(LineKind::product) == LineKind::product;
}

// The terms of a line and the figures that follow. `net` and `tax_total` are there if the order has totals.
struct LineDetails : LineTerms {
  std::optional<std::string> id;  // its place in the order: "1", "2", ...; absent in orders of before
  std::optional<std::vector<DiscountShare>> discounts;
  std::optional<std::vector<TaxLine>> tax;
  std::optional<Money> net;  // without tax
  std::optional<Money> tax_total;

  friend bool operator==(const LineDetails&, const LineDetails&) = default;
};
BOOST_DESCRIBE_STRUCT(LineDetails, (LineTerms), (id, discounts, tax, net, tax_total))
constexpr auto rules(RulesOf<LineDetails>) {
  return std::array{one_line("id", 1, 16, Privacy::kept, "its place in the order, from 1"),
                    list_of("discounts", kMaxDiscounts, Privacy::kept, "its parts of the order's discounts"),
                    list_of("tax", kMaxTaxes, Privacy::kept, {})};
}
inline LineDetails& details_of(LineDetails& carrier) {
  return carrier;
}
inline const LineDetails& details_of(const LineDetails& carrier) {
  return carrier;
}

// The id of the line, shipping charge or discount at this index, and the index of one of `count` by its id.
std::string place_id(std::size_t index);
std::optional<std::size_t> index_of_place(std::string_view id, std::size_t count);

// One line with its price at the time of the order. A line with an unknown product has no unit price and a total of
// zero.
struct PricedLine : LineDetails {
  std::optional<ProductId> product_id;  // of a line of kind product
  std::string name;
  std::int64_t quantity = 0;
  std::optional<Money> unit_price;
  Money total;  // that the customer pays for it: less discounts, with tax

  friend bool operator==(const PricedLine&, const PricedLine&) = default;
};
BOOST_DESCRIBE_STRUCT(PricedLine, (LineDetails), (product_id, name, quantity, unit_price, total))

// A line of a product that costs its unit price times its quantity.
PricedLine plain_line(ProductId product, std::string name, std::int64_t quantity, std::optional<Money> unit_price,
                      Money total);

struct ShippingTerms {
  std::optional<std::string> method;
  std::string name;
  std::optional<std::string> carrier;
  std::optional<std::string> service;
  Money price;
  std::optional<bool> price_includes_tax;

  friend bool operator==(const ShippingTerms&, const ShippingTerms&) = default;
};
BOOST_DESCRIBE_STRUCT(ShippingTerms, (), (method, name, carrier, service, price, price_includes_tax))
constexpr auto rules(RulesOf<ShippingTerms>) {
  return std::array{one_line("method", 1, 128, Privacy::kept, "id of the shipping method"),
                    one_line("name", 1, 128, Privacy::kept, {}), one_line("carrier", 1, 64, Privacy::kept, {}),
                    one_line("service", 1, 64, Privacy::kept, "of the carrier")};
}

struct ShippingCharge : ShippingTerms {
  std::string id;
  std::optional<std::vector<DiscountShare>> discounts;
  std::optional<std::vector<TaxLine>> tax;
  Money net;
  Money tax_total;
  Money total;

  friend bool operator==(const ShippingCharge&, const ShippingCharge&) = default;
};
BOOST_DESCRIBE_STRUCT(ShippingCharge, (ShippingTerms), (id, discounts, tax, net, tax_total, total))
constexpr auto rules(RulesOf<ShippingCharge>) {
  return std::array{one_line("id", 1, 16, Privacy::kept, "its place in the order, from 1"),
                    list_of("discounts", kMaxDiscounts, Privacy::kept, "its parts of the order's discounts"),
                    list_of("tax", kMaxTaxes, Privacy::kept, {})};
}

struct DiscountTerms {
  std::optional<DiscountKind> kind;  // absent: manual
  std::optional<std::string> code;
  std::optional<std::string> label;
  DiscountTarget target = DiscountTarget::order;
  DiscountValue value_type = DiscountValue::fixed;
  std::int64_t value = 0;

  friend bool operator==(const DiscountTerms&, const DiscountTerms&) = default;
};
BOOST_DESCRIBE_STRUCT(DiscountTerms, (), (kind, code, label, target, value_type, value))
constexpr auto rules(RulesOf<DiscountTerms>) {
  return std::array{one_line("code", 1, 64, Privacy::kept, "that the customer entered"),
                    one_line("label", 1, 128, Privacy::kept, "as an invoice shows it")};
}
// The problem of a discount's value, or an empty view.
std::string_view value_problem(const DiscountTerms& discount);

struct Discount : DiscountTerms {
  std::string id;
  std::optional<std::string> promotion_id;
  Money amount;

  friend bool operator==(const Discount&, const Discount&) = default;
};
BOOST_DESCRIBE_STRUCT(Discount, (DiscountTerms), (id, promotion_id, amount))
constexpr auto rules(RulesOf<Discount>) {
  return std::array{one_line("id", 1, 16, Privacy::kept, "its place in the order, from 1"),
                    one_line("promotion_id", 1, 128, Privacy::kept, {})};
}

// total = items - discounts + shipping + fees + tax - tax_included.
struct OrderTotals {
  Money items;         // products and custom lines, at their unit prices
  Money discounts;     // of lines and shipping
  Money shipping;      // at its prices
  Money fees;          // at their unit prices
  Money tax;           // all of it
  Money tax_included;  // the part of `tax` that is in the prices
  Money total;

  friend bool operator==(const OrderTotals&, const OrderTotals&) = default;
};
BOOST_DESCRIBE_STRUCT(OrderTotals, (), (items, discounts, shipping, fees, tax, tax_included, total))

// All tax of one code, rate and reason.
struct TaxSum : TaxTerms {
  bool included = false;
  Money net;  // that it is a part of
  Money amount;

  friend bool operator==(const TaxSum&, const TaxSum&) = default;
};
BOOST_DESCRIBE_STRUCT(TaxSum, (TaxTerms), (included, net, amount))

// What an order says about money beside its lines and its total. Without totals, each line costs its unit price times
// its quantity, and nothing else is charged.
struct OrderFigures {
  std::optional<TaxRounding> tax_rounding;  // absent: line
  std::optional<Rounding> rounding;         // absent: half_up
  std::optional<std::vector<ShippingCharge>> shipping;
  std::optional<std::vector<Discount>> discounts;
  std::optional<OrderTotals> totals;
  std::optional<std::vector<TaxSum>> tax_summary;

  friend bool operator==(const OrderFigures&, const OrderFigures&) = default;
};
BOOST_DESCRIBE_STRUCT(OrderFigures, (), (tax_rounding, rounding, shipping, discounts, totals, tax_summary))
constexpr auto rules(RulesOf<OrderFigures>) {
  return std::array{list_of("shipping", kMaxShippingCharges, Privacy::kept, {}),
                    list_of("discounts", kMaxDiscounts, Privacy::kept,
                            "first those of lines, then those of the order, then those of shipping"),
                    list_of("tax_summary", kMaxTaxSums, Privacy::kept, "by code, rate and reason")};
}
inline OrderFigures& figures_of(OrderFigures& carrier) {
  return carrier;
}
inline const OrderFigures& figures_of(const OrderFigures& carrier) {
  return carrier;
}

// The promotions of the discounts, each once, in the order of the discounts.
std::vector<std::string> promotions_of(const OrderFigures& figures);

struct PricedOrder : OrderFigures {
  std::vector<PricedLine> lines;  // in the order requested
  Money total;
};
BOOST_DESCRIBE_STRUCT(PricedOrder, (OrderFigures), (lines, total))

// Whether an order of these lines has to say how its total comes about: it has totals. `Line`: PricedLine or OrderLine,
// here and below.
template <class Line>
bool needs_totals(std::span<const Line> lines, const OrderFigures& figures);

// The index of a line whose product another line ships although this one does not, or the other way round. An order
// cannot tell the pieces of one product apart, so it ships all of them, or none.
inline constexpr std::string_view kShippedOtherwise = "differs from that of another line with the same product";
template <class Line>
std::optional<std::size_t> line_shipped_otherwise(std::span<const Line> lines);

// Computes all that follows from unit prices, quantities, shipping prices, the shares of discounts and the taxes: each
// amount of a tax with a rate, net, tax_total and total, the totals, the tax summary. An order that needs no totals
// gets only the total of each line and its own. All prices and stated taxes are checked, and in the currency of
// `order.total`. kInvalid "amount_overflow" if a sum is beyond kMaxAmount, "discount_exceeds_line", "tax_exceeds_line",
// "too_many_taxes".
Result<void> compute_figures(PricedOrder& order);

// The problems of figures that someone else computed: sums that are not those of compute_figures(), other currencies,
// rates and amounts out of bounds, wrong texts. A violation names the figure and the one that was expected. At most 20.
// `list` is the name of the lines in the input: "lines", "products".
template <class Line>
std::vector<Violation> check_figures(std::span<const Line> lines, const OrderFigures& figures, const Money& total,
                                     TextRule texts, std::string_view list);

}  // namespace ordo
