#include "import/order_statement.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "domain/discounts.h"
#include "domain/money_text.h"
#include "domain/pricing.h"
#include "domain/rounding.h"
#include "import/order_tax.h"
#include "import/order_text.h"

namespace ordo::imports {
namespace {

constexpr std::string_view kRounding = "rounding";

class Statement {
 public:
  Statement(const OrderMoney& money, const Account& account, const ChargeNames& names, PlannedOrder& order)
      : money_(money), account_(account), names_(names), order_(order) {}

  Result<void> run();

 private:
  Money amount(std::int64_t units) const { return {units, money_.currency}; }
  void state_prices();
  Result<void> add_fee(std::string name, std::int64_t units);
  Result<void> state_fees();
  void state_shipping();

  bool states_one_discount();
  void state_line_discounts();
  void fold_discounts();
  Result<void> state_discounts();
  void add_order_discount(std::int64_t units, std::optional<std::string> code, std::string_view label);

  std::vector<NamedTax> tax_names(std::int64_t whole) const;
  StatedTax terms_of(const NamedTax& name) const;
  WantedTaxes wanted_taxes(const PricedOrder& priced) const;
  void want(const std::vector<NamedTax>& names, std::int64_t units, std::vector<ChargeTax>& taxes) const;
  void spread(const PricedOrder& priced, const std::vector<NamedTax>& names, WantedTaxes& wanted) const;
  void want_marketplace_tax(const PricedOrder& priced, std::size_t index, WantedTaxes& wanted) const;
  bool has_included_tax() const;
  Result<void> check_sum();

