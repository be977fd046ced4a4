#include "app/processor_rules.h"

namespace ordo::app {

processors::ProcessorRules processor_rules(const settings::Settings& settings) {
  return {settings.currency, settings.location, settings.dispatch_hold};
}

}  // namespace ordo::app
