// The summary of an import, for people and for programs.
#pragma once

#include <optional>
#include <string>

#include "cli/import_run.h"

namespace ordo::cli {

std::string summary_text(const ImportSummary& summary, const std::optional<DecidedOrders>& decided);
// One JSON object; totals in minor units.
std::string summary_json(const ImportSummary& summary, const std::optional<DecidedOrders>& decided);

}  // namespace ordo::cli
