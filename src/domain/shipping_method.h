// A way to send goods, and what it costs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/order_terms.h"
#include "domain/shop_rule.h"

namespace ordo {

enum class ShippingPriceKind { flat, per_item, by_weight, by_value };
BOOST_DESCRIBE_ENUM(ShippingPriceKind, flat, per_item, by_weight, by_value)

// One row of a price table: the price up to and including `up_to`.
struct ShippingStep {
  std::optional<std::int64_t> up_to;  // absent in the last row: without a limit
  Money amount;

  friend bool operator==(const ShippingStep&, const ShippingStep&) = default;
};
BOOST_DESCRIBE_STRUCT(ShippingStep, (), (up_to, amount))

// flat and per_item have an amount. by_weight and by_value have steps, whose limits are grams, or minor units of the
// goods' value.
struct ShippingPrice {
  ShippingPriceKind kind = ShippingPriceKind::flat;
  std::optional<Money> amount;
  std::optional<std::vector<ShippingStep>> steps;

  static constexpr std::size_t kMaxSteps = 100;

  friend bool operator==(const ShippingPrice&, const ShippingPrice&) = default;
};
BOOST_DESCRIBE_STRUCT(ShippingPrice, (), (kind, amount, steps))
constexpr auto rules(RulesOf<ShippingPrice>) {
  return std::array{list_of("steps", ShippingPrice::kMaxSteps, Privacy::kept, "ascending; the last may be open")};
}

// What a change may state. Lists and the price are replaced as a whole.
struct ShippingMethodDetails {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> countries;
  std::optional<ShippingPrice> price;
  std::optional<Money> free_from;
  std::optional<std::string> tax_class;
  std::optional<bool> price_includes_tax;
  std::optional<std::string> carrier;
  std::optional<std::string> service;

  friend bool operator==(const ShippingMethodDetails&, const ShippingMethodDetails&) = default;
};
BOOST_DESCRIBE_STRUCT(ShippingMethodDetails, (),
                      (name, countries, price, free_from, tax_class, price_includes_tax, carrier, service))
constexpr auto rules(RulesOf<ShippingMethodDetails>) {
  constexpr auto kKept = Privacy::kept;
  return std::array{
      one_line("name", 1, 128, kKept, "name for people"),
      Rule{"countries", 2, 2, kKept, "destinations, ISO 3166-1 alpha-2; absent: everywhere", country_problem, 250},
      parts("price", kKept, "replaced as a whole"),
      one_line("tax_class", 1, 64, kKept, "class of the shipping; absent: standard"),
      one_line("carrier", 1, 128, kKept, {}),
      one_line("service", 1, 128, kKept, "the carrier's name of the service")};
}

struct ShippingMethod {
  std::string id;
  std::string name;
  std::optional<std::vector<std::string>> countries;  // absent: everywhere
  ShippingPrice price;
  std::optional<Money> free_from;  // goods of this value are sent for nothing
  std::optional<std::string> tax_class;
  bool price_includes_tax = false;
  std::optional<std::string> carrier;
  std::optional<std::string> service;
  ShopRuleStatus status = ShopRuleStatus::active;
  Timestamp created_at;
  Timestamp updated_at;
  std::vector<PastChange> recent_changes;  // the last kRememberedChanges, oldest first
  std::int64_t rev = 0;

  static constexpr ShopRuleName kName{"shipping_method", "shipping method"};

  friend bool operator==(const ShippingMethod&, const ShippingMethod&) = default;
};
BOOST_DESCRIBE_STRUCT(ShippingMethod, (),
                      (id, name, countries, price, free_from, tax_class, price_includes_tax, carrier, service, status,
                       created_at, updated_at, recent_changes, rev))

// A request to create, change or end a method. A create needs name and price.
struct ChangeShippingMethod : ShopRuleChange, ShippingMethodDetails {
  using Details = ShippingMethodDetails;
  using Document = ShippingMethod;
};
BOOST_DESCRIBE_STRUCT(ChangeShippingMethod, (ShopRuleChange, ShippingMethodDetails), ())

// As for a TaxRate, see tax_rate.h. Reasons: "unknown_shipping_method", "shipping_method_exists",
// "shipping_method_ended", "stale_revision", "invalid_fields".
void check_change(const ChangeShippingMethod& change, TextRule texts, std::vector<Violation>& found);
void check_whole(const ShippingMethod& method, std::vector<Violation>& found);
Result<ShippingMethod> decide(const ShippingMethod* current, const ChangeShippingMethod& change, Timestamp at);

}  // namespace ordo
