// The records of the topics `pricing` and `promotions`: changes of the shop's own rules, which are the domain's
// commands, and the requests of orders for promotions.
#pragma once

#include "domain/promotion.h"
#include "domain/redemption.h"
#include "domain/shipping_method.h"
#include "domain/tax_rate.h"
#include "records/describe.h"
#include "records/message_info.h"

namespace ordo {

struct TaxRateChanged : ChangeTaxRate {
  static constexpr MessageInfo kMessage{
      Topic::pricing, "ordo.tax_rate.changed.v1", "create, change or end a tax rate", {"api", "outside"}};
};
BOOST_DESCRIBE_STRUCT(TaxRateChanged, (ChangeTaxRate), ())

struct ShippingMethodChanged : ChangeShippingMethod {
  static constexpr MessageInfo kMessage{
      Topic::pricing, "ordo.shipping_method.changed.v1", "create, change or end a shipping method", {"api", "outside"}};
};
BOOST_DESCRIBE_STRUCT(ShippingMethodChanged, (ChangeShippingMethod), ())

struct PromotionChanged : ChangePromotion {
  static constexpr MessageInfo kMessage{
      Topic::promotions, "ordo.promotion.changed.v1", "create, change or end a promotion", {"api", "outside"}};
};
BOOST_DESCRIBE_STRUCT(PromotionChanged, (ChangePromotion), ())

// Use the promotion for an order, if its limits leave room.
struct RedeemRequested {
  static constexpr MessageInfo kMessage{
      Topic::promotions, "ordo.promotion.redeem_requested.v1", "use a promotion for an order", {"orders"}};

  std::string promotion_id;
  OrderId order_id;
  CustomerId customer_id;
  bool fresh = false;  // no redemption can exist for this order
};
BOOST_DESCRIBE_STRUCT(RedeemRequested, (), (promotion_id, order_id, customer_id, fresh))

// Gives the order's use of the promotion back. `customer_id` is that of the request, so that the figures are known
// beforehand.
struct RedemptionReleaseRequested {
  static constexpr MessageInfo kMessage{Topic::promotions,
                                        "ordo.promotion.release_requested.v1",
                                        "give the use of a promotion back: the order has ended",
                                        {"orders"}};

  std::string promotion_id;
  OrderId order_id;
  CustomerId customer_id;
};
BOOST_DESCRIBE_STRUCT(RedemptionReleaseRequested, (), (promotion_id, order_id, customer_id))

}  // namespace ordo
