// Creates the parts that deal with outside services, according to the settings: the effect runner with its payment
// gateway, and the sender of webhooks.
#pragma once

#include <memory>

#include "base/result.h"
#include "effects/effect_runner.h"
#include "effects/gateway.h"
#include "outbound/webhook_sender.h"
#include "settings/settings.h"

namespace ordo::app {

// kInvalid when the settings of the gateway do not fit together.
Result<std::unique_ptr<effects::PaymentGateway>> make_gateway(const settings::Settings& settings);

effects::EffectRunnerOptions effect_options(const settings::Settings& settings);

outbound::WebhookSenderOptions webhook_options(const settings::Settings& settings);

void append_webhook_metrics(const outbound::WebhookFigures& figures, std::string& out);
void append_effect_metrics(const effects::EffectFigures& figures, std::string& out);

}  // namespace ordo::app
