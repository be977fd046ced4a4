// A tax rate: what a place takes of a class of goods.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/order_figures.h"
#include "domain/order_terms.h"
#include "domain/shop_rule.h"
#include "domain/tax_reason.h"

namespace ordo {

// The class of goods that name no class.
inline constexpr std::string_view kStandardTaxClass = "standard";

// What a change may state.
struct TaxRateDetails {
  std::optional<std::string> country;
  std::optional<std::string> region;
  std::optional<std::string> tax_class;
  std::optional<std::int64_t> rate_ppm;
  std::optional<std::string> label;
  std::optional<std::string> code;
  std::optional<TaxReason> reason;
  std::optional<Timestamp> valid_from;
  std::optional<Timestamp> valid_to;
  std::optional<bool> price_includes_tax;
  std::optional<bool> applies_to_shipping;

  friend bool operator==(const TaxRateDetails&, const TaxRateDetails&) = default;
};
BOOST_DESCRIBE_STRUCT(TaxRateDetails, (),
                      (country, region, tax_class, rate_ppm, label, code, reason, valid_from, valid_to,
                       price_includes_tax, applies_to_shipping))
constexpr auto rules(RulesOf<TaxRateDetails>) {
  constexpr auto kKept = Privacy::kept;
  return std::array{Rule{"country", 2, 2, kKept, "country of the destination, ISO 3166-1 alpha-2", country_problem},
                    one_line("region", 1, 128, kKept, "its state, province or county; absent: the whole country"),
                    one_line("tax_class", 1, 64, kKept, "class of the goods; absent: standard"),
                    one_line("label", 1, 128, kKept, "name for people"),
                    one_line("code", 1, 32, kKept, "short name on invoices, such as VAT")};
}

struct TaxRate {
  std::string id;
  std::string country;
  std::optional<std::string> region;
  std::string tax_class{kStandardTaxClass};
  std::int64_t rate_ppm = 0;  // parts per million: 88750 is 8.875 %
  std::string label;
  std::string code;
  std::optional<TaxReason> reason;      // absent: standard, or zero for a rate of 0
  std::optional<Timestamp> valid_from;  // inclusive
  std::optional<Timestamp> valid_to;    // exclusive
  bool price_includes_tax = false;      // prices of goods of this class are stated with the tax
  bool applies_to_shipping = false;
  ShopRuleStatus status = ShopRuleStatus::active;
  Timestamp created_at;
  Timestamp updated_at;
  std::vector<PastChange> recent_changes;  // the last kRememberedChanges, oldest first
  std::int64_t rev = 0;

  static constexpr ShopRuleName kName{"tax_rate", "tax rate"};

  friend bool operator==(const TaxRate&, const TaxRate&) = default;
};
BOOST_DESCRIBE_STRUCT(TaxRate, (),
                      (id, country, region, tax_class, rate_ppm, label, code, reason, valid_from, valid_to,
                       price_includes_tax, applies_to_shipping, status, created_at, updated_at, recent_changes, rev))

// A request to create, change or end a rate. A create needs country, rate_ppm, label and code.
struct ChangeTaxRate : ShopRuleChange, TaxRateDetails {
  using Details = TaxRateDetails;
  using Document = TaxRate;
};
BOOST_DESCRIBE_STRUCT(ChangeTaxRate, (ShopRuleChange, TaxRateDetails), ())

// Adds the problems of a change, field by field. With TextRule::as_written, texts from older releases are accepted.
void check_change(const ChangeTaxRate& change, TextRule texts, std::vector<Violation>& found);
void check_whole(const TaxRate& rate, std::vector<Violation>& found);

// The tax of an order's line that has this rate.
TaxTerms tax_terms(const TaxRate& rate);

// The rate after `change`. kInvalid "invalid_fields"; kNotFound "unknown_tax_rate"; kConflict "tax_rate_exists",
// "tax_rate_ended" or "stale_revision". A repeated change_id returns the rate unchanged. Does not count `rev`.
Result<TaxRate> decide(const TaxRate* current, const ChangeTaxRate& change, Timestamp at);

}  // namespace ordo
