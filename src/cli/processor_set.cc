#include "cli/processor_set.h"

#include "process/make_processor.h"

namespace ordo::cli {

ProcessorSet::ProcessorSet(const Settings& settings, const PriceList& prices) {
  const ProcessorRules rules{*Currency::parse(settings.currency), LocationId(settings.location),
                             settings.dispatch_hold_s};
  for (std::size_t i = 0; i < kAllProcessors.size(); ++i) {
    auto& made = all_[static_cast<std::size_t>(kAllProcessors[i])];
    made = make_processor(kAllProcessors[i], rules, prices);
    order_[i] = made.get();
  }
}

}  // namespace ordo::cli
