// What deals with the world outside as the settings say: the errand runner with the payment gateway it asks, and the
// sender of webhooks.
#pragma once

#include <memory>

#include "base/result.h"
#include "cli/settings.h"
#include "errands/errand_runner.h"
#include "errands/gateway.h"
#include "outbound/webhook_sender.h"

namespace ordo::cli {

// kInvalid when the gateway's settings do not fit together.
Result<std::unique_ptr<PaymentGateway>> make_gateway(const Settings& settings);

ErrandRunnerOptions errand_options(const Settings& settings);

outbound::WebhookSenderOptions webhook_options(const Settings& settings);

void append_webhook_metrics(const outbound::WebhookFigures& figures, std::string& out);
void append_errand_metrics(const ErrandFigures& figures, std::string& out);

}  // namespace ordo::cli
