// Products out of rows: one product a distinct id, as its first good row says.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "cli/import_refusals.h"
#include "cli/import_rows.h"
#include "domain/money.h"

namespace ordo::cli {

struct ProductImportOptions {
  Currency currency;                    // of prices that name none
  std::optional<std::int64_t> stock;    // counted for a product whose row says none; absent: nothing is counted
  std::optional<std::string> location;  // where it is counted; absent: the server's
};

struct PlannedProduct {
  std::size_t ordinal = 0;
  std::size_t line = 0;  // of the row that made it
  std::string id;
  std::string name;
  std::string category;
  Money price;
  std::optional<std::int64_t> stock;
  std::string location;

  // The body of POST /v1/products.
  std::string body() const;
};

// Turns rows into products. Memory: what is needed to tell a product's later rows from its first, about 100 bytes a
// product. One thread.
class ProductPlanner {
 public:
  // `reader` and `refuse` outlive the planner.
  ProductPlanner(ProductImportOptions options, const RowReader& reader, std::function<void(const Refusal&)> refuse);

  // Takes the next row; gives the product that it makes, when it is the first good one of its product.
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

}  // namespace ordo::cli