  const OrderMoney& money_;
  const Account& account_;
  const ChargeNames& names_;
  PlannedOrder& order_;
  std::vector<std::int64_t> discounts_;  // of each line
  std::vector<std::int64_t> roundings_;  // of each line: what its unit price is too high
  std::vector<StatedDiscount> stated_;
};

// --- prices, fees, shipping

// A price that the pieces do not share evenly gets a unit price that is too high by less than a unit. A discount takes
// the rest off again.
void Statement::state_prices() {
  for (std::size_t i = 0; i < money_.lines.size(); ++i) {
    const auto& line = account_.lines[i];
    const auto pieces = money_.lines[i].pieces;
    const auto unit = (line.gross + pieces - 1) / pieces;
    order_.lines[i].unit_price = amount(unit);
    if (line.includes_tax) order_.lines[i].price_includes_tax = true;
    discounts_.push_back(line.discount);
    roundings_.push_back(unit * pieces - line.gross);
  }
}

Result<void> Statement::add_fee(std::string name, std::int64_t units) {
  if (order_.lines.size() >= kMaxOrderLines) {
    return fail(ErrorCode::kInvalid, "too_many_lines", "an order has at most 1000 lines, fees included");
  }
  StatedLine line;
  line.kind = LineKind::fee;
  line.name = std::move(name);
  line.quantity = 1;
  line.unit_price = amount(units);
  order_.lines.push_back(std::move(line));
  order_.rows.push_back(order_.rows.empty() ? 0 : order_.rows.front());
  order_.returned.push_back(0);
  order_.cancelled.push_back(0);
  discounts_.push_back(0);
  roundings_.push_back(0);
  return {};
}

Result<void> Statement::state_fees() {
  if (account_.fee > 0) {
    if (auto added = add_fee("Fee", account_.fee); !added) return added;
  }
  if (account_.marketplace_tax > 0 && has_included_tax()) {
    auto added = add_fee("Tax collected by " + names_.marketplace, account_.marketplace_tax);
    if (!added) return added;
  }
  return account_.rounding > 0 ? add_fee(std::string(kRounding), account_.rounding) : Result<void>();
}

void Statement::state_shipping() {
  if (account_.shipping == 0 && account_.shipping_tax == 0 && !names_.shipping) return;
  StatedShipping shipping;
  shipping.name = names_.shipping.value_or("Shipping");
  shipping.price = amount(account_.shipping);
  if (account_.shipping_includes_tax) shipping.price_includes_tax = true;
  if (!order_.carrier.empty()) shipping.carrier = line_text(order_.carrier, 64);
  order_.figures.shipping = {std::move(shipping)};
}

// --- discounts

void Statement::add_order_discount(std::int64_t units, std::optional<std::string> code, std::string_view label) {
  StatedDiscount discount;
  if (code) discount.kind = DiscountKind::coupon;
  discount.label = code ? *code : std::string(label);
  discount.code = std::move(code);
  discount.value = units;
  stated_.push_back(std::move(discount));
}

// Whether the discounts of the lines are the shares of one discount of the order. Then it is stated.
bool Statement::states_one_discount() {
  const auto sum = std::accumulate(discounts_.begin(), discounts_.end(), std::int64_t{0});
  const bool has_rates = std::any_of(money_.lines.begin(), money_.lines.end(), [](const LineMoney& line) {
    return line.discount_ppm.has_value() && !line.discount;
  });
  if (sum == 0 || account_.discount > 0 || has_rates) return false;
  std::vector<std::int64_t> weights;
  for (std::size_t i = 0; i < discounts_.size(); ++i) {
    const auto& line = order_.lines[i];
    const auto price = line.unit_price->amount * line.quantity - roundings_[i];
    weights.push_back(line.kind == LineKind::fee ? 0 : price);
  }
  if (std::accumulate(weights.begin(), weights.end(), std::int64_t{0}) < sum) return false;
  if (shares_of(sum, weights) != discounts_) return false;
  discounts_.assign(discounts_.size(), 0);
  add_order_discount(sum, names_.discount_code, "Discount");
  return true;
}

StatedDiscount of_lines(std::vector<std::string> lines, DiscountValue type, std::int64_t value, std::string label) {
  StatedDiscount discount;
  discount.target = DiscountTarget::line;
  discount.lines = std::move(lines);
  discount.value_type = type;
  discount.value = value;
  discount.label = std::move(label);
  return discount;
}

// First what rounding needs, so that a percentage is one of the line's price.
void Statement::state_line_discounts() {
  std::vector<StatedDiscount> rounded;
  std::map<std::int64_t, std::vector<std::string>> by_rate;
  std::vector<StatedDiscount> fixed;
  for (std::size_t i = 0; i < discounts_.size(); ++i) {
    if (roundings_[i] > 0) {
      rounded.push_back(of_lines({place_id(i)}, DiscountValue::fixed, roundings_[i], std::string(kRounding)));
    }
    if (discounts_[i] == 0) continue;
    const auto rate =
        i < money_.lines.size() && !money_.lines[i].discount ? money_.lines[i].discount_ppm : std::nullopt;
    if (rate && *rate > 0 && *rate <= kWhole) {
      by_rate[*rate].push_back(place_id(i));
    } else {
      fixed.push_back(of_lines({place_id(i)}, DiscountValue::fixed, discounts_[i], "Discount"));
    }
  }
  stated_.insert(stated_.begin(), rounded.begin(), rounded.end());
  for (auto& [rate, lines] : by_rate) {
    stated_.push_back(of_lines(std::move(lines), DiscountValue::percent, rate, "Discount"));
  }
  stated_.insert(stated_.end(), fixed.begin(), fixed.end());
}

// More discounts than an order can have: prices take them in, where the pieces share them evenly. The price before is
// the list price.
void Statement::fold_discounts() {
  for (std::size_t i = 0; i < money_.lines.size(); ++i) {
    auto& line = order_.lines[i];
    const auto price = line.unit_price->amount * line.quantity - discounts_[i] - roundings_[i];
    if ((discounts_[i] == 0 && roundings_[i] == 0) || price % line.quantity != 0) continue;
    if (!line.list_price) line.list_price = line.unit_price;
    line.unit_price = amount(price / line.quantity);
    discounts_[i] = roundings_[i] = 0;
  }
}

Result<void> Statement::state_discounts() {
  const bool one = states_one_discount();
  const auto of_order = std::exchange(stated_, {});
  state_line_discounts();
  if (stated_.size() + 5 > kMaxDiscounts) {
    fold_discounts();
    stated_.clear();
    state_line_discounts();
  }
  if (one) stated_.insert(stated_.end(), of_order.begin(), of_order.end());
  if (account_.discount > 0) add_order_discount(account_.discount, names_.discount_code, "Discount");
  if (account_.fee < 0) add_order_discount(-account_.fee, std::nullopt, "Fee");
  if (account_.rounding < 0) add_order_discount(-account_.rounding, std::nullopt, kRounding);
  if (account_.shipping_discount > 0) {
    add_order_discount(account_.shipping_discount, std::nullopt, "Shipping discount");
    stated_.back().target = DiscountTarget::shipping;
  }
  if (stated_.size() > kMaxDiscounts) {
    return fail(ErrorCode::kInvalid, "too_many_discounts",
                "an order has at most " + std::to_string(kMaxDiscounts) + " discounts, but this one needs " +
                    std::to_string(stated_.size()) + ": more of its lines have discounts of their own");
  }
  if (!stated_.empty()) order_.figures.discounts = std::move(stated_);
  return {};
}

// --- taxes

bool Statement::has_included_tax() const {
  return std::any_of(account_.lines.begin(), account_.lines.end(),
                     [](const Account::Line& line) { return line.includes_tax; });
}

// The names of the taxes with their parts of all of it.
std::vector<NamedTax> Statement::tax_names(std::int64_t whole) const {
  std::vector<NamedTax> names;
  std::int64_t sum = 0;
  for (const auto& tax : money_.taxes) {
    if (tax.amount <= 0) continue;
    names.push_back(tax);
    sum += tax.amount;
  }
  if (names.size() == 1) return {{names.front().name, whole}};
  if (names.empty() || sum > whole || names.size() + 2 > kMaxTaxes) return {{"", whole}};
  if (sum < whole) names.push_back({"", whole - sum});
  return names;
}

StatedTax Statement::terms_of(const NamedTax& name) const {
  StatedTax tax;
  // The code is the name without its rate, which may change.
  std::string_view code = name.name;
  if (rate_in_name(code)) {
    code = code.substr(0, code.rfind('%'));
    while (!code.empty() && std::string_view("0123456789., (").find(code.back()) != code.npos) code.remove_suffix(1);
  }
  tax.code = line_text(code, 32);
  if (tax.code.empty()) tax.code = "tax";
  if (!name.name.empty() && name.name != tax.code) tax.label = line_text(name.name, 128);
  return tax;
}

// Splits `units` of tax by the names.
void Statement::want(const std::vector<NamedTax>& names, std::int64_t units, std::vector<ChargeTax>& taxes) const {
  if (units <= 0) return;
  std::vector<std::int64_t> weights;
  weights.reserve(names.size());
  for (const auto& name : names) weights.push_back(std::max<std::int64_t>(name.amount, 1));
  const auto parts = shares_of(units, weights);
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (parts[k] > 0) taxes.push_back({k, terms_of(names[k]), rate_in_name(names[k].name), parts[k]});
  }
}

// One way to split taxes of which only the sums are known: by what the charges cost.
void Statement::spread(const PricedOrder& priced, const std::vector<NamedTax>& names, WantedTaxes& wanted) const {
  wanted.is_spread = true;
  wanted.spreads_to_shipping = account_.spread_to_shipping && priced.shipping.has_value();
  std::vector<std::int64_t> weights(wanted.charges.size());
  for (std::size_t i = 0; i < money_.lines.size(); ++i) weights[i] = left_of(priced.lines[i]);
  if (wanted.spreads_to_shipping && has_included_tax()) weights.back() = left_of(priced.shipping->front());
  if (std::all_of(weights.begin(), weights.end(), [](std::int64_t weight) { return weight == 0; })) weights[0] = 1;
  std::vector<ChargeTax> all;
  want(names, account_.spread_tax, all);
  for (const auto& one : all) {
    const auto parts = shares_of(one.amount, weights);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i] == 0) continue;
      wanted.charges[i].push_back(one);
      wanted.charges[i].back().amount = parts[i];
    }
  }
}

