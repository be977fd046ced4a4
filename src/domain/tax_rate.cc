#include "domain/tax_rate.h"

namespace ordo {

void check_change(const ChangeTaxRate& change, TextRule texts, std::vector<Violation>& found) {
  shop_rule::check_common(change, texts, found);
  check_rules(static_cast<const TaxRateDetails&>(change), texts, found);
  shop_rule::check_number("/rate_ppm", change.rate_ppm, 0, kMaxRatePpm, found);
  if (change.change != ShopRuleStep::create) return;
  shop_rule::require(change.country.has_value(), "/country", found);
  shop_rule::require(change.rate_ppm.has_value(), "/rate_ppm", found);
  shop_rule::require(change.label.has_value(), "/label", found);
  shop_rule::require(change.code.has_value(), "/code", found);
}

void check_whole(const TaxRate& rate, std::vector<Violation>& found) {
  shop_rule::check_times("/valid_to", rate.valid_from, rate.valid_to, found);
}

Result<TaxRate> decide(const TaxRate* current, const ChangeTaxRate& change, Timestamp at) {
  return decide_shop_rule(current, change, at);
}

}  // namespace ordo
