#include "domain/order_figures.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/number.h"
#include "domain/charges.h"
#include "domain/money_text.h"
#include "domain/order.h"
#include "domain/stated_order.h"

namespace ordo {
namespace {

tl::unexpected<Error> sum_too_large() {
  return fail(ErrorCode::kInvalid, "amount_overflow",
              "a sum of the order is above " + std::to_string(kMaxAmount) + " minor units");
}

// All that follows from an order's prices, as numbers.
struct Derived {
  std::vector<Charge> charges;    // the lines, then shipping
  std::vector<std::int64_t> tax;  // the amounts of all tax lines, charge by charge
  OrderTotals totals;
  std::vector<TaxSum> sums;
};

std::int64_t sum_of(const std::optional<std::vector<DiscountShare>>& shares) {
  std::int64_t sum = 0;
  // Clamped: no sum of them overflows.
  for (const auto& share : shares ? std::span(*shares) : std::span<const DiscountShare>()) {
    sum += std::clamp<std::int64_t>(share.amount.amount, 0, kMaxAmount);
  }
  return sum;
}

std::span<const TaxLine> tax_of(const std::optional<std::vector<TaxLine>>& tax) {
  return tax ? std::span(*tax) : std::span<const TaxLine>();
}

Result<void> add_to(Money& sum, std::int64_t amount) {
  const auto more = add(sum, {amount, sum.currency});
  if (!more) return sum_too_large();
  sum = *more;
  return {};
}

// The price of a line. One without a unit price has none that is known: its total stands for it.
template <class Line>
Result<std::int64_t> price_of_line(const Line& line) {
  if (!line.unit_price) return std::clamp<std::int64_t>(line.total.amount, 0, kMaxAmount);
  const auto price = multiply(*line.unit_price, line.quantity);
  if (!price) return sum_too_large();
  return price->amount;
}

Result<void> add_charge(Charge charge, std::int64_t discounts, const std::string& what, Money& sum, Derived& derived) {
  // guard: figures-discount-within
  if (discounts > charge.price) {
    return fail(ErrorCode::kInvalid, "discount_exceeds_line", "the discounts of " + what + " are above its price");
  }
  charge.left = charge.price - discounts;
  if (auto added = add_to(sum, charge.price); !added) return added;
  if (auto added = add_to(derived.totals.discounts, discounts); !added) return added;
  derived.charges.push_back(charge);
  return {};
}

template <class Line>
Result<void> add_charges(std::span<const Line> lines, const OrderFigures& figures, Derived& derived) {
  auto& totals = derived.totals;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    const auto price = price_of_line(line);
    if (!price) return fail(price.error());
    const Charge charge{*price, *price, line.quantity, line.price_includes_tax.value_or(false), tax_of(line.tax)};
    auto& sum = line.kind == LineKind::fee ? totals.fees : totals.items;
    auto added = add_charge(charge, sum_of(line.discounts), "line " + std::to_string(i + 1), sum, derived);
    if (!added) return added;
  }
  if (!figures.shipping) return {};
  for (const auto& shipping : *figures.shipping) {
    const Charge charge{shipping.price.amount, shipping.price.amount, 1, shipping.price_includes_tax.value_or(false),
                        tax_of(shipping.tax)};
    auto added = add_charge(charge, sum_of(shipping.discounts), "shipping", totals.shipping, derived);
    if (!added) return added;
  }
  return {};
}

Result<TaxSum*> sum_for(std::vector<TaxSum>& sums, const TaxLine& tax, bool included, Currency currency) {
  const auto found = std::find_if(sums.begin(), sums.end(), [&](const TaxSum& sum) {
    return sum.code == tax.code && sum.rate_ppm == tax.rate_ppm && sum.reason == tax.reason &&
           sum.collected_by == tax.collected_by && sum.included == included;
  });
  if (found != sums.end()) return &*found;
  if (sums.size() == kMaxTaxSums) {
    return fail(ErrorCode::kInvalid, "too_many_taxes",
                "an order has at most " + std::to_string(kMaxTaxSums) + " different taxes");
  }
  return &sums.emplace_back(TaxSum{tax, included, {0, currency}, {0, currency}});
}

Result<void> add_tax(Derived& derived) {
  auto& totals = derived.totals;
  const auto currency = totals.total.currency;
  std::int64_t total = totals.items.amount - totals.discounts.amount + totals.shipping.amount + totals.fees.amount;
  const auto* amount = derived.tax.data();
  for (const auto& charge : derived.charges) {
    std::int64_t tax = 0;
    for (std::size_t i = 0; i < charge.tax.size(); ++i) tax += amount[i];
    const std::int64_t net = charge.includes_tax ? charge.left - tax : charge.left;
    // guard: figures-stated-tax-within
    if (net < 0) {
      return fail(ErrorCode::kInvalid, "tax_exceeds_line", "the tax in a price is above the price");
    }
    for (const auto& line : charge.tax) {
      auto sum = sum_for(derived.sums, line, charge.includes_tax, currency);
      if (!sum) return fail(std::move(sum.error()));
      (*sum)->net.amount += net;
      (*sum)->amount.amount += *amount++;
    }
    if (auto added = add_to(totals.tax, tax); !added) return added;
    if (charge.includes_tax) {
      totals.tax_included.amount += tax;
    } else {
      total += tax;
    }
  }
  if (total > kMaxAmount) return sum_too_large();
  totals.total.amount = total;
  return {};
}

template <class Line>
Result<Derived> derive(std::span<const Line> lines, const OrderFigures& figures, Currency currency) {
  Derived derived;
  derived.charges.reserve(lines.size() + (figures.shipping ? figures.shipping->size() : 0));
  auto& totals = derived.totals;
  for (Money* sum : {&totals.items, &totals.discounts, &totals.shipping, &totals.fees, &totals.tax,
                     &totals.tax_included, &totals.total}) {
    sum->currency = currency;
  }
  if (auto added = add_charges(lines, figures, derived); !added) return fail(std::move(added.error()));
  auto tax = tax_amounts(derived.charges, figures.tax_rounding.value_or(TaxRounding::line),
                         figures.rounding.value_or(Rounding::half_up));
  if (!tax) return fail(std::move(tax.error()));
  derived.tax = std::move(*tax);
  if (auto added = add_tax(derived); !added) return fail(std::move(added.error()));
  return derived;
}

// --- one walk over all figures that follow: to set them, or to compare them

// The place of a figure.
struct Where {
  std::string_view list;
  std::size_t index;
  std::string_view member;