void Statement::want_marketplace_tax(const PricedOrder& priced, std::size_t index, WantedTaxes& wanted) const {
  if (account_.marketplace_tax == 0 || has_included_tax()) return;
  std::vector<std::int64_t> weights;
  for (std::size_t i = 0; i < money_.lines.size(); ++i) weights.push_back(left_of(priced.lines[i]));
  if (std::all_of(weights.begin(), weights.end(), [](std::int64_t weight) { return weight == 0; })) weights[0] = 1;
  const auto parts = shares_of(account_.marketplace_tax, weights);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == 0) continue;
    ChargeTax tax{index, terms_of({}), std::nullopt, parts[i]};
    tax.terms.collected_by = line_text(names_.marketplace, 128);
    wanted.charges[i].push_back(std::move(tax));
  }
}

WantedTaxes Statement::wanted_taxes(const PricedOrder& priced) const {
  WantedTaxes wanted;
  wanted.charges.resize(order_.lines.size() + (priced.shipping ? 1 : 0));
  std::int64_t whole = account_.spread_tax + account_.shipping_tax;
  for (const auto& line : account_.lines) whole += line.tax;
  const auto names = tax_names(whole);
  for (std::size_t i = 0; account_.tax_by_line && i < account_.lines.size(); ++i) {
    const auto& stated = money_.lines[i];
    auto& taxes = wanted.charges[i];
    want(names, account_.lines[i].tax, taxes);
    if (taxes.empty() && stated.tax_reason && stated.tax.value_or(0) == 0) {
      taxes.push_back({0, terms_of(names.front()), 0, 0});
    }
    if (taxes.size() != 1) continue;
    auto& tax = taxes.front();
    if (stated.tax_ppm) tax.hint_ppm = stated.tax_ppm;
    if (stated.tax_code) tax.terms.code = line_text(*stated.tax_code, 32);
    tax.terms.reason = stated.tax_reason;
    const bool is_zero = tax.amount == 0;
    const bool says_zero = tax.terms.reason && *tax.terms.reason > TaxReason::reduced;
    if (is_zero != says_zero) tax.terms.reason.reset();
    if (is_zero && !tax.terms.reason) taxes.clear();
  }
  if (priced.shipping) want(names, account_.shipping_tax, wanted.charges.back());
  if (account_.spread_tax > 0) spread(priced, names, wanted);
  want_marketplace_tax(priced, names.size(), wanted);
  return wanted;
}

