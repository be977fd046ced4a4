#include "processors/pricing.h"

#include "processors/shop_rule_fold.h"

namespace ordo::processors {
namespace {

// Calls f(message) if `message` is one of the topic.
template <class F>
void visit_pricing(const Message& message, F&& f) {
  std::visit(
      [&f]<class M>(const M& one) {
        if constexpr (kIsOn<M, Topic::pricing>) f(one);
      },
      message);
}

}  // namespace

std::optional<std::string_view> Pricing::home_key(const Message& message) const {
  std::optional<std::string_view> key;
  visit_pricing(message, [&key](const auto& one) { key = one.id; });
  return key;
}

void Pricing::needs(const Incoming& in, Needs& needs) const {
  visit_pricing(in.message,
                [&needs]<class M>(const M& one) { needs.existing(kCollectionOf<typename M::Document>, one.id); });
}

void Pricing::fold(const Incoming& in, Fold& fold) {
  visit_pricing(in.message, [&](const auto& one) { fold_shop_rule(one, in, fold); });
}

}  // namespace ordo::processors
