// The price of an order. The API and orders from the log use the same rule.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/ids.h"
#include "domain/money.h"
#include "domain/order_figures.h"
#include "domain/product.h"
#include "domain/stated_order.h"

namespace ordo {

// The current entry of a product in the price list.
struct PricedProduct {
  std::string name;
  Money price;
  ProductTraits traits = {};
  std::string category = {};
};

// What the shop's rules need to know of a line beside its price.
struct GoodsClass {
  std::string tax_class;
  std::string category;
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

// A view of a line in a request. The lifetime is that of the request.
struct RequestedLine {
  const ProductId* product_id = nullptr;  // null for a custom line or fee
  std::int64_t quantity = 0;
  const StatedLine* stated = nullptr;  // what the caller states about it; null: nothing
};
// For RequestedLine: the id, or an empty one, which is refused, if a product's line has none.
const ProductId* id_of_product(const std::optional<ProductId>& id);

// Whether a price that a caller states counts, or must be the catalogue's.
enum class StatedPrices { count, must_agree };

inline constexpr std::size_t kMaxOrderLines = 1'000;
inline constexpr std::int64_t kMaxLineQuantity = 1'000'000;

// The errors of the lines by themselves (their number, ids and quantities), field by field under `pointer` ("/lines").
// `product_field` is the name of the product id in the input. At most 20 violations.
std::vector<Violation> check_lines(std::span<const RequestedLine> lines, const std::string& pointer,
                                   const std::string& product_field);

// Prices checked lines in `currency`, or, without one, in the currency of the first line's product. kInvalid
// "unknown_product", "currency_mismatch" or "amount_overflow" with the pointer of each offending line; it stops after
// 20 of them. "price_not_allowed" for stated prices that must agree and do not. Other errors come from
// PriceList::find(). May block as find() does, unless all_listed(). Discounts, shipping and tax are not there yet: see
// price_cart(). `classes`, if given, gets an entry for each line.
Result<PricedOrder> price_lines(std::span<const RequestedLine> lines, std::optional<Currency> currency,
                                const PriceList& prices, StatedPrices stated = StatedPrices::must_agree,
                                std::vector<GoodsClass>* classes = nullptr);

// The errors of an order that was priced elsewhere: ids, quantities, and all that check_figures() checks. `list` and
// `product_field` are the names in the input: "lines", "product_id".
std::vector<Violation> check_priced(std::span<const PricedLine> lines, const OrderFigures& figures, const Money& total,
                                    TextRule texts, std::string_view list = "lines",
                                    const std::string& product_field = "product_id");

bool all_listed(std::span<const RequestedLine> lines, const PriceList& prices);

}  // namespace ordo