  std::string pointer() const {
    return "/" + std::string(list) + "/" + std::to_string(index) + "/" + std::string(member);
  }
};

class SetFigures {
 public:
  explicit SetFigures(Currency currency) : currency_(currency) {}

  void operator()(const Where& /*where*/, Money& slot, std::int64_t amount) { slot = {amount, currency_}; }
  void operator()(const Where& /*where*/, std::optional<Money>& slot, std::int64_t amount) {
    slot = Money{amount, currency_};
  }
  void flag(const Where& /*where*/, bool& slot, bool value) { slot = value; }

 private:
  Currency currency_;
};

class CompareFigures {
 public:
  CompareFigures(Currency currency, std::vector<Violation>& found) : currency_(currency), found_(found) {}

  void operator()(const Where& where, const Money& slot, std::int64_t amount) {
    const Money expected{amount, currency_};
    if (slot == expected || found_.size() >= kMaxViolations) return;
    found_.push_back({where.pointer(), "is " + shown_money(slot) + ", but comes to " + shown_money(expected)});
  }
  void operator()(const Where& where, const std::optional<Money>& slot, std::int64_t amount) {
    if (slot) return (*this)(where, *slot, amount);
    if (found_.size() >= kMaxViolations) return;
    found_.push_back({where.pointer(), "is missing; it comes to " + shown_money({amount, currency_})});
  }
  void flag(const Where& where, const bool& slot, bool value) {
    if (slot == value || found_.size() >= kMaxViolations) return;
    found_.push_back({where.pointer(), "differs from price_includes_tax of the same line"});
  }

