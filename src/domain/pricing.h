// The price of an order. The API and orders from the log use the same rule.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/ids.h"
#include "domain/money.h"
#include "domain/order.h"
#include "domain/product.h"

namespace ordo {

// The current entry of a product in the price list.
struct PricedProduct {
  std::string name;
  Money price;
  ProductTraits traits = {};
};

// The source of prices: a live view of the catalogue in production, a table in tests. It has no archived products.
class PriceList {
 public:
  virtual ~PriceList() = default;

  // Reads the view only and never blocks. A product that another process created a moment ago may be missing.
  virtual std::optional<PricedProduct> listed(const ProductId& id) const = 0;

  // As listed(), but looks up missing products where a product is visible as soon as its creation was acknowledged. May
  // block for a read. Nothing: there is no such product. kUnavailable: the product cannot be looked up now. The caller
  // must not treat that as a missing product, which would refuse the order for good.
  virtual Result<std::optional<PricedProduct>> find(const ProductId& id) const { return listed(id); }
};

struct RequestedLine {
  ProductId product_id;
  std::int64_t quantity = 0;
};

struct PricedOrder {
  std::vector<PricedLine> lines;  // in the order requested
  Money total;
};

inline constexpr std::size_t kMaxOrderLines = 1'000;
inline constexpr std::int64_t kMaxLineQuantity = 1'000'000;

// The errors of the lines by themselves (their number, ids and quantities), field by field under `pointer` ("/lines").
// `product_field` is the name of the product id in the input. At most 20 violations.
std::vector<Violation> check_lines(std::span<const RequestedLine> lines, const std::string& pointer,
                                   const std::string& product_field);

// Prices checked lines in `currency`, or, without one, in the currency of the first line's product. kInvalid
// "unknown_product", "currency_mismatch" or "amount_overflow" with the pointer of each offending line; it stops after
// 20 of them. Other errors come from PriceList::find(). May block as find() does, unless all_listed().
Result<PricedOrder> price_lines(std::span<const RequestedLine> lines, std::optional<Currency> currency,
                                const PriceList& prices);

// The errors of lines that were priced elsewhere, and of their total: numbers, quantities, bounds, currencies and sums.
// Each names the figure that it expected. The pointers are those of order.created ("/lines/0/total/amount").
std::vector<Violation> check_priced(std::span<const PricedLine> lines, const Money& total);

bool all_listed(std::span<const RequestedLine> lines, const PriceList& prices);

}  // namespace ordo
