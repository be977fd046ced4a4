#include "processors/promotions.h"

#include <tuple>
#include <type_traits>
#include <utility>

#include "domain/redemption.h"
#include "processors/emit.h"
#include "processors/shop_rule_fold.h"

namespace ordo::processors {
namespace {

struct PromotionNeeds {
  Needs& needs;

  void operator()(const PromotionChanged& message) const { needs.existing(Collection::promotions, message.id); }
  void operator()(const RedeemRequested& message) const { redemption(message, message.fresh); }
  void operator()(const RedemptionReleaseRequested& message) const { redemption(message, false); }

  template <class M>
  void redemption(const M& message, bool fresh) const {
    const auto id = redemption_id(message.promotion_id, message.order_id);
    if (fresh) {
      needs.fresh(Collection::redemptions, id);
    } else {
      needs.existing(Collection::redemptions, id);
    }
    needs.existing(Collection::promotions, message.promotion_id);
    needs.existing(Collection::promotion_buyers, promotion_buyer_id(message.promotion_id, message.customer_id));
  }

  template <class M>
  requires(!kIsOn<M, Topic::promotions>) void operator()(const M&) const {}
};

struct PromotionFold {
  const Incoming& in;
  Fold& fold;

  void operator()(const PromotionChanged& message) const { fold_shop_rule(message, in, fold); }
  void operator()(const RedeemRequested& message) const { decide_and_store(RedemptionAction::redeem, message); }
  void operator()(const RedemptionReleaseRequested& message) const {
    decide_and_store(RedemptionAction::give_back, message);
  }

  template <class M>
  void decide_and_store(RedemptionAction action, const M& message) const {
    const auto& [promotion, order, customer] = std::tie(message.promotion_id, message.order_id, message.customer_id);
    const RedemptionState state{find_as<Promotion>(fold, promotion),
                                find_as<PromotionBuyer>(fold, promotion_buyer_id(promotion, customer)),
                                find_as<Redemption>(fold, redemption_id(promotion, order))};
    auto decision = decide(state, {action, promotion, order, customer}, in.at);
    if (!decision) return fold.refuse(decision.error());
    if (decision->refusal) {
      emit_to_order(fold, order, PromotionRefused{order, promotion, *decision->refusal});
    } else if (decision->answered) {
      emit_to_order(fold, order, PromotionRedeemed{order, promotion});
    }
    if (decision->redemption) fold.put(std::move(*decision->redemption));
    if (decision->buyer) fold.put(std::move(*decision->buyer));
    if (decision->promotion) fold.put(std::move(*decision->promotion));
  }

  template <class M>
  requires(!kIsOn<M, Topic::promotions>) void operator()(const M&) const {}
};

}  // namespace

std::optional<std::string_view> Promotions::home_key(const Message& message) const {
  return std::visit(
      []<class M>(const M& one) -> std::optional<std::string_view> {
        if constexpr (std::is_same_v<M, PromotionChanged>) {
          return one.id;
        } else if constexpr (kIsOn<M, Topic::promotions>) {
          return one.promotion_id;
        } else {
          return std::nullopt;
        }
      },
      message);
}

void Promotions::needs(const Incoming& in, Needs& needs) const {
  std::visit(PromotionNeeds{needs}, in.message);
}

void Promotions::fold(const Incoming& in, Fold& fold) {
  std::visit(PromotionFold{in, fold}, in.message);
}

}  // namespace ordo::processors
