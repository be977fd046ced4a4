#include "cli/processor_rules.h"

namespace ordo::cli {

ProcessorRules processor_rules(const Settings& settings) {
  return {*Currency::parse(settings.currency), LocationId(settings.location), settings.dispatch_hold_s};
}

}  // namespace ordo::cli
