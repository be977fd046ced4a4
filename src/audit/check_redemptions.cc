#include "audit/check_redemptions.h"

#include <algorithm>
#include <utility>

#include "audit/check_owners.h"
#include "engine/page_walk.h"

namespace ordo::audit {
namespace {

// Such an order holds no promotions.
bool gave_promotions_back(const Order& order) {
  return order.status == OrderStatus::rejected || order.status == OrderStatus::expired ||
         order.status == OrderStatus::cancelled;
}

bool fits(OrderRedemptionStatus status, const Order& order) {
  switch (status) {
    case OrderRedemptionStatus::requested:
      return order.status == OrderStatus::pending;
    case OrderRedemptionStatus::redeemed:
      return !gave_promotions_back(order);
    case OrderRedemptionStatus::refused:
      return order.status == OrderStatus::rejected;
    case OrderRedemptionStatus::returned:
      return gave_promotions_back(order);
  }
  return false;
}

}  // namespace

RedemptionCheck::RedemptionCheck(const CheckSources& sources, CheckFindings& findings)
    : sources_(sources),
      findings_(findings),
      redemptions_(findings.add("redemptions", "each use of a promotion is an order's, and no limit is exceeded")) {}

Owner RedemptionCheck::owner(std::string_view promotion) const {
  return owner_of(sources_.topology, ProcessorKind::promotions, promotion);
}

Owner RedemptionCheck::owner(const OrderId& order) const {
  return owner_of(sources_.topology, ProcessorKind::orders, order.str());
}

std::vector<Owner> RedemptionCheck::unless_snapshot(std::vector<Owner> owners) const {
  return sources_.snapshot ? std::vector<Owner>() : std::move(owners);
}

std::vector<Owner> RedemptionCheck::deciders(const Order& order) const {
  std::vector<Owner> owners;
  if (!order.redemptions) return owners;
  for (const auto& one : *order.redemptions) {
    if (one.status == OrderRedemptionStatus::requested) owners.push_back(owner(one.promotion_id));
  }
  return owners;
}

Result<void> RedemptionCheck::order(const Order& order) {
  if (!order.redemptions) return {};
  const std::string who = "order " + order.id.str() + " is " + std::string(to_string(order.status));
  for (const auto& one : *order.redemptions) {
    ++findings_[redemptions_].checked;
    if (!fits(one.status, order)) {
      findings_.find(redemptions_, who + ", which does not match its use of the promotion " + one.promotion_id);
    }
    if (one.status != OrderRedemptionStatus::redeemed || gave_promotions_back(order)) continue;
    const auto found = sources_.documents.get(Collection::redemptions, redemption_id(one.promotion_id, order.id));
    if (!found) return fail(found.error());
    if (*found && std::get<Redemption>(**found).status == RedemptionStatus::held) continue;
    findings_.find(redemptions_, who + ", but the promotion " + one.promotion_id + " does not count it",
                   unless_snapshot({owner(order.id), owner(one.promotion_id)}));
  }
  return {};
}

Result<void> RedemptionCheck::redemption(const Redemption& redemption) {
  if (redemption.status != RedemptionStatus::held) return {};
  ++of_promotion_[redemption.promotion_id];
  ++of_buyer_[promotion_buyer_id(redemption.promotion_id, redemption.customer_id)];
  const auto found = sources_.documents.get(Collection::orders, redemption.order_id.str());
  if (!found) return fail(found.error());
  const std::string what = "the promotion " + redemption.promotion_id + " counts order " + redemption.order_id.str();
  if (!*found) {
    findings_.find(redemptions_, what + ", which does not exist", {owner(redemption.order_id)});
    return {};
  }
  const auto& order = std::get<Order>(**found);
  const bool asked = order.redemptions &&
                     std::any_of(order.redemptions->begin(), order.redemptions->end(), [&](const OrderRedemption& one) {
                       return one.promotion_id == redemption.promotion_id;
                     });
  if (!asked) {
    findings_.find(redemptions_, what + ", which does not use it", unless_snapshot({owner(order.id)}));
  } else if (gave_promotions_back(order)) {
    auto owners = unless_snapshot({owner(order.id)});
    owners.push_back(owner(redemption.promotion_id));  // the request to give it back is in progress
    findings_.find(redemptions_, what + ", which is " + std::string(to_string(order.status)), std::move(owners));
  }
  return {};
}

void RedemptionCheck::check_used(const std::string& id, std::string_view promotion, std::int64_t used, Counts& held) {
  ++findings_[redemptions_].checked;
  const auto found = held.find(id);
  const std::int64_t count = found != held.end() ? found->second : 0;
  if (found != held.end()) held.erase(found);
  if (used == count) return;
  findings_.find(redemptions_, id + ": used is " + std::to_string(used) + ", orders hold " + std::to_string(count),
                 unless_snapshot({owner(promotion)}));
}

Result<void> RedemptionCheck::finish() {
  auto done = each_document(sources_.documents, Collection::redemptions,
                            [this](const Document& document) { return redemption(std::get<Redemption>(document)); });
  if (!done) return done;
  done = each_document(sources_.documents, Collection::promotions, [this](const Document& document) {
    const auto& promotion = std::get<Promotion>(document);
    check_used(promotion.id, promotion.id, promotion.used, of_promotion_);
    if (promotion.usage_limit && promotion.used > *promotion.usage_limit) {
      findings_.find(redemptions_, promotion.id + ": used is " + std::to_string(promotion.used) + ", its limit is " +
                                       std::to_string(*promotion.usage_limit));
    }
    return Result<void>();
  });
  if (!done) return done;
  done = each_document(sources_.documents, Collection::promotion_buyers, [this](const Document& document) {
    const auto& buyer = std::get<PromotionBuyer>(document);
    check_used(buyer.id, buyer.promotion_id, buyer.used, of_buyer_);
    return Result<void>();
  });
  if (!done) return done;
  for (const auto* counts : {&of_promotion_, &of_buyer_}) {
    for (const auto& [id, count] : *counts) {
      const auto promotion = std::string_view(id).substr(0, id.find('/'));
      findings_.find(redemptions_, id + ": orders hold " + std::to_string(count) + " uses, but it has no document",
                     unless_snapshot({owner(promotion)}));
    }
  }
  return {};
}

}  // namespace ordo::audit
