#include "import/order_tax.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "cells/values.h"
#include "domain/discounts.h"
#include "domain/rounding.h"

namespace ordo::imports {
namespace {

__extension__ using WideNumber = __int128;

constexpr std::size_t kMaxRates = 20;  // of an order; a file with more has other reasons for its taxes

std::int64_t nearest_multiple(WideNumber dividend, WideNumber divisor, std::int64_t step) {
  return static_cast<std::int64_t>((2 * dividend + divisor * step) / (2 * divisor * step)) * step;
}

std::int64_t tax_for(std::int64_t base, std::int64_t ppm, bool included) {
  return included ? base - net_of(base, ppm, Rounding::half_up) : part_of(base, ppm, Rounding::half_up);
}

// A tax as it may be stated, and which of the order's it is.
struct Candidate {
  StatedTax tax;
  std::size_t index = 0;
};
using Candidates = std::vector<std::vector<Candidate>>;  // charge by charge

class TaxSearch {
 public:
  TaxSearch(const WantedTaxes& wanted, const PricedOrder& priced, std::vector<StatedLine>& lines,
            StatedFigures& figures)
      : wanted_(wanted), priced_(priced), lines_(lines), figures_(figures) {}

  void run();

 private:
  std::size_t spread_end() const;
  std::int64_t rest(std::size_t charge) const;
  bool includes_tax(std::size_t charge) const;
  std::vector<std::vector<bool>> bases() const;
  std::vector<ChargeTax> spread_taxes() const;

  bool try_hints();
  bool try_found_rates();
  std::optional<std::vector<FoundRate>> rates_for(const std::vector<ChargeTax>& taxes, const std::vector<bool>& base);
  std::vector<Candidate> by_amounts(std::size_t charge) const;
  std::vector<Candidate> by_found_rate(std::size_t charge);
  Candidates fixed();
  Candidates all_by_amounts() const;

  bool take(Candidates candidates, TaxRounding rounding, bool check);
  bool fits(const Candidates& candidates, const PricedOrder& computed) const;

