#include "domain/stated_order.h"

#include <algorithm>
#include <numeric>

#include "domain/discounts.h"
#include "domain/money_text.h"

namespace ordo {
namespace {

std::string pointer_of(std::string_view list, std::size_t index, std::string_view member) {
  return "/" + std::string(list) + "/" + std::to_string(index) + "/" + std::string(member);
}

template <class T>
std::span<const T> all_of(const std::optional<std::vector<T>>& list) {
  return list ? std::span<const T>(*list) : std::span<const T>();
}

// --- checks

class StatedCheck {
 public:
  explicit StatedCheck(std::size_t lines) : lines_(lines) {}

  void check(std::size_t index, const StatedLine& line);
  void check(std::size_t index, const StatedShipping& shipping);
  void check(std::size_t index, const StatedDiscount& discount);
  void check(const StatedFigures& figures) { check_rules(figures, TextRule::enforced, found_); }
  void check_tax_of_order(std::span<const StatedTax> taxes, bool others);
  void note(std::string pointer, std::string detail) {
    if (found_.size() < kMaxViolations) found_.push_back({std::move(pointer), std::move(detail)});
  }
  std::vector<Violation> take() {
    if (found_.size() > kMaxViolations) found_.resize(kMaxViolations);
    return std::move(found_);
  }

 private:
  void check_amount(const std::string& pointer, std::string_view member, const std::optional<Money>& money);
  void check_tax(const std::string& pointer, const std::optional<std::vector<StatedTax>>& tax);

