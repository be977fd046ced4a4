#include "import/products.h"

#include "base/text.h"
#include "domain/ids.h"
#include "domain/stock.h"
#include "domain/text_rule.h"
#include "import/orders.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kMaxName = 200;  // bytes; the same as in the catalogue

}  // namespace

std::string PlannedProduct::body() const {
  std::string out = "{\"id\":";
  append_json_string(id, out);
  out += ",\"name\":";
  append_json_string(name, out);
  if (!category.empty()) {
    out += ",\"category\":";
    append_json_string(category, out);
  }
  out += ",\"price\":{\"amount\":" + std::to_string(price.amount) + ",\"currency\":";
  append_json_string(price.currency.code(), out);
  out += "}";
  if (stock) out += ",\"stock\":" + std::to_string(*stock);
  if (stock && !location.empty()) {
    out += ",\"location\":";
    append_json_string(location, out);
  }
  return out + "}";
}

ProductPlanner::ProductPlanner(ProductImportOptions options, const RowReader& reader,
                               std::function<void(const Refusal&)> refuse)
    : options_(std::move(options)), reader_(reader), refuse_(std::move(refuse)) {}

RowProblem ProductPlanner::problem(Column column, const ImportRow& row, std::string reason, std::string detail) const {
  return {reader_.name_of(column), std::move(reason), std::move(detail), shown(row[column])};
}

std::optional<RowProblem> ProductPlanner::read(const ImportRow& row, PlannedProduct& product) const {
  product.line = row.line;
  product.id = row[Column::product];
  if (const auto wrong = new_id_problem(product.id); !wrong.empty()) {
    return problem(Column::product, row, product.id.empty() ? "missing" : "bad_id", std::string(wrong));
  }
  product.name = row[Column::name];
  if (product.name.empty()) return problem(Column::name, row, "missing", "a product needs a name");
  if (product.name.size() > kMaxName) return problem(Column::name, row, "too_long", "must be at most 200 bytes");
  if (const auto wrong = line_problem(product.name); !wrong.empty()) {
    return problem(Column::name, row, "control_characters", std::string(wrong));
  }
  product.category = row[Column::category];
  if (const auto wrong = line_problem(product.category); !wrong.empty()) {
    return problem(Column::category, row, "control_characters", std::string(wrong));
  }
  if (product.category.size() > kMaxName) {
    return problem(Column::category, row, "too_long", "must be at most 200 bytes");
  }
  Currency currency = options_.currency;
  if (!row[Column::currency].empty()) {
    const auto named = Currency::parse(row[Column::currency]);
    if (!named) return problem(Column::currency, row, "bad_currency", named.error().message);
    currency = *named;
  }
  if (row[Column::price].empty()) return problem(Column::price, row, "missing", "a product needs a price");
  const auto price = parse_money(row[Column::price], currency);
  if (!price) return problem(Column::price, row, price.error().reason, price.error().message);
  if (price->amount <= 0) return problem(Column::price, row, "bad_price", "must be more than 0");
  product.price = *price;
  product.stock = options_.stock;
  if (!row[Column::stock].empty()) {
    product.stock = parse_whole(row[Column::stock]);
    if (!product.stock || *product.stock < 0 || *product.stock > kMaxStock) {
      return problem(Column::stock, row, "bad_stock", "must be a whole number from 0 to 1000000000000");
    }
  }
  product.location = row[Column::location].empty() ? options_.location.value_or("") : row[Column::location];
  if (const auto wrong = id_problem(product.location); !product.location.empty() && !wrong.empty()) {
    return problem(Column::location, row, "bad_id", std::string(wrong));
  }
  return std::nullopt;
}

std::optional<PlannedProduct> ProductPlanner::add(const ImportRow& row) {
  PlannedProduct product;
  if (const auto wrong = row.problem ? row.problem : read(row, product)) {
    refuse_({row.line, row[Column::product], *wrong});
    return std::nullopt;
  }
  const std::size_t name_hash = std::hash<std::string>{}(product.name);
  const auto [at, first] = seen_.try_emplace(product.id, Seen{product.price, name_hash});
  if (first) {
    product.ordinal = seen_.size() - 1;
    return product;
  }
  Seen& seen = at->second;
  if (seen.price != product.price && !seen.other_price) {
    seen.other_price = true;
    ++other_prices_;
  }
  if (seen.name_hash != name_hash && !seen.other_name) {
    seen.other_name = true;
    ++other_names_;
  }
  return std::nullopt;
}

}  // namespace ordo::imports
