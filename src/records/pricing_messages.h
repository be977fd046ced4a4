// The records of the topics `pricing` and `promotions`: the shop's own rules. A record is the domain's command.
#pragma once

#include "domain/promotion.h"
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

}  // namespace ordo
