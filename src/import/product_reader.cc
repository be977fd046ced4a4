#include "import/product_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "cells/values.h"
#include "domain/ids.h"
#include "domain/product.h"
#include "domain/stock.h"
#include "domain/text_rule.h"
#include "import/product_cells.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kMaxProductText = 200;  // bytes of a name and of a category; the same as in the catalogue

// A price has minor units, as ordo shows it, if a column for its currency is beside it: price_amount and
// price_currency, or price.amount and price.currency.
bool has_minor_units(const Columns& columns) {
  static constexpr std::string_view kAmount = "amount";
  const std::string price(columns.heading(Role::price));
  if (!price.ends_with("_amount") && !price.ends_with(".amount")) return false;
  const std::string currency = price.substr(0, price.size() - kAmount.size()) + "currency";
  return std::find(columns.headings.begin(), columns.headings.end(), currency) != columns.headings.end();
}

// Whether rows of one parent take from its first row what they leave out.
bool groups_by_parent(const Columns& columns) {
  if (columns.profile == nullptr || !columns.has(Role::parent)) return false;
  // The list of Shopify's stock has a parent in each row, and the name of the parent as the name.
  return columns.profile->fills_down || columns.profile->name.starts_with("shopify");
}

// True for a date without a time of day. Longer numbers are seconds or milliseconds since 1970.
bool names_a_day(std::string_view cell) {
  const bool digits = std::all_of(cell.begin(), cell.end(), [](char c) { return c >= '0' && c <= '9'; });
  return cell.find(':') == cell.npos && (!digits || cell.size() <= std::string_view("20240305").size());
}

RowProblem product_problem(const Error& error, std::string_view heading, std::string_view cell) {
  return {std::string(heading), error.reason, error.message, shown(cell)};
}

}  // namespace

ProductReader::ProductReader(const ProductPlanOptions& options, const Survey& survey)
    : options_(options),
      survey_(survey),
      columns_(survey.columns),
      at_(options.at.value_or(now())),
      fills_down_(groups_by_parent(columns_)),
      minor_units_(has_minor_units(columns_)) {}

std::string_view ProductReader::cell(const Row& row, Role role) const {
  const auto text = columns_.value(row, role);
  // "none" is a class of taxes, and anything can be a name.
  static constexpr std::array kAnyText{Role::name, Role::category, Role::tax_class, Role::product};
  const bool any = std::find(kAnyText.begin(), kAnyText.end(), role) != kAnyText.end();
  return !any && is_no_value(text) ? std::string_view() : text;
}

std::vector<std::string_view> ProductReader::options_of(const Row& row) const {
  auto values = columns_.values(row, Role::option_value);
  // Shopify's word for a product without variants.
  std::erase_if(values, [](std::string_view value) { return value.empty() || value == "Default Title"; });
  return values;
}

RowProblem ProductReader::problem(Role role, const Row& row, std::string reason, std::string detail) const {
  return {std::string(columns_.heading(role)), std::move(reason), std::move(detail), shown(cell(row, role))};
}
RowProblem ProductReader::problem(Role role, const Row& row, const Error& error) const {
  return product_problem(error, columns_.heading(role), cell(row, role));
}

ProductParent ProductReader::as_parent(const Row& row) {
  PlannedProduct product;
  read_name(row, product, nullptr);
  read_category(row, product, nullptr);
  read_state(row, product, nullptr);
  read_traits(row, product, nullptr);
  return {product.name.value_or(""), product.category.value_or(""), product.active, product.tax_class,
          product.weight_g};
}

std::optional<RowProblem> ProductReader::read(const Row& row, PlannedProduct& product, ProductParent* parent) {
  if (auto wrong = read_name(row, product, parent)) return wrong;
  if (auto wrong = read_category(row, product, parent)) return wrong;
  if (auto wrong = read_price(row, product)) return wrong;
  if (auto wrong = read_state(row, product, parent)) return wrong;
  if (auto wrong = read_traits(row, product, parent)) return wrong;
  if (auto wrong = read_stock(row, product)) return wrong;
  if (options_.update) return std::nullopt;
  if (!product.name) return problem(Role::name, row, "missing", "a product needs a name");
  if (!product.price) return problem(Role::price, row, "missing", "a product needs a price");
  return std::nullopt;
}

