#include "domain/tax_rate.h"

namespace ordo {

void check_change(const ChangeTaxRate& change, TextRule texts, std::vector<Violation>& found) {
  shop_rule::check_common(change, texts, found);
  check_rules(static_cast<const TaxRateDetails&>(change), texts, found);
  shop_rule::check_number("/rate_ppm", change.rate_ppm, 0, kWhole, found);
  if (change.change != ShopRuleStep::create) return;
  shop_rule::require(change.country.has_value(), "/country", found);
  shop_rule::require(change.rate_ppm.has_value(), "/rate_ppm", found);
  shop_rule::require(change.label.has_value(), "/label", found);
  shop_rule::require(change.code.has_value(), "/code", found);
}

void check_whole(const TaxRate& rate, std::vector<Violation>& found) {
  shop_rule::check_times("/valid_to", rate.valid_from, rate.valid_to, found);
  // Orders are checked by the same rule: another rate would price orders that intake refuses.
  // guard: tax-rate-fits-its-reason
  if (const auto problem = rate_problem(tax_terms(rate)); !problem.empty()) {
    found.push_back({"/rate_ppm", std::string(problem)});
  }
}

TaxTerms tax_terms(const TaxRate& rate) {
  TaxTerms tax;
  tax.code = rate.code;
  if (rate.label != rate.code) tax.label = rate.label;
  tax.rate_ppm = rate.rate_ppm;
  tax.reason = rate.reason;
  if (rate.rate_ppm == 0 && !rate.reason) tax.reason = TaxReason::zero;
  return tax;
}

Result<TaxRate> decide(const TaxRate* current, const ChangeTaxRate& change, Timestamp at) {
  return decide_shop_rule(current, change, at);
}

}  // namespace ordo
