#include "domain/redemption.h"

#include <utility>
#include <vector>

#include "base/check.h"

namespace ordo {
namespace {

Result<void> check_request(const RedemptionRequest& request) {
  std::vector<Violation> found;
  const auto check = [&found](const char* pointer, std::string_view problem) {
    if (!problem.empty()) found.push_back({pointer, std::string(problem)});
  };
  check("/promotion_id", id_problem(request.promotion_id));
  check("/order_id", id_problem(request.order_id.str()));
  check("/customer_id", customer_id_problem(request.customer_id.str()));
  if (found.empty()) return {};
  return fail(Error{ErrorCode::kInvalid, "invalid_fields", "the request has wrong fields", std::move(found)});
}

std::optional<RedemptionRefusal> limit_problem(const RedemptionState& state) {
  if (state.promotion == nullptr) return RedemptionRefusal::unknown_promotion;
  const auto& limit = state.promotion->usage_limit;
  // guard: redemption-usage-limit
  if (limit && state.promotion->used >= *limit) return RedemptionRefusal::promotion_used_up;
  const auto& of_customer = state.promotion->per_customer_limit;
  const std::int64_t used = state.buyer != nullptr ? state.buyer->used : 0;
  // guard: redemption-customer-limit
  if (of_customer && used >= *of_customer) return RedemptionRefusal::promotion_customer_limit;
  return std::nullopt;
}

// Adds `change` to the figures of the promotion and of the buyer.
void add_use(const RedemptionState& state, const RedemptionRequest& request, std::int64_t change,
             RedemptionDecision& decision) {
  ORDO_CHECK(state.promotion != nullptr, request.promotion_id, " has a redemption and does not exist");
  decision.promotion = *state.promotion;
  decision.promotion->used += change;
  decision.buyer = state.buyer != nullptr
                       ? *state.buyer
                       : PromotionBuyer{promotion_buyer_id(request.promotion_id, request.customer_id),
                                        request.promotion_id, request.customer_id, 0, 0};
  decision.buyer->used += change;
}

RedemptionDecision redeem(const RedemptionState& state, const RedemptionRequest& request, Timestamp at) {
  RedemptionDecision decision;
  decision.answered = true;
  // The first verdict stands, also after the redemption was given back: its order has ended.
  // guard: redemption-first-verdict
  if (state.redemption != nullptr) {
    decision.refusal = state.redemption->reason;
    return decision;
  }
  decision.refusal = limit_problem(state);
  const auto status = decision.refusal ? RedemptionStatus::refused : RedemptionStatus::held;
  decision.redemption = Redemption{redemption_id(request.promotion_id, request.order_id),
                                   request.promotion_id,
                                   request.order_id,
                                   request.customer_id,
                                   status,
                                   decision.refusal,
                                   at,
                                   at,
                                   0};
  if (!decision.refusal) add_use(state, request, 1, decision);
  return decision;
}

RedemptionDecision give_back(const RedemptionState& state, const RedemptionRequest& request, Timestamp at) {
  RedemptionDecision decision;
  // guard: redemption-returned-once
  if (state.redemption == nullptr || state.redemption->status != RedemptionStatus::held) return decision;
  decision.redemption = *state.redemption;
  decision.redemption->status = RedemptionStatus::returned;
  decision.redemption->updated_at = at;
  add_use(state, request, -1, decision);
  return decision;
}

}  // namespace

std::string_view to_string(RedemptionRefusal refusal) {
  switch (refusal) {
    case RedemptionRefusal::promotion_used_up:
      return "promotion_used_up";
    case RedemptionRefusal::promotion_customer_limit:
      return "promotion_customer_limit";
    case RedemptionRefusal::unknown_promotion:
      return "unknown_promotion";
  }
  return "";
}

std::string redemption_id(std::string_view promotion, const OrderId& order) {
  return std::string(promotion) + "/" + order.str();
}

std::string promotion_buyer_id(std::string_view promotion, const CustomerId& customer) {
  return std::string(promotion) + "/" + customer.str();
}

Result<RedemptionDecision> decide(const RedemptionState& state, const RedemptionRequest& request, Timestamp at) {
  if (auto checked = check_request(request); !checked) return fail(std::move(checked.error()));
  // The figures of the customer who redeemed it were not read.
  // guard: redemption-same-customer
  if (state.redemption != nullptr && state.redemption->customer_id != request.customer_id) {
    return fail(ErrorCode::kConflict, "customer_differs", "the order redeemed the promotion for another customer");
  }
  return request.action == RedemptionAction::redeem ? redeem(state, request, at) : give_back(state, request, at);
}

}  // namespace ordo
