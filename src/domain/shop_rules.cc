#include "domain/shop_rules.h"

#include <algorithm>

#include "base/text.h"

namespace ordo {
namespace {

// The place and the class of a rate. No member contains a zero byte.
std::string place_key(std::string_view country, std::string_view region, std::string_view tax_class) {
  std::string key;
  key.reserve(country.size() + region.size() + tax_class.size() + 2);
  key.append(country).push_back('\0');
  append_lower(region, key);
  key.push_back('\0');
  return key.append(tax_class);
}

template <class Rule>
void keep_active(std::vector<Rule>& rules) {
  std::erase_if(rules, [](const Rule& rule) { return rule.status != ShopRuleStatus::active; });
  std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) { return a.id < b.id; });
}

bool is_valid(const TaxRate& rate, Timestamp at) {
  return (!rate.valid_from || *rate.valid_from <= at) && (!rate.valid_to || at < *rate.valid_to);
}

// A tax of zero that says why there is none.
TaxTerms no_tax(TaxReason reason) {
  TaxTerms tax;
  tax.code = "TAX";
  tax.reason = reason;
  return tax;
}

bool has_code(std::span<const TaxRate* const> rates, std::string_view code) {
  return std::any_of(rates.begin(), rates.end(), [&](const TaxRate* rate) { return rate->code == code; });
}

}  // namespace

ShopRules::ShopRules(std::vector<TaxRate> rates, std::vector<ShippingMethod> methods, std::vector<Promotion> promotions,
                     std::string home)
    : home_(std::move(home)),
      rates_(std::move(rates)),
      methods_(std::move(methods)),
      promotions_(std::move(promotions)) {
  keep_active(rates_);
  keep_active(methods_);
  std::sort(promotions_.begin(), promotions_.end(), [](const Promotion& a, const Promotion& b) { return a.id < b.id; });
  for (const auto& rate : rates_) {
    rates_by_place_[place_key(rate.country, rate.region.value_or(""), rate.tax_class)].push_back(&rate);
  }
  for (const auto& promotion : promotions_) {
    if (!promotion.code) {
      if (promotion.status == ShopRuleStatus::active) without_code_.push_back(&promotion);
      continue;
    }
    // Of two with one code, the active one counts, then the one with the lower id.
    const auto [known, is_new] = by_code_.emplace(to_lower(*promotion.code), &promotion);
    if (!is_new && known->second->status != ShopRuleStatus::active) known->second = &promotion;
  }
}

TaxOfClass ShopRules::tax_of(const Destination& to, std::string_view tax_class, Timestamp at, bool shipping) const {
  TaxOfClass found;
  if (rates_.empty()) return found;
  const std::string_view country = to.country.empty() ? home_ : to.country;
  if (country.empty()) return found;
  const std::string_view region = to.country.empty() ? std::string_view() : to.region;
  std::vector<const TaxRate*> rates;
  const auto add = [&](std::string_view of_region) {
    const auto there = rates_by_place_.find(place_key(country, of_region, tax_class));
    if (there == rates_by_place_.end()) return;
    const auto before = rates.size();
    for (const auto* rate : there->second) {
      if (!is_valid(*rate, at) || (shipping && !rate->applies_to_shipping)) continue;
      // guard: shop-rate-of-region-first
      if (!has_code(std::span(rates).first(before), rate->code)) rates.push_back(rate);
    }
  };
  if (!region.empty()) add(region);
  add({});
  for (const auto* rate : rates) {
    if (found.taxes.size() == kMaxTaxes) break;
    found.taxes.push_back(tax_terms(*rate));
    found.price_includes_tax = found.price_includes_tax || rate->price_includes_tax;
  }
  if (found.taxes.empty()) found.taxes.push_back(no_tax(shipping ? TaxReason::exempt : TaxReason::not_collecting));
  return found;
}

TaxOfClass ShopRules::tax_of_goods(const Destination& to, std::string_view tax_class, Timestamp at) const {
  return tax_of(to, tax_class, at, false);
}

TaxOfClass ShopRules::tax_of_shipping(const Destination& to, std::string_view tax_class, Timestamp at) const {
  return tax_of(to, tax_class, at, true);
}

const ShippingMethod* ShopRules::find_method(std::string_view id) const {
  const auto found =
      std::lower_bound(methods_.begin(), methods_.end(), id,
                       [](const ShippingMethod& method, std::string_view wanted) { return method.id < wanted; });
  return found != methods_.end() && found->id == id ? &*found : nullptr;
}

const Promotion* ShopRules::find_code(std::string_view code) const {
  const auto found = by_code_.find(to_lower(code));
  return found == by_code_.end() ? nullptr : found->second;
}

std::string_view promotion_problem(const Promotion& promotion, Timestamp at) {
  if (promotion.status != ShopRuleStatus::active || (promotion.ends && at >= *promotion.ends)) return "promotion_ended";
  if (promotion.starts && at < *promotion.starts) return "promotion_not_started";
  if (promotion.usage_limit && promotion.used >= *promotion.usage_limit) return "promotion_used_up";
  return {};
}

std::optional<Money> price_of(const ShippingMethod& method, const Destination& to, const Consignment& goods,
                              Currency currency) {
  if (method.countries &&
      std::find(method.countries->begin(), method.countries->end(), to.country) == method.countries->end()) {
    return std::nullopt;
  }
  const auto in_currency = [&](const Money& money) -> std::optional<Money> {
    return money.currency == currency ? std::optional(money) : std::nullopt;
  };
  // guard: shop-free-shipping
  if (method.free_from && method.free_from->currency == currency && goods.value >= method.free_from->amount) {
    return Money{0, currency};
  }
  switch (method.price.kind) {
    case ShippingPriceKind::flat:
      return method.price.amount ? in_currency(*method.price.amount) : std::nullopt;
    case ShippingPriceKind::per_item: {
      if (!method.price.amount) return std::nullopt;
      const auto price = multiply(*method.price.amount, goods.pieces);
      return price ? in_currency(*price) : std::nullopt;
    }
    case ShippingPriceKind::by_weight:
    case ShippingPriceKind::by_value: {
      const auto measure = method.price.kind == ShippingPriceKind::by_weight ? goods.weight_g : goods.value;
      if (!method.price.steps) return std::nullopt;
      for (const auto& step : *method.price.steps) {
        if (!step.up_to || measure <= *step.up_to) return in_currency(step.amount);
      }
      return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace ordo