  const std::size_t lines_;
  std::vector<Violation> found_;
};

void StatedCheck::check_amount(const std::string& pointer, std::string_view member, const std::optional<Money>& money) {
  // guard: stated-amounts-bounded
  if (!money || (money->amount >= 0 && money->amount <= kMaxAmount)) return;
  note(pointer + std::string(member) + "/amount", "must be a whole number from 0 to " + std::to_string(kMaxAmount));
}

void StatedCheck::check_tax(const std::string& pointer, const std::optional<std::vector<StatedTax>>& tax) {
  const auto all = all_of(tax);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto here = pointer + "/tax/" + std::to_string(i);
    if (const auto problem = rate_problem(all[i]); !problem.empty()) note(here + "/rate_ppm", std::string(problem));
    if (all[i].rate_ppm) continue;
    // guard: stated-tax-is-a-figure
    if (!all[i].amount) note(here + "/rate_ppm", "is required, or an amount where the rate is not known");
    check_amount(here, "/amount", all[i].amount);
  }
  if (const auto index = tax_stated_otherwise(all)) {
    note(pointer + "/tax/" + std::to_string(*index) + "/rate_ppm", std::string(kRateOrAmount));
  }
}

void StatedCheck::check_tax_of_order(std::span<const StatedTax> taxes, bool others) {
  // guard: stated-tax-of-order-alone
  if (others && !taxes.empty()) note("/tax", "must be absent where lines or shipping state their tax");
  for (std::size_t i = 0; i < taxes.size(); ++i) {
    const auto here = "/tax/" + std::to_string(i);
    if (taxes[i].rate_ppm) note(here + "/rate_ppm", "must be absent: the tax of a whole order is an amount");
    if (!taxes[i].amount) note(here + "/amount", "is required");
    check_amount(here, "/amount", taxes[i].amount);
  }
}

void StatedCheck::check(std::size_t index, const StatedLine& line) {
  const auto first = found_.size();
  const auto pointer = "/lines/" + std::to_string(index);
  check_rules(line, TextRule::enforced, found_);
  for (auto i = first; i < found_.size(); ++i) found_[i].pointer.insert(0, pointer);
  if (!is_product(line)) {
    // guard: stated-only-products-have-stock
    if (line.product_id) note(pointer + "/product_id", "must be absent: only a line of kind product has one");
    if (!line.name) note(pointer + "/name", "is required for a custom line or fee");
    if (!line.unit_price) note(pointer + "/unit_price", "is required for a custom line or fee");
  }
  check_amount(pointer, "/unit_price", line.unit_price);
  check_amount(pointer, "/list_price", line.list_price);
  if (line.weight_g && (*line.weight_g < 0 || *line.weight_g > kMaxWeight)) {
    note(pointer + "/weight_g", "must be a whole number of grams from 0 to " + std::to_string(kMaxWeight));
  }
  check_tax(pointer, line.tax);
}

void StatedCheck::check(std::size_t index, const StatedShipping& shipping) {
  const auto pointer = "/shipping/" + std::to_string(index);
  check_amount(pointer, "/price", shipping.price);
  check_tax(pointer, shipping.tax);
}

void StatedCheck::check(std::size_t index, const StatedDiscount& discount) {
  if (const auto problem = value_problem(discount); !problem.empty()) {
    note(pointer_of("discounts", index, "value"), std::string(problem));
  }
  const auto pointer = pointer_of("discounts", index, "lines");
  if (discount.target != DiscountTarget::line) {
    if (discount.lines) note(pointer, "must be absent: only a discount with the target line names lines");
    return;
  }
  if (all_of(discount.lines).empty()) note(pointer, "must name the lines that the discount is for");
  std::vector<std::size_t> seen;
  for (std::size_t i = 0; i < all_of(discount.lines).size(); ++i) {
    const auto line = index_of_place((*discount.lines)[i], lines_);
    if (!line) {
      note(pointer + "/" + std::to_string(i),
           "is no line of the order: they have the ids 1 to " + std::to_string(lines_));
    } else {
      seen.push_back(*line);
    }
  }
  std::sort(seen.begin(), seen.end());
  if (std::adjacent_find(seen.begin(), seen.end()) != seen.end()) note(pointer, "names a line twice");
}

// --- from statements to figures

std::optional<std::vector<TaxLine>> tax_lines(const std::optional<std::vector<StatedTax>>& stated) {
  if (!stated) return std::nullopt;
  std::vector<TaxLine> tax;
  tax.reserve(stated->size());
  for (const auto& one : *stated) {
    // guard: stated-tax-without-a-rate-counts
    tax.push_back({one, one.rate_ppm ? Money() : one.amount.value_or(Money()), false});
  }
  return tax;
}

tl::unexpected<Error> other_currency(std::string pointer, const Money& money, Currency currency) {
  return fail(Error{ErrorCode::kInvalid,
                    "currency_mismatch",
                    "the order has one currency",
                    {{std::move(pointer), "is in " + std::string(money.currency.code()) + ", but the order is in " +
                                              std::string(currency.code())}}});
}

// Of amounts without a rate. The others are compared with the figures later.
Result<void> check_currency(const std::string& pointer, const std::optional<std::vector<StatedTax>>& taxes,
                            Currency currency) {
  const auto all = all_of(taxes);
  for (std::size_t i = 0; i < all.size(); ++i) {
    // guard: stated-tax-currency
    if (all[i].rate_ppm || all[i].amount->currency == currency) continue;
    return other_currency(pointer + "/tax/" + std::to_string(i) + "/amount", *all[i].amount, currency);
  }
  return {};
}

// Splits the taxes of a whole order over its lines and shipping, by what each costs after discounts.
Result<void> split_taxes(std::span<const StatedTax> stated, PricedOrder& order) {
  std::vector<std::int64_t> costs;
  std::vector<std::optional<std::vector<TaxLine>>*> taxes;
  for (auto& line : order.lines) {
    costs.push_back(left_of(line));
    taxes.push_back(&line.tax);
  }
  if (order.shipping) {
    for (auto& charge : *order.shipping) {
      costs.push_back(left_of(charge));
      taxes.push_back(&charge.tax);
    }
  }
  const bool free = std::all_of(costs.begin(), costs.end(), [](std::int64_t cost) { return cost == 0; });
  for (std::size_t i = 0; i < stated.size(); ++i) {
    const auto& one = stated[i];
    if (free && one.amount->amount > 0) {
      return fail(Error{ErrorCode::kInvalid,
                        "tax_exceeds_line",
                        "nothing of the order costs anything",
                        {{"/tax/" + std::to_string(i) + "/amount", "must be 0: the order is free"}}});
    }
    const auto shares = shares_of(one.amount->amount, costs);
    for (std::size_t at = 0; at < taxes.size(); ++at) {
      if (!*taxes[at]) taxes[at]->emplace();
      (*taxes[at])->push_back({one, {shares[at], order.total.currency}, false});
    }
  }
  return {};
}

Result<std::vector<ShippingCharge>> shipping_charges(std::span<const StatedShipping> stated, Currency currency) {
  std::vector<ShippingCharge> charges;
  charges.reserve(stated.size());
  for (const auto& one : stated) {
    if (one.price.currency != currency) {
      return other_currency(pointer_of("shipping", charges.size(), "price"), one.price, currency);
    }
    if (auto same = check_currency("/shipping/" + std::to_string(charges.size()), one.tax, currency); !same) {
      return fail(std::move(same.error()));
    }
    ShippingCharge charge;
    static_cast<ShippingTerms&>(charge) = one;
    charge.id = place_id(charges.size());
    charge.tax = tax_lines(one.tax);
    charges.push_back(std::move(charge));
  }
  return charges;
}

// The order in which stated discounts apply: of lines, of the order, of shipping, as in the enum. Indexes of `stated`.
std::vector<std::size_t> places_of(std::span<const StatedDiscount> stated) {
  std::vector<std::size_t> places(stated.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::stable_sort(places.begin(), places.end(),
                   [&](std::size_t a, std::size_t b) { return stated[a].target < stated[b].target; });
  return places;
}

Result<void> take_discounts(std::span<const StatedDiscount> stated, PricedOrder& order) {
  for (const auto place : places_of(stated)) {
    const auto& one = stated[place];
    Discount discount;
    static_cast<DiscountTerms&>(discount) = one;
    std::vector<std::size_t> lines;
    for (const auto& id : all_of(one.lines)) lines.push_back(index_of_place(id, order.lines.size()).value());
    if (auto taken = take_discount(order, std::move(discount), lines); !taken) {
      auto error = std::move(taken.error());
      error.violations.push_back({pointer_of("discounts", place, "value"), error.message});
      return fail(std::move(error));
    }
  }
  return {};
}

// Compares what the caller stated with the figures.
class StatedSums {
 public:
  void compare(std::string pointer, const std::optional<Money>& stated, const Money& figure) {
    // guard: stated-sums-checked
    if (!stated || *stated == figure || found_.size() >= kMaxViolations) return;
    found_.push_back({std::move(pointer), "is " + shown_money(*stated) + ", but comes to " + shown_money(figure)});
  }
  void compare_tax(const std::string& pointer, const std::optional<std::vector<StatedTax>>& stated,
                   const std::optional<std::vector<TaxLine>>& tax) {
    for (std::size_t i = 0; i < all_of(stated).size(); ++i) {
      compare(pointer + "/tax/" + std::to_string(i) + "/amount", (*stated)[i].amount, (*tax)[i].amount);
    }
  }
  Result<void> result() {
    if (found_.empty()) return {};
    return fail(Error{ErrorCode::kInvalid, "total_mismatch", "a stated sum is another than its parts come to",
                      std::move(found_)});
  }

 private:
  std::vector<Violation> found_;
};

}  // namespace

bool states_figures(std::span<const StatedLine> lines, const StatedFigures& figures) {
  return figures != StatedFigures() || std::any_of(lines.begin(), lines.end(), [](const StatedLine& line) {
           return line.name || line.unit_price || line.tax || line.total ||
                  static_cast<const LineTerms&>(line) != LineTerms();
         });
}

std::vector<Violation> check_stated(std::span<const StatedLine> lines, const StatedFigures& figures) {
  StatedCheck check(lines.size());
  check.check(figures);
  for (std::size_t i = 0; i < lines.size(); ++i) check.check(i, lines[i]);
  // guard: stated-product-ships-or-not
  if (const auto index = line_shipped_otherwise(lines)) {
    check.note(pointer_of("lines", *index, "requires_shipping"), std::string(kShippedOtherwise));
  }
  for (std::size_t i = 0; i < all_of(figures.shipping).size(); ++i) check.check(i, (*figures.shipping)[i]);
  for (std::size_t i = 0; i < all_of(figures.discounts).size(); ++i) check.check(i, (*figures.discounts)[i]);
  const auto states_tax = [](const auto& one) { return one.tax && !one.tax->empty(); };
  const auto shipping = all_of(figures.shipping);
  check.check_tax_of_order(all_of(figures.tax), std::any_of(lines.begin(), lines.end(), states_tax) ||
                                                    std::any_of(shipping.begin(), shipping.end(), states_tax));
  return check.take();
}

std::vector<Violation> check_may_not_state(std::span<const StatedLine> lines, const StatedFigures& figures) {
  std::vector<Violation> found;
  const auto refuse = [&found](std::string pointer, bool stated) {
    if (stated && found.size() < kMaxViolations) {
      found.push_back({std::move(pointer), "may only be stated with the permission orders:price"});
    }
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    const auto at = [i](std::string_view member) { return pointer_of("lines", i, member); };
    refuse(at("kind"), !is_product(line));
    refuse(at("name"), line.name.has_value());
    refuse(at("list_price"), line.list_price.has_value());
    refuse(at("price_includes_tax"), line.price_includes_tax.has_value());
    refuse(at("requires_shipping"), line.requires_shipping.has_value());
    refuse(at("weight_g"), line.weight_g.has_value());
    refuse(at("tax"), line.tax.has_value());
  }
  refuse("/tax_rounding", figures.tax_rounding.has_value());
  refuse("/rounding", figures.rounding.has_value());
  refuse("/shipping", figures.shipping.has_value());
  refuse("/discounts", figures.discounts.has_value());
  refuse("/tax", figures.tax.has_value());
  return found;
}

Result<void> state_figures(std::span<const StatedLine> lines, const StatedFigures& figures, PricedOrder& order) {
  order.tax_rounding = figures.tax_rounding;
  order.rounding = figures.rounding;
  const auto currency = order.total.currency;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (auto same = check_currency("/lines/" + std::to_string(i), lines[i].tax, currency); !same) return same;
    order.lines[i].tax = tax_lines(lines[i].tax);
  }
  if (figures.shipping) {
    auto charges = shipping_charges(*figures.shipping, currency);
    if (!charges) return fail(std::move(charges.error()));
    order.shipping = std::move(*charges);
  }
  if (auto taken = take_discounts(all_of(figures.discounts), order); !taken) return taken;
  if (auto same = check_currency({}, figures.tax, currency); !same) return same;
  return split_taxes(all_of(figures.tax), order);
}

Result<void> compare_stated(std::span<const StatedLine> lines, const StatedFigures& figures, const PricedOrder& order) {
  StatedSums sums;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].tax && !lines[i].total) continue;
    sums.compare_tax("/lines/" + std::to_string(i), lines[i].tax, order.lines[i].tax);
    sums.compare(pointer_of("lines", i, "total"), lines[i].total, order.lines[i].total);
  }
  for (std::size_t i = 0; i < all_of(figures.shipping).size(); ++i) {
    const auto& stated = (*figures.shipping)[i];
    sums.compare_tax("/shipping/" + std::to_string(i), stated.tax, (*order.shipping)[i].tax);
    sums.compare(pointer_of("shipping", i, "total"), stated.total, (*order.shipping)[i].total);
  }
  const auto places = places_of(all_of(figures.discounts));
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& stated = (*figures.discounts)[places[i]];
    sums.compare(pointer_of("discounts", places[i], "amount"), stated.amount, (*order.discounts)[i].amount);
  }
  return sums.result();
}

}  // namespace ordo
