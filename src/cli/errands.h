// The errand runner as the settings say: its rules, and the payment gateway it asks.
#pragma once

#include <memory>

#include "base/result.h"
#include "cli/settings.h"
#include "process/errand_runner.h"
#include "process/gateway.h"

namespace ordo::cli {

// kInvalid when the gateway's settings do not fit together.
Result<std::unique_ptr<PaymentGateway>> make_gateway(const Settings& settings);

ErrandRunnerOptions errand_options(const Settings& settings);

void append_errand_metrics(const ErrandFigures& figures, std::string& out);

}  // namespace ordo::cli