 private:
  Currency currency_;
  std::vector<Violation>& found_;
};

// The figures of one line or shipping charge. `amounts`: of its tax lines; moved past them.
template <class Carrier, class Visit>
void visit_charge(std::string_view list, std::size_t index, Carrier& carrier, const Charge& charge,
                  const std::int64_t*& amounts, Visit& visit) {
  std::int64_t tax = 0;
  if (carrier.tax) {
    for (auto& line : *carrier.tax) {
      visit({list, index, "tax"}, line.amount, *amounts);
      visit.flag({list, index, "tax"}, line.included, charge.includes_tax);
      tax += *amounts++;
    }
  }
  visit({list, index, "net"}, carrier.net, charge.includes_tax ? charge.left - tax : charge.left);
  visit({list, index, "tax_total"}, carrier.tax_total, tax);
  visit({list, index, "total"}, carrier.total, charge.includes_tax ? charge.left : charge.left + tax);
}

template <class Lines, class Shipping, class Visit>
void visit_charges(std::string_view list, Lines& lines, Shipping& shipping, const Derived& derived, Visit& visit) {
  const auto* charge = derived.charges.data();
  const auto* amounts = derived.tax.data();
  for (std::size_t i = 0; i < lines.size(); ++i) visit_charge(list, i, lines[i], *charge++, amounts, visit);
  if (!shipping) return;
  for (std::size_t i = 0; i < shipping->size(); ++i) {
    visit_charge("shipping", i, (*shipping)[i], *charge++, amounts, visit);
  }
}

// --- the checks of prices, rates and texts

class FigureCheck {
 public:
  FigureCheck(const OrderFigures& figures, Currency currency, TextRule texts, std::string_view list)
      : figures_(figures), currency_(currency), texts_(texts), list_(list) {}

  template <class Line>
  std::vector<Violation> run(std::span<const Line> lines, const Money& total);

 private:
  void note(std::string pointer, std::string detail) {
    if (found_.size() < kMaxViolations) found_.push_back({std::move(pointer), std::move(detail)});
  }
  void check_amount(const std::string& pointer, const Money& money);
  void check_taxes(const std::string& pointer, const std::optional<std::vector<TaxLine>>& taxes);
  void check_shares(const std::string& pointer, const std::optional<std::vector<DiscountShare>>& shares, bool shipping);
  template <class Line>
  void check_line(const std::string& pointer, std::size_t index, const Line& line);
  void check_shipping(const std::string& pointer, std::size_t index, const ShippingCharge& charge);
  void check_discounts();
  void check_totals(const Derived& derived, const Money& total);
  void check_texts(const std::string& pointer, const auto& value) {
    const auto first = found_.size();
    check_rules(value, texts_, found_);
    for (auto i = first; i < found_.size(); ++i) found_[i].pointer.insert(0, pointer);
  }

