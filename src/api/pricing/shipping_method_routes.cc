// /v1/shipping-methods: the ways to send goods, and what they cost.
#include "api/pricing/shop_rule_routes.h"
#include "api/views.h"

namespace ordo::api {
namespace {

struct ShippingMethodCreateBody : ShippingMethodDetails {
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(ShippingMethodCreateBody, (ShippingMethodDetails), (id))

struct ShippingMethodPatchBody : ShippingMethodDetails {
  std::optional<std::vector<std::string>> clear;
};
BOOST_DESCRIBE_STRUCT(ShippingMethodPatchBody, (ShippingMethodDetails), (clear))

constexpr auto notes(NotesOf<ShippingMethodCreateBody>) {
  return std::array{Note{"", {}, {}, R"({"required":["name","price"]})"}, kNewIdNote, kFreeFromNote};
}
constexpr auto notes(NotesOf<ShippingMethodPatchBody>) {
  return std::array{Note{"", "Omitted members stay unchanged. countries and price are replaced as a whole."},
                    kClearNote, kFreeFromNote};
}

struct ShippingMethods {
  using Message = ShippingMethodChanged;
  using CreateBody = ShippingMethodCreateBody;
  using PatchBody = ShippingMethodPatchBody;
  static constexpr Collection kCollection = Collection::shipping_methods;
  static constexpr Schema kSchema = shipping_method_schema;
  static constexpr ShopRuleTexts kTexts{
      .tag = "Shipping methods",
      .list = "/v1/shipping-methods",
      .one = "/v1/shipping-methods/{id}",
      .end = "/v1/shipping-methods/{id}/end",
      .operations = {"createShippingMethod", "listShippingMethods", "getShippingMethod", "updateShippingMethod",
                     "endShippingMethod"},
      .summaries = {"Add a shipping method", "List shipping methods", "Read a shipping method",
                    "Change members of a shipping method", "End a shipping method"},
      .create_text =
          "The price is flat, per_item, or a table by_weight (grams) or by_value (minor units of the goods).",
      .create_example =
          R"({"id":"parcel","name":"Parcel","price":{"kind":"flat","amount":{"amount":490,"currency":"USD"}}})",
      .update_example = R"({"free_from":{"amount":5000,"currency":"USD"}})",
      .unknown = "unknown_shipping_method",
      .conflict_of_create = "shipping_method_exists",
      .conflict_of_change = "shipping_method_ended"};

  static std::string view(const ShippingMethod& method) { return shipping_method_view(method); }
  static Result<void> allowed(ApiContext& /*context*/, const ShippingMethod& /*next*/) { return {}; }
};

}  // namespace

void add_shipping_method_routes(http::Router& router, ApiContext& context) {
  ShopRuleRoutes<ShippingMethods>::add(router, context);
}

}  // namespace ordo::api