std::optional<RowProblem> ProductReader::read_name(const Row& row, PlannedProduct& product,
                                                   ProductParent* parent) const {
  std::string name(cell(row, Role::name));
  if (parent != nullptr) {
    const bool own = !name.empty();
    if (own && fills_down_ && parent->name.empty()) parent->name = name;
    if (!own) name = parent->name;
    const auto options = options_of(row);
    if (!name.empty() && !options.empty() && (fills_down_ || !own)) name += " - " + joined(options, " / ");
  }
  if (name.empty()) return std::nullopt;
  if (name.size() > kMaxProductText) {
    return problem(Role::name, row, "too_long", "must be at most 200 bytes, with the values of the options");
  }
  if (const auto wrong = line_problem(name); !wrong.empty()) {
    return problem(Role::name, row, "control_characters", std::string(wrong));
  }
  product.name = std::move(name);
  return std::nullopt;
}

std::optional<RowProblem> ProductReader::read_category(const Row& row, PlannedProduct& product,
                                                       ProductParent* parent) const {
  std::string category = category_in(cell(row, Role::category), columns_.profile);
  if (parent != nullptr) {
    if (fills_down_ && parent->category.empty()) parent->category = category;
    if (category.empty()) category = parent->category;
  }
  if (category.empty()) return std::nullopt;
  if (category.size() > kMaxProductText) return problem(Role::category, row, "too_long", "must be at most 200 bytes");
  if (const auto wrong = line_problem(category); !wrong.empty()) {
    return problem(Role::category, row, "control_characters", std::string(wrong));
  }
  product.category = std::move(category);
  return std::nullopt;
}

std::optional<RowProblem> ProductReader::read_amount(const Row& row, Role role, Currency currency,
                                                     std::optional<Money>& amount) const {
  const auto text = cell(row, role);
  if (text.empty()) return std::nullopt;
  if (minor_units_) {
    const auto units = parse_quantity(text, style(role));
    if (!units) return problem(role, row, "bad_amount", "must be a whole number of minor units, as ordo exports it");
    amount = Money{*units, currency};
  } else {
    const auto parsed = parse_amount(text, style(role), currency);
    if (!parsed) return problem(role, row, parsed.error());
    amount = *parsed;
  }
  // guard: import-price-not-negative
  if (amount->amount < 0) return problem(role, row, "bad_price", "must not be negative");
  if (amount->amount > kMaxAmount)
    return problem(role, row, "bad_price", "must be at most 1000000000000000 minor units");
  return std::nullopt;
}

std::optional<RowProblem> ProductReader::read_sale_dates(const Row& row, bool& holds) const {
  holds = true;
  for (const Role role : {Role::sale_starts, Role::sale_ends}) {
    const auto text = cell(row, role);
    if (text.empty()) continue;
    const auto time = parse_time(text, survey_.time);
    if (!time) return problem(role, row, time.error());
    if (role == Role::sale_starts) {
      holds = holds && *time <= at_;
    } else {
      holds = holds && at_ < *time + (names_a_day(text) ? std::chrono::days(1) : std::chrono::days(0));
    }
  }
  return std::nullopt;
}

std::optional<RowProblem> ProductReader::read_price(const Row& row, PlannedProduct& product) const {
  Currency currency = options_.currency;
  if (const auto code = cell(row, Role::currency); !code.empty()) {
    const auto named = Currency::parse(code);
    if (!named) return problem(Role::currency, row, "bad_currency", named.error().message);
    currency = *named;
    product.currency_named = true;
  }
  std::optional<Money> price;
  std::optional<Money> sale;
  if (auto wrong = read_amount(row, Role::price, currency, price)) return wrong;
  if (auto wrong = read_amount(row, Role::sale_price, currency, sale)) return wrong;
  // guard: import-sale-price-above-zero
  if (sale && sale->amount > 0 && (!price || sale->amount < price->amount)) {
    bool holds = false;
    if (auto wrong = read_sale_dates(row, holds)) return wrong;
    if (holds) price = sale;
  }
  product.price = price;
  return std::nullopt;
}