// --- all of it

Result<void> Statement::check_sum() {
  const auto computed = computed_order(order_.lines, order_.figures, money_.currency);
  if (!computed) return fail(computed.error());
  const auto expected = account_.sum + account_.rounding;
  if (computed->total.amount != expected) {
    return fail(ErrorCode::kInvalid, "total_mismatch",
                "the order's figures come to " + shown_money(computed->total) + ", and not to " +
                    shown_money(amount(expected)));
  }
  order_.sum = computed->total;
  return {};
}

Result<void> Statement::run() {
  state_prices();
  if (auto stated = state_fees(); !stated) return stated;
  state_shipping();
  if (auto stated = state_discounts(); !stated) return stated;
  auto priced = unpriced_order(order_.lines, money_.currency);
  if (auto stated = state_figures(order_.lines, order_.figures, priced); !stated) return stated;
  state_taxes(wanted_taxes(priced), priced, order_.lines, order_.figures);
  return check_sum();
}

}  // namespace

PricedOrder unpriced_order(std::span<const StatedLine> lines, Currency currency) {
  PricedOrder order;
  order.total.currency = currency;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto& priced = order.lines.emplace_back();
    static_cast<LineTerms&>(priced) = lines[i];
    priced.id = place_id(i);
    priced.product_id = lines[i].product_id;
    priced.name = lines[i].name.value_or(std::string());
    priced.quantity = lines[i].quantity;
    priced.unit_price = lines[i].unit_price;
    priced.total.currency = currency;
  }
  return order;
}

Result<PricedOrder> computed_order(std::span<const StatedLine> lines, const StatedFigures& figures, Currency currency) {
  std::vector<StatedLine> with_rates(lines.begin(), lines.end());
  StatedFigures others = figures;
  std::int64_t on_top = 0;
  std::vector<std::int64_t> within;  // of each line, then of each shipping charge
  const auto take_amounts = [&](std::optional<std::vector<StatedTax>>& tax, bool included) {
    within.push_back(0);
    if (!tax) return;
    std::erase_if(*tax, [&](const StatedTax& one) {
      if (!is_by_amount(one)) return false;
      (included ? within.back() : on_top) += one.amount->amount;
      return true;
    });
  };
  for (auto& line : with_rates) take_amounts(line.tax, line.price_includes_tax.value_or(false));
  if (others.shipping) {
    for (auto& one : *others.shipping) take_amounts(one.tax, one.price_includes_tax.value_or(false));
  }
  auto order = unpriced_order(with_rates, currency);
  if (auto stated = state_figures(with_rates, others, order); !stated) return fail(std::move(stated.error()));
  if (auto computed = compute_figures(order); !computed) return fail(std::move(computed.error()));
  if (auto same = compare_stated(with_rates, others, order); !same) return fail(std::move(same.error()));
  for (std::size_t i = 0; i < within.size(); ++i) {
    const auto& total = i < lines.size() ? order.lines[i].total : (*order.shipping)[i - lines.size()].total;
    if (within[i] > total.amount) {
      return fail(ErrorCode::kInvalid, "tax_exceeds_line", "the tax in a price is above the price");
    }
  }
  const auto total = add(order.total, {on_top, currency});
  if (!total) return fail(total.error());
  order.total = *total;
  return order;
}

Result<void> state_account(const OrderMoney& money, const Account& account, const ChargeNames& names,
                           PlannedOrder& order) {
  return Statement(money, account, names, order).run();
}

}  // namespace ordo::imports
