#include "processors/processor_set.h"

namespace ordo::processors {

ProcessorSet::ProcessorSet(const ProcessorRules& rules, const PriceList& prices) {
  for (std::size_t i = 0; i < kAllProcessors.size(); ++i) {
    auto& made = all_[static_cast<std::size_t>(kAllProcessors[i])];
    made = make_processor(kAllProcessors[i], rules, prices);
    order_[i] = made.get();
  }
}

}  // namespace ordo::processors