  const WantedTaxes& wanted_;
  const PricedOrder& priced_;
  std::vector<StatedLine>& lines_;
  StatedFigures& figures_;
  std::vector<std::int64_t> known_rates_;
};

// The charges before this one share the taxes that are spread.
std::size_t TaxSearch::spread_end() const {
  if (!wanted_.is_spread) return 0;
  return wanted_.spreads_to_shipping ? wanted_.charges.size() : lines_.size();
}

std::int64_t TaxSearch::rest(std::size_t charge) const {
  return charge < lines_.size() ? left_of(priced_.lines[charge]) : left_of((*priced_.shipping)[charge - lines_.size()]);
}

bool TaxSearch::includes_tax(std::size_t charge) const {
  const auto& flag = charge < lines_.size() ? lines_[charge].price_includes_tax
                                            : (*figures_.shipping)[charge - lines_.size()].price_includes_tax;
  return flag.value_or(false);
}

// What a tax of the order may be of: all charges, all lines, or the goods.
std::vector<std::vector<bool>> TaxSearch::bases() const {
  std::vector<std::vector<bool>> all;
  for (const int which : {0, 1, 2}) {
    std::vector<bool> base(spread_end());
    for (std::size_t i = 0; i < base.size(); ++i) {
      const bool is_line = i < lines_.size();
      base[i] = rest(i) > 0 && (which == 0 || (is_line && (which == 1 || lines_[i].kind != LineKind::fee)));
    }
    if (std::find(all.begin(), all.end(), base) == all.end()) all.push_back(std::move(base));
  }
  return all;
}

// The taxes that are spread, each with its sum.
std::vector<ChargeTax> TaxSearch::spread_taxes() const {
  std::vector<ChargeTax> taxes;
  for (std::size_t i = 0; i < spread_end(); ++i) {
    for (const auto& one : wanted_.charges[i]) {
      const auto known =
          std::find_if(taxes.begin(), taxes.end(), [&](const ChargeTax& tax) { return tax.tax == one.tax; });
      if (known == taxes.end()) {
        taxes.push_back(one);
      } else {
        known->amount += one.amount;
      }
    }
  }
  return taxes;
}

bool TaxSearch::try_hints() {
  Candidates fixed(wanted_.charges.size());
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    for (const auto& one : wanted_.charges[i]) {
      if (!one.hint_ppm) return false;
      if (i < spread_end()) continue;
      fixed[i].push_back({one.terms, one.tax});
      fixed[i].back().tax.rate_ppm = *one.hint_ppm;
    }
  }
  const auto spread = spread_taxes();
  for (const auto& base : bases()) {
    Candidates candidates = fixed;
    for (std::size_t i = 0; i < base.size(); ++i) {
      for (std::size_t k = 0; base[i] && k < spread.size(); ++k) {
        candidates[i].push_back({spread[k].terms, spread[k].tax});
        candidates[i].back().tax.rate_ppm = *spread[k].hint_ppm;
      }
    }
    for (const auto rounding : {TaxRounding::line, TaxRounding::order, TaxRounding::unit}) {
      if (take(candidates, rounding, true)) return true;
    }
  }
  return false;
}

// Rates of taxes that are rounded once for the charges of `base` together.
std::optional<std::vector<FoundRate>> TaxSearch::rates_for(const std::vector<ChargeTax>& taxes,
                                                           const std::vector<bool>& base) {
  std::int64_t sum = 0;
  bool included = false;
  for (std::size_t i = 0; i < base.size(); ++i) {
    if (!base[i]) continue;
    sum += rest(i);
    included = includes_tax(i);
  }
  std::vector<FoundRate> rates;
  std::vector<std::int64_t> amounts;
  amounts.reserve(taxes.size());
  for (const auto& tax : taxes) amounts.push_back(tax.amount);
  if (included && taxes.size() > 1) {
    const auto all = roundest_rate(sum, std::accumulate(amounts.begin(), amounts.end(), std::int64_t{0}), true);
    if (!all) return std::nullopt;
    for (const auto ppm : shares_of(all->ppm, amounts)) rates.push_back({ppm, 1});
    return rates;
  }
  for (const auto amount : amounts) {
    const auto rate = roundest_rate(sum, amount, included);
    if (!rate) return std::nullopt;
    rates.push_back(*rate);
  }
  return rates;
}

bool TaxSearch::try_found_rates() {
  const auto spread = spread_taxes();
  if (spread.empty()) return take(fixed(), TaxRounding::line, true);
  if (std::any_of(spread.begin(), spread.end(), [](const ChargeTax& tax) { return tax.hint_ppm.has_value(); })) {
    return false;
  }
  struct Found {
    std::vector<bool> base;
    std::vector<FoundRate> rates;
    std::int64_t step;
  };
  std::vector<Found> all;
  for (auto& base : bases()) {
    auto rates = rates_for(spread, base);
    if (!rates) continue;
    const auto least = std::min_element(rates->begin(), rates->end(),
                                        [](const FoundRate& a, const FoundRate& b) { return a.step < b.step; });
    all.push_back({std::move(base), *rates, least->step});
  }
  std::stable_sort(all.begin(), all.end(), [](const Found& a, const Found& b) { return a.step > b.step; });
  for (const auto& found : all) {
    Candidates candidates = fixed();
    for (std::size_t i = 0; i < found.base.size(); ++i) {
      for (std::size_t k = 0; found.base[i] && k < spread.size(); ++k) {
        candidates[i].push_back({spread[k].terms, spread[k].tax});
        candidates[i].back().tax.rate_ppm = found.rates[k].ppm;
      }
    }
    if (take(std::move(candidates), TaxRounding::order, true)) return true;
  }
  return false;
}

std::vector<Candidate> TaxSearch::by_amounts(std::size_t charge) const {
  std::vector<Candidate> taxes;
  for (const auto& one : wanted_.charges[charge]) {
    taxes.push_back({tax_by_amount(one.terms, {one.amount, priced_.total.currency}), one.tax});
    if (one.amount == 0) taxes.back().tax.rate_ppm = 0;  // with the reason for it
  }
  return taxes;
}

std::vector<Candidate> TaxSearch::by_found_rate(std::size_t charge) {
  const auto& taxes = wanted_.charges[charge];
  if (taxes.size() != 1) return by_amounts(charge);
  const auto& one = taxes.front();
  const auto base = rest(charge);
  const bool included = includes_tax(charge);
  const auto fits_amount = [&](std::int64_t ppm) { return tax_for(base, ppm, included) == one.amount; };
  Candidate candidate{one.terms, one.tax};
  if (one.amount == 0) {
    if (!one.terms.reason) return {};
    candidate.tax.rate_ppm = 0;
    return {candidate};
  }
  if (one.hint_ppm.value_or(0) > 0) {
    // Another rate than the file's would contradict it.
    if (!fits_amount(*one.hint_ppm)) return by_amounts(charge);
    candidate.tax.rate_ppm = *one.hint_ppm;
    return {candidate};
  }
  const auto known = std::find_if(known_rates_.begin(), known_rates_.end(), fits_amount);
  if (known != known_rates_.end()) {
    candidate.tax.rate_ppm = *known;
    return {candidate};
  }
  const auto found = roundest_rate(base, one.amount, included);
  if (!found || known_rates_.size() == kMaxRates) return by_amounts(charge);
  known_rates_.push_back(found->ppm);
  candidate.tax.rate_ppm = found->ppm;
  return {candidate};
}

// The taxes of the charges whose own are known. The largest charges say most about the rates.
Candidates TaxSearch::fixed() {
  Candidates candidates(wanted_.charges.size());
  std::vector<std::size_t> charges(wanted_.charges.size() - spread_end());
  std::iota(charges.begin(), charges.end(), spread_end());
  std::stable_sort(charges.begin(), charges.end(), [&](std::size_t a, std::size_t b) { return rest(a) > rest(b); });
  known_rates_.clear();
  for (const auto charge : charges) candidates[charge] = by_found_rate(charge);
  return candidates;
}

Candidates TaxSearch::all_by_amounts() const {
  Candidates candidates;
  for (std::size_t i = 0; i < wanted_.charges.size(); ++i) candidates.push_back(by_amounts(i));
  return candidates;
}

bool TaxSearch::fits(const Candidates& candidates, const PricedOrder& computed) const {
  std::vector<std::int64_t> spread;
  const auto add = [&](std::size_t index, std::int64_t amount) {
    if (index >= spread.size()) spread.resize(index + 1);
    spread[index] += amount;
  };
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto& tax = i < lines_.size() ? computed.lines[i].tax : (*computed.shipping)[i - lines_.size()].tax;
    std::vector<std::int64_t> amounts;
    for (std::size_t k = 0; k < candidates[i].size(); ++k) {
      const auto& stated = candidates[i][k].tax;
      amounts.push_back(is_by_amount(stated) ? stated.amount->amount : (*tax)[k].amount.amount);
    }
    if (i < spread_end()) {
      for (std::size_t k = 0; k < amounts.size(); ++k) add(candidates[i][k].index, amounts[k]);
      for (const auto& one : wanted_.charges[i]) add(one.tax, -one.amount);
      continue;
    }
    std::vector<std::int64_t> wanted;
    for (const auto& one : wanted_.charges[i]) {
      if (one.amount > 0 || one.terms.reason) wanted.push_back(one.amount);
    }
    if (amounts != wanted) return false;
  }
  return std::all_of(spread.begin(), spread.end(), [](std::int64_t difference) { return difference == 0; });
}

