// /v1/promotions: discounts that orders get by themselves, or for a code.
#include <algorithm>

#include "api/pricing/shop_rule_routes.h"
#include "api/views.h"

namespace ordo::api {
namespace {

struct PromotionCreateBody : PromotionDetails {
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(PromotionCreateBody, (PromotionDetails), (id))

struct PromotionPatchBody : PromotionDetails {
  std::optional<std::vector<std::string>> clear;
};
BOOST_DESCRIBE_STRUCT(PromotionPatchBody, (PromotionDetails), (clear))

constexpr auto notes(NotesOf<PromotionCreateBody>) {
  return std::array{Note{"", {}, {}, R"({"required":["label","action"]})"}, kNewIdNote, kUsageLimitNote,
                    kCustomerLimitNote};
}
constexpr auto notes(NotesOf<PromotionPatchBody>) {
  return std::array{Note{"", "Omitted members stay unchanged. conditions and action are replaced as a whole."},
                    kClearNote, kUsageLimitNote, kCustomerLimitNote};
}

// Refuses a code that another active promotion has. Two requests at the same time may both pass: then the promotion
// with the lower id counts.
Result<void> check_code(ApiContext& context, const Promotion& next) {
  if (!next.code || next.status != ShopRuleStatus::active) return {};
  Query query;
  query.collection = Collection::promotions;
  query.where = {{"code", *next.code}, {"status", "active"}};
  query.limit = 2;
  const auto page = context.ports.documents.list(query);
  if (!page) return fail(page.error());
  const bool taken = std::any_of(page->documents.begin(), page->documents.end(),
                                 [&next](const Document& other) { return id_of(other) != next.id; });
  // guard: promotion-code-taken
  if (!taken) return {};
  return fail(ErrorCode::kConflict, "code_taken", "another active promotion has this code");
}

struct Promotions {
  using Message = PromotionChanged;
  using CreateBody = PromotionCreateBody;
  using PatchBody = PromotionPatchBody;
  static constexpr Collection kCollection = Collection::promotions;
  static constexpr Schema kSchema = promotion_schema;
  static constexpr ShopRuleTexts kTexts{
      .tag = "Promotions",
      .list = "/v1/promotions",
      .one = "/v1/promotions/{id}",
      .end = "/v1/promotions/{id}/end",
      .operations = {"createPromotion", "listPromotions", "getPromotion", "updatePromotion", "endPromotion"},
      .summaries = {"Add a promotion", "List promotions", "Read a promotion", "Change members of a promotion",
                    "End a promotion"},
      .create_text = "Codes are compared without regard to case. A code that another active promotion has is refused.",
      .create_example =
          R"({"id":"spring","label":"Spring sale","code":"SPRING","action":{"kind":"percent","percent_ppm":100000}})",
      .update_example = R"({"usage_limit":500})",
      .unknown = "unknown_promotion",
      .conflict_of_create = "promotion_exists, code_taken",
      .conflict_of_change = "promotion_ended, code_taken"};

  static std::string view(const Promotion& promotion) { return promotion_view(promotion); }
  static Result<void> allowed(ApiContext& context, const Promotion& next) { return check_code(context, next); }
};

}  // namespace

void add_promotion_routes(http::Router& router, ApiContext& context) {
  ShopRuleRoutes<Promotions>::add(router, context);
}

}  // namespace ordo::api