  const OrderFigures& figures_;
  const Currency currency_;
  const TextRule texts_;
  const std::string_view list_;
  std::vector<std::int64_t> discounted_;  // by discount: the sum of its shares
  std::vector<Violation> found_;
};

void FigureCheck::check_amount(const std::string& pointer, const Money& money) {
  if (money.currency != currency_) {
    note(pointer + "/currency", "must be " + std::string(currency_.code()) + ", as that of the order");
  }
  // guard: figures-amounts-bounded
  if (money.amount < 0 || money.amount > kMaxAmount) {
    note(pointer + "/amount", "must be a whole number from 0 to " + std::to_string(kMaxAmount));
  }
}

void FigureCheck::check_taxes(const std::string& pointer, const std::optional<std::vector<TaxLine>>& taxes) {
  const auto all = tax_of(taxes);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto here = pointer + "/tax/" + std::to_string(i);
    if (const auto problem = rate_problem(all[i]); !problem.empty()) note(here + "/rate_ppm", std::string(problem));
    // guard: figures-stated-tax-bounded
    if (!all[i].rate_ppm) check_amount(here + "/amount", all[i].amount);
  }
  // guard: figures-rate-or-amount
  if (const auto index = tax_stated_otherwise(all)) {
    note(pointer + "/tax/" + std::to_string(*index) + "/rate_ppm", std::string(kRateOrAmount));
  }
}

void FigureCheck::check_shares(const std::string& pointer, const std::optional<std::vector<DiscountShare>>& shares,
                               bool shipping) {
  if (!shares) return;
  for (std::size_t i = 0; i < shares->size(); ++i) {
    const auto& share = (*shares)[i];
    const auto here = pointer + "/discounts/" + std::to_string(i);
    check_amount(here + "/amount", share.amount);
    std::size_t at = 0;
    while (at < discounted_.size() && (*figures_.discounts)[at].id != share.id) ++at;
    if (at == discounted_.size()) {
      note(here + "/id", "is none of the order's discounts");
    } else if (((*figures_.discounts)[at].target == DiscountTarget::shipping) != shipping) {
      note(here + "/id", "is a discount with another target");
    } else {
      discounted_[at] += std::clamp<std::int64_t>(share.amount.amount, 0, kMaxAmount);
    }
  }
}

template <class Line>
void FigureCheck::check_line(const std::string& pointer, std::size_t index, const Line& line) {
  check_texts(pointer, details_of(line));
  // guard: figures-only-products-have-stock
  if (line.product_id.has_value() != is_product(line)) {
    note(pointer + "/product_id",
         is_product(line) ? "is missing" : "must be absent: only a line of kind product has one");
  }
  if (line.id && *line.id != place_id(index)) note(pointer + "/id", "must be " + place_id(index));
  if (line.unit_price) check_amount(pointer + "/unit_price", *line.unit_price);
  if (line.list_price) check_amount(pointer + "/list_price", *line.list_price);
  if (line.weight_g && (*line.weight_g < 0 || *line.weight_g > kMaxWeight)) {
    note(pointer + "/weight_g", "must be a whole number of grams from 0 to " + std::to_string(kMaxWeight));
  }
  check_shares(pointer, line.discounts, false);
  check_taxes(pointer, line.tax);
}

void FigureCheck::check_shipping(const std::string& pointer, std::size_t index, const ShippingCharge& charge) {
  if (charge.id != place_id(index)) note(pointer + "/id", "must be " + place_id(index));
  check_amount(pointer + "/price", charge.price);
  check_shares(pointer, charge.discounts, true);
  check_taxes(pointer, charge.tax);
}

void FigureCheck::check_discounts() {
  for (std::size_t i = 0; i < discounted_.size(); ++i) {
    const auto& discount = (*figures_.discounts)[i];
    const auto pointer = "/discounts/" + std::to_string(i);
    if (discount.id != place_id(i)) note(pointer + "/id", "must be " + place_id(i));
    check_amount(pointer + "/amount", discount.amount);
    if (const auto problem = value_problem(discount); !problem.empty()) note(pointer + "/value", std::string(problem));
    // The promotions processor takes no other ids, so an order with one would wait for good.
    // guard: figures-promotion-is-an-id
    if (const auto problem = id_problem(discount.promotion_id.value_or("none")); !problem.empty()) {
      note(pointer + "/promotion_id", std::string(problem));
    }
    // guard: figures-discount-is-its-shares
    if (discounted_[i] != discount.amount.amount) {
      note(pointer + "/amount", "is " + shown_money(discount.amount) + ", but its shares come to " +
                                    shown_money({discounted_[i], currency_}));
    }
  }
  // guard: figures-bounded-promotions
  if (promotions_of(figures_).size() > kMaxPromotions) {
    note("/discounts", "must be of at most " + std::to_string(kMaxPromotions) + " promotions");
  }
}

