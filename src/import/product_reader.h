// One product from one row: the cells, read and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/product_plan.h"

namespace ordo::imports {

// What the rows of one parent have in common.
struct ProductParent {
  std::string name;
  std::string category;
  std::optional<bool> active;
  std::optional<std::string> tax_class;
  std::optional<std::int64_t> weight_g;
};

// Reads rows. For one thread.
class ProductReader {
 public:
  // Why the row is refused; nothing if it is fine.
  using Problem = std::optional<RowProblem>;

  // `options` and `survey` outlive the reader.
  ProductReader(const ProductPlanOptions& options, const Survey& survey);

  // The cell of a role. Empty for words that say that there is no value, except where those have a meaning.
  std::string_view cell(const Row& row, Role role) const;
  // The values of the product's options.
  std::vector<std::string_view> options_of(const Row& row) const;
  // Whether the rows of a parent take from its first row what they leave out, and the rows without a parent belong to
  // the one above.
  bool fills_down() const { return fills_down_; }
  RowProblem problem(Role role, const Row& row, std::string reason, std::string detail) const;

  // Reads all but the id. `parent` may be null. In a file that fills down, fills what `parent` lacks.
  Problem read(const Row& row, PlannedProduct& product, ProductParent* parent);
  // What the variations of this row take from it. Cells that cannot be read are left out.
  ProductParent as_parent(const Row& row);

  Problem read_name(const Row& row, PlannedProduct& product, ProductParent* parent) const;
  Problem read_price(const Row& row, PlannedProduct& product) const;
  Problem read_stock(const Row& row, PlannedProduct& product);

  std::size_t negative_stock = 0;        // products
  std::size_t weights_without_unit = 0;  // products

 private:
  RowProblem problem(Role role, const Row& row, const Error& error) const;
  NumberStyle style(Role role) const { return survey_.numbers[static_cast<std::size_t>(role)]; }

  Problem read_category(const Row& row, PlannedProduct& product, ProductParent* parent) const;
  Problem read_amount(const Row& row, Role role, Currency currency, std::optional<Money>& amount) const;
  Problem read_sale_dates(const Row& row, bool& holds) const;
  Problem read_state(const Row& row, PlannedProduct& product, ProductParent* parent) const;
  Problem read_traits(const Row& row, PlannedProduct& product, const ProductParent* parent);
  Problem read_weight(const Row& row, PlannedProduct& product, const ProductParent* parent);

  const ProductPlanOptions& options_;
  const Survey& survey_;
  const Columns& columns_;
  const Timestamp at_;
  const bool fills_down_;
  const bool minor_units_;
};

}  // namespace ordo::imports
