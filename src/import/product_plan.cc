#include "import/product_plan.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "cells/values.h"
#include "domain/ids.h"
#include "import/product_cells.h"
#include "import/product_reader.h"

namespace ordo::imports {
namespace {

// An id of the file, and the first good row of it.
struct SeenProduct {
  std::size_t ordinal = 0;
  bool planned = false;  // false: its rows were refused so far
  std::string location;  // of its stock
  std::optional<Money> price;
  std::size_t name_hash = 0;
  bool other_price = false;
  bool other_name = false;
};

}  // namespace

class ProductPlanner::Impl {
 public:
  Impl(ProductPlanOptions given, const Survey& survey, std::function<void(const Refusal&)> refuse)
      : options(std::move(given)), reader(options, survey), columns_(survey.columns), refuse_(std::move(refuse)) {}

  std::optional<PlannedProduct> add(const Row& row);
  std::size_t products() const { return seen_.size(); }

  const ProductPlanOptions options;
  ProductReader reader;
  std::size_t other_prices = 0;
  std::size_t other_names = 0;
  std::uint64_t rows_without_product = 0;
  std::uint64_t repeated_rows = 0;

 private:
  std::string_view cell(const Row& row, Role role) const { return reader.cell(row, role); }
  std::string parent_key(const Row& row);
  ProductParent& new_parent(const std::string& key);
  ProductParent* parent_of(const std::string& key);
  std::string id_of(const Row& row, const std::string& parent) const;
  bool has_no_product(const Row& row, const std::string& id) const;
  void remember_parent(const Row& row);
  std::optional<PlannedProduct> add_to(SeenProduct& seen, const Row& row, PlannedProduct product,
                                       ProductParent* parent);
  std::optional<PlannedProduct> stock_elsewhere(const Row& row, const std::string& id);
  void compare(const Row& row, SeenProduct& seen, ProductParent* parent);