void FigureCheck::check_totals(const Derived& derived, const Money& total) {
  CompareFigures compare(currency_, found_);
  for_each_member(*figures_.totals, [&](std::string_view name, const Money& stated) {
    for_each_member(derived.totals, [&](std::string_view expected_name, const Money& expected) {
      if (expected_name != name || stated == expected) return;
      note("/totals/" + std::string(name), "is " + shown_money(stated) + ", but comes to " + shown_money(expected));
    });
  });
  // guard: figures-total-is-the-sum
  if (total != derived.totals.total) {
    note("/total", "is " + shown_money(total) + ", but comes to " + shown_money(derived.totals.total));
  }
  if (figures_.tax_summary.value_or(std::vector<TaxSum>()) != derived.sums) {
    note("/tax_summary", "is not the sum of the tax of lines and shipping");
  }
}

template <class Line>
std::vector<Violation> FigureCheck::run(std::span<const Line> lines, const Money& total) {
  check_texts("", figures_);
  if (figures_.discounts) discounted_.resize(figures_.discounts->size());
  for (std::size_t i = 0; i < lines.size() && found_.size() < kMaxViolations; ++i) {
    check_line("/" + std::string(list_) + "/" + std::to_string(i), i, lines[i]);
  }
  if (figures_.shipping) {
    for (std::size_t i = 0; i < figures_.shipping->size() && found_.size() < kMaxViolations; ++i) {
      check_shipping("/shipping/" + std::to_string(i), i, (*figures_.shipping)[i]);
    }
  }
  // guard: figures-product-ships-or-not
  if (const auto index = line_shipped_otherwise(lines)) {
    note("/" + std::string(list_) + "/" + std::to_string(*index) + "/requires_shipping",
         std::string(kShippedOtherwise));
  }
  check_discounts();
  check_amount("/total", total);
  if (!found_.empty()) return std::move(found_);
  auto derived = derive(lines, figures_, currency_);
  if (!derived) {
    note("/total", derived.error().message);
    return std::move(found_);
  }
  if (!needs_totals(lines, figures_)) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      CompareFigures(currency_, found_)({list_, i, "total"}, lines[i].total, derived->charges[i].left);
    }
    if (total != derived->totals.total) {
      note("/total", "is " + shown_money(total) + ", but the lines come to " + shown_money(derived->totals.total));
    }
    return std::move(found_);
  }
  CompareFigures compare(currency_, found_);
  visit_charges(list_, lines, figures_.shipping, *derived, compare);
  if (!figures_.totals) {
    note("/totals", "is missing");
  } else {
    check_totals(*derived, total);
  }
  return std::move(found_);
}

}  // namespace

std::string_view rate_problem(const TaxTerms& tax) {
  if (!tax.rate_ppm) return {};
  const auto rate = *tax.rate_ppm;
  // guard: figures-rate-bounded
  if (rate < 0 || rate > kWhole) return "must be a whole number from 0 to 1000000, which is 100 %";
  const auto reason = tax.reason.value_or(TaxReason::standard);
  const bool taxed = reason == TaxReason::standard || reason == TaxReason::reduced;
  if (taxed == (rate > 0)) return {};
  return taxed ? "is 0: the reason must say why, such as zero, export or exempt"
               : "must be 0 with this reason; with a rate it is standard or reduced";
}

std::string_view value_problem(const DiscountTerms& discount) {
  if (discount.value_type == DiscountValue::percent) {
    return discount.value >= 0 && discount.value <= kWhole ? ""
                                                           : "must be a whole number from 0 to 1000000, which is 100 %";
  }
  return discount.value >= 0 && discount.value <= kMaxAmount ? ""
                                                             : "must be a whole number from 0 to 10^15 minor units";
}

