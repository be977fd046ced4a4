// What an order costs: the same rule for the API and for orders that arrive through the log.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/ids.h"
#include "domain/money.h"
#include "domain/order.h"

namespace ordo {

// A product as the price list sees it at this moment.
struct PricedProduct {
  std::string name;
  Money price;
};

// Where prices come from: a live view of the catalogue in production, a table in tests. `find` knows no archived
// product.
class PriceList {
 public:
  virtual ~PriceList() = default;
  virtual std::optional<PricedProduct> find(const ProductId& id) const = 0;
};

struct RequestedLine {
  ProductId product_id;
  std::int64_t quantity = 0;
};

struct PricedOrder {
  std::vector<OrderLine> lines;  // in the order requested
  Money total;
};

inline constexpr std::size_t kMaxOrderLines = 1'000;
inline constexpr std::int64_t kMaxLineQuantity = 1'000'000;

// What is wrong with the lines by themselves (their number, ids and quantities), field by field under `pointer`
// ("/lines"); `product_field` is how the input calls the product id. At most 20 violations.
std::vector<Violation> check_lines(std::span<const RequestedLine> lines, const std::string& pointer,
                                   const std::string& product_field);

// Prices checked lines in `currency`, or, without one, in the currency of the first line's product. kInvalid with
// reason "unknown_product", "currency_mismatch" or "amount_overflow" and the pointer of each offending line.
Result<PricedOrder> price_lines(std::span<const RequestedLine> lines, std::optional<Currency> currency,
                                const PriceList& prices);

}  // namespace ordo
