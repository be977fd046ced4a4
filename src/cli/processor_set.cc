#include "cli/processor_set.h"

#include "process/catalog.h"
#include "process/crm.h"
#include "process/intake.h"
#include "process/logistics.h"
#include "process/orders.h"
#include "process/payments.h"
#include "process/stock.h"
#include "process/webhooks.h"

namespace ordo::cli {
namespace {

std::unique_ptr<Processor> make_processor(ProcessorKind kind, const Settings& settings, const PriceList& prices) {
  const Currency currency = *Currency::parse(settings.currency);
  const LocationId location(settings.location);
  switch (kind) {
    case ProcessorKind::intake:
      return std::make_unique<Intake>(prices, location, settings.dispatch_hold_s);
    case ProcessorKind::catalog:
      return std::make_unique<Catalog>(currency, location);
    case ProcessorKind::orders:
      return std::make_unique<Orders>();
    case ProcessorKind::stock:
      return std::make_unique<Stock>();
    case ProcessorKind::payment:
      return std::make_unique<Payments>();
    case ProcessorKind::logistics:
      return std::make_unique<Logistics>();
    case ProcessorKind::crm:
      return std::make_unique<Crm>();
    case ProcessorKind::webhooks:
      return std::make_unique<Webhooks>();
  }
  return nullptr;
}

}  // namespace

ProcessorSet::ProcessorSet(const Settings& settings, const PriceList& prices) {
  for (std::size_t i = 0; i < kAllProcessors.size(); ++i) {
    auto& made = all_[static_cast<std::size_t>(kAllProcessors[i])];
    made = make_processor(kAllProcessors[i], settings, prices);
    order_[i] = made.get();
  }
}

}  // namespace ordo::cli
