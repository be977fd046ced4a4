// The shop's own rules for prices, indexed for pricing one order: tax rates, shipping methods, promotions.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "domain/order_figures.h"
#include "domain/promotion.h"
#include "domain/shipping_method.h"
#include "domain/tax_rate.h"

namespace ordo {

// Where goods are sent. Without a country, the shop's own.
struct Destination {
  std::string country;
  std::string region;
};

// The taxes of one class of goods at one place.
struct TaxOfClass {
  std::vector<TaxTerms> taxes;
  bool price_includes_tax = false;
};

// The rules of one moment. They do not change, so any thread may read them.
class ShopRules {
 public:
  ShopRules() = default;
  // `home` is the country of orders without an address; empty: such orders have no tax. Ended rules are left out.
  ShopRules(std::vector<TaxRate> rates, std::vector<ShippingMethod> methods, std::vector<Promotion> promotions,
            std::string home = {});

  // Without any rate, ordo adds no tax.
  bool has_rates() const { return !rates_.empty(); }
  bool has_methods() const { return !methods_.empty(); }
  bool empty() const { return rates_.empty() && methods_.empty() && promotions_.empty(); }

  // The taxes at `at`: of the rates for the place and the class that are valid then. Of the rates with one code, those
  // of the region replace those of the whole country; rates with different codes add up. Where the shop collects
  // nothing, a tax of zero says so.
  TaxOfClass tax_of_goods(const Destination& to, std::string_view tax_class, Timestamp at) const;
  // The same for shipping: only rates that apply to it.
  TaxOfClass tax_of_shipping(const Destination& to, std::string_view tax_class, Timestamp at) const;

  // In the order of their ids. Null when there is none with this id.
  std::span<const ShippingMethod> methods() const { return methods_; }
  const ShippingMethod* find_method(std::string_view id) const;

  // The promotions without a code that run at `at`, and the one with a code, in any case; null: there is none. One that
  // has ended, or has not begun, is found too.
  const std::vector<const Promotion*>& without_code() const { return without_code_; }
  const Promotion* find_code(std::string_view code) const;

 private:
  TaxOfClass tax_of(const Destination& to, std::string_view tax_class, Timestamp at, bool shipping) const;

  std::string home_;
  std::vector<TaxRate> rates_;
  std::vector<ShippingMethod> methods_;                                          // by id
  std::vector<Promotion> promotions_;                                            // by id
  std::unordered_map<std::string, std::vector<const TaxRate*>> rates_by_place_;  // see place_key()
  std::unordered_map<std::string, const Promotion*> by_code_;                    // in lower case
  std::vector<const Promotion*> without_code_;                                   // by id
};

// Whether the promotion runs at `at`, and is not used up as far as these rules know. The last word about its limit has
// the promotions processor.
std::string_view promotion_problem(const Promotion& promotion, Timestamp at);

// The price of a method for goods of this value (minor units, less discounts), weight and number of pieces to ship.
// Nothing if the method does not go there, has no price for them, or another currency.
struct Consignment {
  std::int64_t value = 0;
  std::int64_t weight_g = 0;
  std::int64_t pieces = 0;
};
std::optional<Money> price_of(const ShippingMethod& method, const Destination& to, const Consignment& goods,
                              Currency currency);

// Where the rules come from: a view of the collections in production.
class ShopRulesSource {
 public:
  virtual ~ShopRulesSource() = default;
  // Never null. Any thread; never blocks.
  virtual std::shared_ptr<const ShopRules> current() const = 0;
};

}  // namespace ordo