std::optional<RowProblem> ProductReader::read_stock(const Row& row, PlannedProduct& product) {
  product.location = cell(row, Role::location);
  if (product.location.empty()) product.location = options_.location.value_or("");
  if (const auto wrong = id_problem(product.location); !product.location.empty() && !wrong.empty()) {
    return problem(Role::location, row, "bad_id", std::string(wrong));
  }
  product.first_stock = options_.stock;
  const auto text = cell(row, Role::stock);
  // Shopify's word for a product that a location does not have.
  if (text.empty() || text == "not stocked") return std::nullopt;
  const auto stock = parse_quantity(text, style(Role::stock));
  if (!stock) return problem(Role::stock, row, stock.error());
  if (*stock > kMaxStock) return problem(Role::stock, row, "bad_stock", "must be at most 1000000000000");
  // Programs that sell more than there is have less than nothing.
  // guard: import-negative-stock
  product.stock = std::max<std::int64_t>(*stock, 0);
  if (*stock < 0) ++negative_stock;
  return std::nullopt;
}

std::optional<RowProblem> ProductReader::read_state(const Row& row, PlannedProduct& product,
                                                    ProductParent* parent) const {
  const auto take = [&](std::string_view heading, std::string_view text) -> Problem {
    const auto on_sale = is_on_sale(heading, text);
    if (!on_sale) return product_problem(on_sale.error(), heading, text);
    // With several columns, each of them can take the product off sale.
    if (*on_sale) product.active = product.active.value_or(true) && **on_sale;
    return std::nullopt;
  };
  const auto& places = columns_.of_role[static_cast<std::size_t>(Role::product_status)];
  const auto values = columns_.values(row, Role::product_status);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view heading =
        i < places.size() ? std::string_view(columns_.headings[places[i]]) : columns_.heading(Role::product_status);
    if (auto wrong = take(heading, values[i])) return wrong;
  }
  if (!product.active) {
    if (auto wrong = take("", cell(row, Role::product_status))) return wrong;
  }
  if (parent != nullptr) {
    if (fills_down_ && !parent->active) parent->active = product.active;
    if (!product.active) product.active = parent->active;
  }
  return std::nullopt;
}

std::optional<RowProblem> ProductReader::read_traits(const Row& row, PlannedProduct& product,
                                                     const ProductParent* parent) {
  // In a file that fills down, each variant has its own traits.
  const ProductParent* from = fills_down_ ? nullptr : parent;
  const auto text = cell(row, Role::tax_class);
  // WooCommerce writes "parent" for the class of the parent.
  if (!text.empty() && text != "parent") product.tax_class = tax_class_in(text);
  if (from != nullptr && !product.tax_class) product.tax_class = from->tax_class;
  if (const auto flag = cell(row, Role::requires_shipping); !flag.empty()) {
    product.requires_shipping = parse_flag(flag);
    if (!product.requires_shipping) return problem(Role::requires_shipping, row, "bad_flag", "must be yes or no");
  }
  ProductTraits traits;
  traits.tax_class = product.tax_class;
  std::vector<Violation> found;
  check_traits(traits, TextRule::enforced, found);
  if (!found.empty()) return problem(Role::tax_class, row, "bad_tax_class", found.front().detail);
  return read_weight(row, product, from);
}

std::optional<RowProblem> ProductReader::read_weight(const Row& row, PlannedProduct& product,
                                                     const ProductParent* parent) {
  if (const auto text = cell(row, Role::weight); !text.empty()) {
    const auto weight =
        weight_in(text, style(Role::weight), columns_.heading(Role::weight), cell(row, Role::weight_unit));
    if (!weight) return problem(Role::weight, row, weight.error());
    product.weight_g = *weight;
    if (!product.weight_g) ++weights_without_unit;
  }
  if (parent != nullptr && !product.weight_g) product.weight_g = parent->weight_g;
  return std::nullopt;
}

}  // namespace ordo::imports
