// /v1/promotions: discounts that orders get by themselves, or for a code, and the orders that use them.
#include <algorithm>

#include "api/pricing/shop_rule_routes.h"
#include "api/views.h"

namespace ordo::api {
namespace {

constexpr std::string_view kPromotion = "promotion_id";  // the filter that the path gives

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
      .create_text =
          "Codes are compared without regard to case. A code that another active promotion has is refused. "
          "usage_limit and per_customer_limit are never exceeded, however many orders come at once.",
      .create_example =
          R"({"id":"spring","label":"Spring sale","code":"SPRING","action":{"kind":"percent","percent_ppm":100000}})",
      .update_example = R"({"usage_limit":500})",
      .unknown = "unknown_promotion",
      .conflict_of_create = "promotion_exists, code_taken",
      .conflict_of_change = "promotion_ended, code_taken, limit_below_used"};

  static std::string view(const Promotion& promotion) { return promotion_view(promotion); }
  static Result<void> allowed(ApiContext& context, const Promotion& next) { return check_code(context, next); }
};

void list_redemptions(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  // They name orders and customers.
  // guard: redemptions-need-orders
  if (!context.permits(call, {access::Permission::orders_read})) return;
  if (!id_problem(call->request.path_parameters[0]).empty()) {
    return call->refuse(404, "unknown_promotion", "there is no promotion with this id");
  }
  answer_list(context, call, Collection::redemptions, {.view = document_to_json, .in_path = kPromotion});
}

}  // namespace

void add_promotion_routes(http::Router& router, ApiContext& context) {
  ShopRuleRoutes<Promotions>::add(router, context);
  router.add(http::Method::kGet, "/v1/promotions/{id}/redemptions", bind_to(context)(list_redemptions),
             {.tag = "Promotions",
              .operation = "listRedemptions",
              .summary = "List the orders that use a promotion",
              .text = "Newest first, with those that were refused. Needs the permission orders:read too.",
              .parameters = list_parameters(Collection::redemptions, {.in_path = kPromotion}),
              .answers = {{200, "A page.", http::page_schema<schema_of<Redemption>>, http::kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}, {404, "unknown_promotion"}}});
}

}  // namespace ordo::api
