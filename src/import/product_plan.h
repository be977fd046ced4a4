// Products from the rows of a file: one per distinct id, or one per variant.
//
// Which rows make a product:
// - A row with an id. The first good row of an id counts; later ones are compared and counted only. Of a later row with
//   the stock at another location, the stock counts. A later row without a price, such as a translation in a file of
//   Magento, belongs to no product.
// - In files with a column `parent`, rows of one parent belong together. What a row leaves out (name, category, state)
//   comes from the parent: "Candle - Fig" with the values of the options, for a variation of WooCommerce without a
//   name. The parent is a row above with that id. In a file that fills down (Shopify) it is the first row of the group.
//   There an empty parent is the one above, each name gets its options ("Linen Shirt - S / Blue"), and a variant
//   without an id gets one from the parent and the options.
// - Rows that belong to no product are counted, and are no error: blank rows, images, parents of variations, groups,
//   and goods that another shop sells (types variable, configurable, grouped, external; a bundle without a price).
//
// Which price counts: the sale price if it is above 0 and below the price, and if the time of the import is within its
// dates. A missing date is no limit; a date without a time ends at the end of its day. A price of 0 is a price; a sale
// price of 0 is none.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "domain/money.h"
#include "import/refusals.h"
#include "import/survey.h"

namespace ordo::imports {

struct ProductPlanOptions {
  Currency currency;                    // of prices without one
  std::optional<std::int64_t> stock;    // --stock: of new products whose rows name none; absent: no count
  std::optional<std::string> location;  // where it is counted; absent: the server's location
  bool update = false;                  // rows of existing products need only the id and what changes
  std::optional<Timestamp> at;          // the time that decides about sale prices; absent: now
};

// One product, as the file has it. Absent: the file says nothing about it.
struct PlannedProduct {
  std::size_t ordinal = 0;  // of its id among the ids of the file; follows only from the file
  std::size_t line = 0;     // line of the row that set it
  std::string id;
  std::optional<std::string> name;
  std::optional<std::string> category;
  std::optional<Money> price;
  bool currency_named = false;              // the row names the currency of the price
  std::optional<std::int64_t> stock;        // in the file
  std::optional<std::int64_t> first_stock;  // of --stock, for a new product without `stock`
  std::string location;                     // of the stock; empty: the server's
  bool further_location = false;            // only the stock counts: the product was planned before
  std::optional<bool> active;
  std::optional<std::string> tax_class;  // empty: the usual one
  std::optional<std::int64_t> weight_g;
  std::optional<bool> requires_shipping;
};

// Turns rows into products. Needs about 100 bytes per product, to recognize its later rows; at most kMaxProducts. For
// one thread.
class ProductPlanner {
 public:
  static constexpr std::size_t kMaxProducts = 10'000'000;
  static constexpr std::size_t kMaxParents = 100'000;  // remembered at the same time

  // `survey` and `refuse` outlive the planner.
  ProductPlanner(ProductPlanOptions options, const Survey& survey, std::function<void(const Refusal&)> refuse);
  ~ProductPlanner();

  // Takes the next row. Returns the product if this is its first good row, or its stock at a further location.
  std::optional<PlannedProduct> add(const Row& row);

  std::size_t products() const;  // distinct ids so far; ordinals are below
  std::size_t products_with_other_prices() const;
  std::size_t products_with_other_names() const;
  std::size_t products_with_negative_stock() const;  // counted as 0
  std::size_t products_without_weight_unit() const;  // whose weight was not used: --set weight_unit=kg
  std::uint64_t rows_without_lines() const;          // that belong to no product
  std::uint64_t repeated_rows() const;  // further rows of a planned product: nothing of them but the count is used

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ordo::imports
