#include "processors/promotions.h"

#include "processors/shop_rule_fold.h"

namespace ordo::processors {
namespace {

struct PromotionFold {
  const Incoming& in;
  Fold& fold;

  void operator()(const PromotionChanged& message) const { fold_shop_rule(message, in, fold); }

  template <class M>
  requires(!kIsOn<M, Topic::promotions>) void operator()(const M&) const {}
};

}  // namespace

std::optional<std::string_view> Promotions::home_key(const Message& message) const {
  if (const auto* changed = std::get_if<PromotionChanged>(&message)) return changed->id;
  return std::nullopt;
}

void Promotions::fold_into(const Promotion* /*current*/, const Incoming& in, Fold& fold) {
  std::visit(PromotionFold{in, fold}, in.message);
}

}  // namespace ordo::processors
