// The summary of an import, for people and for programs.
#pragma once

#include <optional>
#include <string>

#include "import/run.h"

namespace ordo::imports {

std::string summary_text(const ImportSummary& summary, const std::optional<DecidedOrders>& decided);
// One JSON object; totals in minor units.
std::string summary_json(const ImportSummary& summary, const std::optional<DecidedOrders>& decided);

}  // namespace ordo::imports
