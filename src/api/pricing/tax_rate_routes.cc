// /v1/tax-rates: what places take of the shop's goods.
#include "api/pricing/shop_rule_routes.h"
#include "api/views.h"

namespace ordo::api {
namespace {

struct TaxRateCreateBody : TaxRateDetails {
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(TaxRateCreateBody, (TaxRateDetails), (id))

struct TaxRatePatchBody : TaxRateDetails {
  std::optional<std::vector<std::string>> clear;
};
BOOST_DESCRIBE_STRUCT(TaxRatePatchBody, (TaxRateDetails), (clear))

constexpr auto notes(NotesOf<TaxRateCreateBody>) {
  return std::array{Note{"", {}, {}, R"({"required":["country","rate_ppm","label","code"]})"}, kNewIdNote, kRatePpmNote,
                    kTaxReasonNote};
}
constexpr auto notes(NotesOf<TaxRatePatchBody>) {
  return std::array{Note{"", "Omitted members stay unchanged."}, kClearNote, kRatePpmNote, kTaxReasonNote};
}

struct TaxRates {
  using Message = TaxRateChanged;
  using CreateBody = TaxRateCreateBody;
  using PatchBody = TaxRatePatchBody;
  static constexpr Collection kCollection = Collection::tax_rates;
  static constexpr Schema kSchema = tax_rate_schema;
  static constexpr ShopRuleTexts kTexts{
      .tag = "Tax rates",
      .list = "/v1/tax-rates",
      .one = "/v1/tax-rates/{id}",
      .end = "/v1/tax-rates/{id}/end",
      .operations = {"createTaxRate", "listTaxRates", "getTaxRate", "updateTaxRate", "endTaxRate"},
      .summaries = {"Add a tax rate", "List tax rates", "Read a tax rate", "Change members of a tax rate",
                    "End a tax rate"},
      .create_text = "A rate holds for goods of its tax class that are sent to its country or region.",
      .create_example = R"({"id":"de","country":"DE","rate_ppm":190000,"label":"VAT 19 %","code":"VAT"})",
      .update_example = R"({"valid_to":"2026-12-31T23:00:00Z"})",
      .unknown = "unknown_tax_rate",
      .conflict_of_create = "tax_rate_exists",
      .conflict_of_change = "tax_rate_ended"};

  static std::string view(const TaxRate& rate) { return tax_rate_view(rate); }
  static Result<void> allowed(ApiContext& /*context*/, const TaxRate& /*next*/) { return {}; }
};

}  // namespace

void add_tax_rate_routes(http::Router& router, ApiContext& context) {
  ShopRuleRoutes<TaxRates>::add(router, context);
}

}  // namespace ordo::api