  const Columns& columns_;
  std::function<void(const Refusal&)> refuse_;
  std::unordered_map<std::string, SeenProduct> seen_;
  std::unordered_set<std::string> more_stock_;  // ids and further locations
  std::unordered_map<std::string, ProductParent> parents_;
  std::string parent_above_;
  std::size_t ordinals_ = 0;
};

// --- rows ------------------------------------------------------------------------------------------------------------

std::string ProductPlanner::Impl::parent_key(const Row& row) {
  std::string key = bare_id(cell(row, Role::parent));
  // WooCommerce names a parent without a SKU as "id:301".
  if (key.starts_with("id:")) key.erase(0, 3);
  if (!reader.fills_down()) return key;
  if (key.empty()) return parent_above_;
  return parent_above_ = std::move(key);
}

ProductParent& ProductPlanner::Impl::new_parent(const std::string& key) {
  // Rows of one parent stand together, or near it. So what was forgotten is rarely needed again.
  if (parents_.size() >= kMaxParents && !parents_.contains(key)) parents_.clear();
  return parents_[key];
}

ProductParent* ProductPlanner::Impl::parent_of(const std::string& key) {
  if (key.empty()) return nullptr;
  if (reader.fills_down()) return &new_parent(key);
  const auto known = parents_.find(key);
  return known == parents_.end() ? nullptr : &known->second;
}

std::string ProductPlanner::Impl::id_of(const Row& row, const std::string& parent) const {
  if (const std::string bare = bare_id(cell(row, Role::product)); !bare.empty()) return id_from(bare);
  const auto values = reader.options_of(row);
  const bool image = cell(row, Role::price).empty() && cell(row, Role::name).empty() && values.empty();
  if (!reader.fills_down() || parent.empty() || image) return {};
  std::string id = parent;
  for (const auto value : values) id.append("-").append(value);
  return id_from(id);
}

bool ProductPlanner::Impl::has_no_product(const Row& row, const std::string& id) const {
  if (!id.empty()) return false;
  const auto empty = [&](Role role) { return cell(row, role).empty(); };
  return empty(Role::price) && empty(Role::sale_price) && empty(Role::stock) && empty(Role::name);
}

// Keeps what the variations of this row take from it, under each of its ids.
void ProductPlanner::Impl::remember_parent(const Row& row) {
  const ProductParent parent = reader.as_parent(row);
  for (const auto id : columns_.values(row, Role::product)) {
    if (const std::string key = bare_id(id); !key.empty()) new_parent(key) = parent;
  }
}

std::optional<PlannedProduct> ProductPlanner::Impl::add(const Row& row) {
  if (row.problem) {
    refuse_({row.line, shown(cell(row, Role::product)), *row.problem});
    return std::nullopt;
  }
  const std::string key = parent_key(row);
  PlannedProduct product;
  product.line = row.line;
  product.id = id_of(row, key);
  const auto kind = product_kind(cell(row, Role::product_type));
  const bool sold = kind.sold && !(kind.bundle && cell(row, Role::price).empty());
  if (!sold || has_no_product(row, product.id)) {
    if (!sold) remember_parent(row);
    ++rows_without_product;
    return std::nullopt;
  }
  if (!kind.shipped) product.requires_shipping = false;
  if (product.id.empty()) {
    refuse_({row.line, "", reader.problem(Role::product, row, "missing", "a product needs an id")});
    return std::nullopt;
  }
  if (seen_.size() >= kMaxProducts && !seen_.contains(product.id)) {
    refuse_(
        {row.line, product.id, reader.problem(Role::product, row, "too_many_products", "import the file in parts")});
    return std::nullopt;
  }
  const auto [at, first] = seen_.try_emplace(product.id);
  SeenProduct& seen = at->second;
  if (first) seen.ordinal = ordinals_++;
  // A translation, or another row that continues the one before.
  const bool continues = !first && columns_.has(Role::price) && cell(row, Role::price).empty() &&
                         cell(row, Role::sale_price).empty() && cell(row, Role::stock).empty();
  if (continues) {
    ++rows_without_product;
    return std::nullopt;
  }
  ProductParent* parent = parent_of(key);
  if (!seen.planned) return add_to(seen, row, std::move(product), parent);
  if (cell(row, Role::location) != seen.location && !cell(row, Role::stock).empty()) {
    return stock_elsewhere(row, product.id);
  }
  ++repeated_rows;
  compare(row, seen, parent);
  return std::nullopt;
}

std::optional<PlannedProduct> ProductPlanner::Impl::add_to(SeenProduct& seen, const Row& row, PlannedProduct product,
                                                           ProductParent* parent) {
  if (const auto wrong = reader.read(row, product, parent)) {
    refuse_({row.line, shown(product.id), *wrong});
    return std::nullopt;
  }
  product.ordinal = seen.ordinal;
  seen.planned = true;
  seen.location = cell(row, Role::location);
  seen.price = product.price;
  seen.name_hash = std::hash<std::string>{}(product.name.value_or(""));
  return product;
}

// A later row with the stock at another location: only that counts.
std::optional<PlannedProduct> ProductPlanner::Impl::stock_elsewhere(const Row& row, const std::string& id) {
  const std::string key = id + "\n" + std::string(cell(row, Role::location));
  if (more_stock_.size() >= kMaxProducts || !more_stock_.insert(key).second) {
    ++repeated_rows;
    return std::nullopt;
  }
  PlannedProduct product;
  product.line = row.line;
  product.ordinal = ordinals_++;
  product.id = id;
  product.further_location = true;
  if (const auto wrong = reader.read_stock(row, product)) {
    refuse_({row.line, id, *wrong});
    return std::nullopt;
  }
  product.first_stock.reset();
  return product.stock ? std::optional(std::move(product)) : std::nullopt;
}

// A later row of a planned product. Its cells are only compared, so they never refuse it.
void ProductPlanner::Impl::compare(const Row& row, SeenProduct& seen, ProductParent* parent) {
  PlannedProduct other;
  if (!seen.other_price && !reader.read_price(row, other) && other.price && other.price != seen.price) {
    seen.other_price = true;
    ++other_prices;
  }
  if (!seen.other_name && !reader.read_name(row, other, parent) && other.name &&
      std::hash<std::string>{}(*other.name) != seen.name_hash) {
    seen.other_name = true;
    ++other_names;
  }
}

// --- the planner -----------------------------------------------------------------------------------------------------

ProductPlanner::ProductPlanner(ProductPlanOptions options, const Survey& survey,
                               std::function<void(const Refusal&)> refuse)
    : impl_(std::make_unique<Impl>(std::move(options), survey, std::move(refuse))) {}
ProductPlanner::~ProductPlanner() = default;

std::optional<PlannedProduct> ProductPlanner::add(const Row& row) {
  return impl_->add(row);
}

std::size_t ProductPlanner::products() const {
  return impl_->products();
}
std::size_t ProductPlanner::products_with_other_prices() const {
  return impl_->other_prices;
}
std::size_t ProductPlanner::products_with_other_names() const {
  return impl_->other_names;
}
std::size_t ProductPlanner::products_with_negative_stock() const {
  return impl_->reader.negative_stock;
}
std::size_t ProductPlanner::products_without_weight_unit() const {
  return impl_->reader.weights_without_unit;
}
std::uint64_t ProductPlanner::rows_without_lines() const {
  return impl_->rows_without_product;
}
std::uint64_t ProductPlanner::repeated_rows() const {
  return impl_->repeated_rows;
}

}  // namespace ordo::imports