// States the candidates, if they come to the wanted amounts. Taxes by amount need no arithmetic.
bool TaxSearch::take(Candidates candidates, TaxRounding rounding, bool check) {
  PricedOrder computed = priced_;
  computed.tax_rounding = rounding;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    auto& tax = i < lines_.size() ? computed.lines[i].tax : (*computed.shipping)[i - lines_.size()].tax;
    for (const auto& candidate : candidates[i]) {
      if (is_by_amount(candidate.tax)) continue;
      if (!tax) tax.emplace();
      tax->push_back({candidate.tax, Money(), false});
    }
  }
  if (check && (!compute_figures(computed) || !fits(candidates, computed))) return false;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].empty()) continue;
    const bool is_line = i < lines_.size();
    const auto& amounts = is_line ? computed.lines[i].tax : (*computed.shipping)[i - lines_.size()].tax;
    auto& stated = is_line ? lines_[i].tax : (*figures_.shipping)[i - lines_.size()].tax;
    stated.emplace();
    for (std::size_t k = 0; k < candidates[i].size(); ++k) {
      stated->push_back(std::move(candidates[i][k].tax));
      if (check && !stated->back().amount) stated->back().amount = (*amounts)[k].amount;
    }
  }
  if (rounding != TaxRounding::line) figures_.tax_rounding = rounding;
  return true;
}

