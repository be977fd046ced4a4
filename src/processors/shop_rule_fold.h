// Folds a change of a tax rate, a shipping method or a promotion.
#pragma once

#include "processors/keyed_processor.h"
#include "records/proof.h"

namespace ordo::processors {

// `M` is a message whose base is the domain's command, such as TaxRateChanged.
template <class M>
void fold_shop_rule(const M& message, const Incoming& in, Fold& fold) {
  using Document = typename M::Document;
  std::vector<Violation> found;
  check_change(message, text_rule_of(in.record.envelope), found);
  if (!found.empty()) return fold.refuse(shop_rule::invalid(Document::kName, std::move(found)));
  const auto* current = find_as<Document>(fold, message.id);
  settle_change(current, decide(current, message, in.at), message.change_id, in.record.envelope.by, fold);
}

}  // namespace ordo::processors
