// Makes products from rows: one product per distinct id. Its first good row sets its values.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "domain/money.h"
#include "import/refusals.h"
#include "import/rows.h"

namespace ordo::imports {

struct ProductImportOptions {
  Currency currency;                    // for prices without a currency
  std::optional<std::int64_t> stock;    // stock of products whose rows name none; absent: no count
  std::optional<std::string> location;  // where it is counted; absent: the server's location
};

struct PlannedProduct {
  std::size_t ordinal = 0;
  std::size_t line = 0;  // line of the row that set it
  std::string id;
  std::string name;
  std::string category;
  Money price;
  std::optional<std::int64_t> stock;
  std::string location;

  // The body of POST /v1/products.
  std::string body() const;
};

// Turns rows into products. Needs about 100 bytes per product, to recognize its later rows. For one thread.
class ProductPlanner {
 public:
  // `reader` and `refuse` outlive the planner.
  ProductPlanner(ProductImportOptions options, const RowReader& reader, std::function<void(const Refusal&)> refuse);

  // Takes the next row. Returns the product if this is its first good row.
  std::optional<PlannedProduct> add(const ImportRow& row);

  std::size_t products_with_other_prices() const { return other_prices_; }
  std::size_t products_with_other_names() const { return other_names_; }

 private:
  struct Seen {
    Money price;
    std::size_t name_hash = 0;
    bool other_price = false;
    bool other_name = false;
  };

  std::optional<RowProblem> read(const ImportRow& row, PlannedProduct& product) const;
  RowProblem problem(Column column, const ImportRow& row, std::string reason, std::string detail) const;

  ProductImportOptions options_;
  const RowReader& reader_;
  std::function<void(const Refusal&)> refuse_;
  std::unordered_map<std::string, Seen> seen_;
  std::size_t other_prices_ = 0;
  std::size_t other_names_ = 0;
};

}  // namespace ordo::imports
