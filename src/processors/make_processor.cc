#include "processors/make_processor.h"

#include "processors/catalog.h"
#include "processors/crm.h"
#include "processors/intake.h"
#include "processors/logistics.h"
#include "processors/orders.h"
#include "processors/payments.h"
#include "processors/pricing.h"
#include "processors/promotions.h"
#include "processors/stock.h"
#include "processors/webhooks.h"

namespace ordo::processors {

std::unique_ptr<Processor> make_processor(ProcessorKind kind, const ProcessorRules& rules, const PriceList& prices) {
  switch (kind) {
    case ProcessorKind::intake:
      return std::make_unique<Intake>(prices, rules.location, rules.dispatch_hold);
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
    case ProcessorKind::promotions:
      return std::make_unique<Promotions>();
    case ProcessorKind::pricing:
      return std::make_unique<Pricing>();
  }
  return nullptr;
}

}  // namespace ordo::processors