void TaxSearch::run() {
  const bool any =
      std::any_of(wanted_.charges.begin(), wanted_.charges.end(), [](const auto& taxes) { return !taxes.empty(); });
  if (!any || try_hints() || try_found_rates()) return;
  Candidates candidates = fixed();
  for (std::size_t i = 0; i < spread_end(); ++i) candidates[i] = by_amounts(i);
  if (!take(std::move(candidates), TaxRounding::line, true)) take(all_by_amounts(), TaxRounding::line, false);
}

}  // namespace

std::optional<std::int64_t> rate_in_name(std::string_view name) {
  const auto end = name.rfind('%');
  if (end == std::string_view::npos) return std::nullopt;
  auto digits = name.substr(0, end);
  while (!digits.empty() && digits.back() == ' ') digits.remove_suffix(1);
  const auto begin = digits.find_last_not_of("0123456789.,");
  if (begin != std::string_view::npos) digits.remove_prefix(begin + 1);
  if (digits.empty()) return std::nullopt;
  const char decimal = digits.find(',') != std::string_view::npos ? ',' : '.';
  return parse_rate(std::string(digits) + "%", NumberStyle{decimal});
}

std::optional<FoundRate> roundest_rate(std::int64_t base, std::int64_t amount, bool included) {
  const WideNumber divisor = included ? WideNumber(base) - amount : WideNumber(base);
  if (amount <= 0 || base <= 0 || divisor <= 0) return std::nullopt;
  const WideNumber dividend = WideNumber(amount) * kWhole;
  if (dividend / divisor > kWhole) return std::nullopt;
  for (const std::int64_t step : {10'000, 5'000, 2'500, 1'250, 1'000, 500, 250, 125, 100, 50, 25, 10, 5, 1}) {
    const auto ppm = nearest_multiple(dividend, divisor, step);
    if (ppm > 0 && ppm <= kWhole && tax_for(base, ppm, included) == amount) return FoundRate{ppm, step};
  }
  return std::nullopt;
}

StatedTax tax_by_amount(StatedTax tax, Money amount) {
  tax.rate_ppm.reset();
  tax.amount = amount;
  return tax;
}

bool is_by_amount(const StatedTax& tax) {
  const bool is_taxed = tax.reason.value_or(TaxReason::standard) <= TaxReason::reduced;
  return !tax.rate_ppm && tax.amount && is_taxed;
}

void state_taxes(const WantedTaxes& wanted, const PricedOrder& priced, std::vector<StatedLine>& lines,
                 StatedFigures& figures) {
  TaxSearch(wanted, priced, lines, figures).run();
}

}  // namespace ordo::imports
