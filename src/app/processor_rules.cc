#include "app/processor_rules.h"

namespace ordo::app {

processors::ProcessorRules processor_rules(const settings::Settings& settings) {
  return {*Currency::parse(settings.currency), LocationId(settings.location), std::chrono::seconds(settings.dispatch_hold_s)};
}

}  // namespace ordo::app