std::string place_id(std::size_t index) {
  return std::to_string(index + 1);
}

std::optional<std::size_t> index_of_place(std::string_view id, std::size_t count) {
  const auto place = parse_natural<std::int64_t>(id);
  if (!place || *place < 1 || *place > static_cast<std::int64_t>(count)) return std::nullopt;
  const auto index = static_cast<std::size_t>(*place - 1);
  return place_id(index) == id ? std::optional(index) : std::nullopt;
}

std::vector<std::string> promotions_of(const OrderFigures& figures) {
  std::vector<std::string> promotions;
  if (!figures.discounts) return promotions;
  std::set<std::string_view> known;
  for (const auto& discount : *figures.discounts) {
    const auto& id = discount.promotion_id;
    if (id && known.insert(*id).second) promotions.push_back(*id);
  }
  return promotions;
}

PricedLine plain_line(ProductId product, std::string name, std::int64_t quantity, std::optional<Money> unit_price,
                      Money total) {
  PricedLine line;
  line.product_id = std::move(product);
  line.name = std::move(name);
  line.quantity = quantity;
  line.unit_price = unit_price;
  line.total = total;
  return line;
}

template <class Line>
bool needs_totals(std::span<const Line> lines, const OrderFigures& figures) {
  return figures.shipping || figures.discounts || figures.totals ||
         std::any_of(lines.begin(), lines.end(),
                     [](const Line& line) { return line.tax || line.discounts || line.net || !is_product(line); });
}

template <class Line>
std::optional<std::size_t> line_shipped_otherwise(std::span<const Line> lines) {
  const auto ships = [](const Line& line) { return line.requires_shipping.value_or(true); };
  if (std::all_of(lines.begin(), lines.end(), ships)) return std::nullopt;
  std::map<std::string_view, bool> known;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].product_id) continue;
    const auto [there, is_new] = known.emplace(lines[i].product_id->str(), ships(lines[i]));
    if (there->second != ships(lines[i])) return i;
  }
  return std::nullopt;
}

Result<void> compute_figures(PricedOrder& order) {
  const auto currency = order.total.currency;
  auto derived = derive<PricedLine>(order.lines, order, currency);
  if (!derived) return fail(std::move(derived.error()));
  order.total = derived->totals.total;
  if (!needs_totals<PricedLine>(order.lines, order)) {
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
      order.lines[i].total = {derived->charges[i].left, currency};
    }
    return {};
  }
  SetFigures set(currency);
  visit_charges("lines", order.lines, order.shipping, *derived, set);
  order.totals = derived->totals;
  if (!derived->sums.empty()) order.tax_summary = std::move(derived->sums);
  return {};
}

template <class Line>
std::vector<Violation> check_figures(std::span<const Line> lines, const OrderFigures& figures, const Money& total,
                                     TextRule texts, std::string_view list) {
  return FigureCheck(figures, total.currency, texts, list).run(lines, total);
}

template std::optional<std::size_t> line_shipped_otherwise(std::span<const PricedLine> lines);
template std::optional<std::size_t> line_shipped_otherwise(std::span<const OrderLine> lines);
template std::optional<std::size_t> line_shipped_otherwise(std::span<const StatedLine> lines);
template bool needs_totals(std::span<const PricedLine> lines, const OrderFigures& figures);
template bool needs_totals(std::span<const OrderLine> lines, const OrderFigures& figures);
template std::vector<Violation> check_figures(std::span<const PricedLine> lines, const OrderFigures& figures,
                                              const Money& total, TextRule texts, std::string_view list);
template std::vector<Violation> check_figures(std::span<const OrderLine> lines, const OrderFigures& figures,
                                              const Money& total, TextRule texts, std::string_view list);

}  // namespace ordo
