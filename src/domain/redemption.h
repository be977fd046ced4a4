// Redemptions: the uses of promotions by orders. Decides whether the limits of a promotion leave room for one more.
// Reads no document by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/promotion.h"

namespace ordo {

enum class RedemptionStatus {
  held,      // counts for the limits
  refused,   // a limit left no room; this verdict is final
  returned,  // the order ended without goods and gave it back
};
BOOST_DESCRIBE_ENUM(RedemptionStatus, held, refused, returned)

// The codes of orders that are rejected for this reason.
enum class RedemptionRefusal { promotion_used_up, promotion_customer_limit, unknown_promotion };
BOOST_DESCRIBE_ENUM(RedemptionRefusal, promotion_used_up, promotion_customer_limit, unknown_promotion)
std::string_view to_string(RedemptionRefusal refusal);

// The use of one promotion by one order. It is never removed, so that a repeated request gets the same verdict.
struct Redemption {
  std::string id;  // see redemption_id()
  std::string promotion_id;
  OrderId order_id;
  CustomerId customer_id;
  RedemptionStatus status = RedemptionStatus::held;
  std::optional<RedemptionRefusal> reason;  // of one that was refused
  Timestamp created_at;
  Timestamp updated_at;
  std::int64_t rev = 0;

  friend bool operator==(const Redemption&, const Redemption&) = default;
};
BOOST_DESCRIBE_STRUCT(Redemption, (),
                      (id, promotion_id, order_id, customer_id, status, reason, created_at, updated_at, rev))

// How often one customer uses one promotion. It counts also while the promotion has no limit for a customer, so that
// one can be set later.
struct PromotionBuyer {
  std::string id;  // see promotion_buyer_id()
  std::string promotion_id;
  CustomerId customer_id;
  std::int64_t used = 0;  // held redemptions
  std::int64_t rev = 0;

  friend bool operator==(const PromotionBuyer&, const PromotionBuyer&) = default;
};
BOOST_DESCRIBE_STRUCT(PromotionBuyer, (), (id, promotion_id, customer_id, used, rev))

// "<promotion>/<order>" and "<promotion>/<customer>". No id contains a slash.
std::string redemption_id(std::string_view promotion, const OrderId& order);
std::string promotion_buyer_id(std::string_view promotion, const CustomerId& customer);

enum class RedemptionAction { redeem, give_back };

// A request of an order. Views of the message that asks: valid as long as it is.
struct RedemptionRequest {
  RedemptionAction action = RedemptionAction::redeem;
  const std::string& promotion_id;
  const OrderId& order_id;
  const CustomerId& customer_id;
};

// The documents that the request is about; null if there is none.
struct RedemptionState {
  const Promotion* promotion = nullptr;
  const PromotionBuyer* buyer = nullptr;
  const Redemption* redemption = nullptr;
};

// The new states; nullopt: unchanged.
struct RedemptionDecision {
  std::optional<Promotion> promotion;
  std::optional<PromotionBuyer> buyer;
  std::optional<Redemption> redemption;
  // Whether the request was to redeem, and the reason if it was refused.
  bool answered = false;
  std::optional<RedemptionRefusal> refusal;
};

// The limits alone decide, and whether there is such a promotion. Its times and conditions were checked when the order
// got its price. A request that was decided before gets the same verdict, and changes nothing. Giving back a use that
// is not held changes nothing either. Errors, which change nothing:
//   kInvalid   invalid_fields: an id that is none
//   kConflict  customer_differs: the redemption is another customer's
Result<RedemptionDecision> decide(const RedemptionState& state, const RedemptionRequest& request, Timestamp at);

}  // namespace ordo
