#include "process/make_processor.h"

#include "process/catalog.h"
#include "process/crm.h"
#include "process/intake.h"
#include "process/logistics.h"
#include "process/orders.h"
#include "process/payments.h"
#include "process/stock.h"
#include "process/webhooks.h"

namespace ordo {

std::unique_ptr<Processor> make_processor(ProcessorKind kind, const ProcessorRules& rules, const PriceList& prices) {
  switch (kind) {
    case ProcessorKind::intake:
      return std::make_unique<Intake>(prices, rules.location, rules.dispatch_hold_s);
    case ProcessorKind::catalog:
      return std::make_unique<Catalog>(rules.currency, rules.location);
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

}  // namespace ordo
