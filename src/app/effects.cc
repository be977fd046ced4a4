#include "app/effects.h"

#include <variant>

#include "base/time.h"
#include "base/uuid.h"
#include "effects/simulated_gateway.h"
#include "http/metrics.h"
#include "outbound/http_gateway.h"

namespace ordo::app {
namespace {

// Added to an attempt's timeout, so that the runner gets the answer before it gives up the attempt.
constexpr std::chrono::seconds kHearing{2};

Result<std::unique_ptr<effects::PaymentGateway>> http_gateway(const settings::HttpGateway& http,
                                                              const settings::Settings& settings) {
  if (settings.gateway_secret.empty()) {
    return fail(ErrorCode::kInvalid, "gateway_secret_missing",
                "an HTTP gateway needs gateway_secret: whsec_ and the base64 of 24 to 64 bytes");
  }
  outbound::HttpGatewayOptions options;
  options.url = http.url;
  options.secret = settings.gateway_secret;
  options.timeout = settings.gateway_timeout;
  // All calls go to one server. A call waits for a free transfer, so that it does not count as a failed attempt.
  options.caller.max_transfers_per_host = options.caller.max_transfers;
  options.caller.max_waiting = options.caller.max_waiting_per_host = 10'000;
  options.caller.max_reply_bytes = 64 * 1024;
  auto gateway = outbound::HttpGateway::open(std::move(options));
  if (!gateway) return fail(std::move(gateway.error()));
  return std::move(*gateway);
}

}  // namespace

Result<std::unique_ptr<effects::PaymentGateway>> make_gateway(const settings::Settings& settings) {
  if (const auto* http = std::get_if<settings::HttpGateway>(&settings.gateway)) return http_gateway(*http, settings);
  effects::SimulatedGatewayOptions options;
  options.late = settings.gateway_late;
  return std::make_unique<effects::SimulatedGateway>(options);
}

effects::EffectRunnerOptions effect_options(const settings::Settings& settings) {
  effects::EffectRunnerOptions options;
  options.source = "/ordo/errands/" + uuid_v7(now());
  options.rules.payment_timeout = settings.payment_timeout;
  options.rules.manual_payment_timeout = settings.manual_payment_timeout;
  options.rules.gateway_attempts = settings.gateway_attempts;
  options.rules.simulated_carrier = settings.carrier == settings::Carrier::simulated;
  options.rules.carrier_pickup = settings.carrier_pickup;
  options.rules.carrier_delivery = settings.carrier_delivery;
  options.rules.carrier_lines = settings.carrier_lines;
  options.patience = settings.gateway_timeout;
  if (std::holds_alternative<settings::HttpGateway>(settings.gateway)) options.patience += kHearing;
  if (settings.order_retention != settings::kForever) options.rules.retention = settings.order_retention;
  return options;
}

outbound::WebhookSenderOptions webhook_options(const settings::Settings& settings) {
  outbound::WebhookSenderOptions options;
  options.source = "/ordo/webhooks/" + uuid_v7(now());
  options.timeout = settings.webhook_timeout;
  options.retry_for = settings.webhook_retry_for;
  options.disable_after = settings.webhook_disable_after;
  options.caller.allow_private = settings.webhook_allow_private;
  options.caller.max_request_bytes = 4 * 1024 * 1024;  // an event is one record plus a small frame
  options.caller.max_reply_bytes = 4 * 1024;           // only the status of the reply counts
  return options;
}

void append_webhook_metrics(const outbound::WebhookFigures& figures, std::string& out) {
  http::append_metric("ordo_webhooks", "gauge", "Enabled webhooks that this process serves.", figures.endpoints, out);
  http::append_metric("ordo_webhook_calls", "gauge", "Calls to webhooks in progress.", figures.in_flight, out);
  http::append_metric("ordo_webhook_waiting", "gauge", "Deliveries that wait for another attempt.", figures.waiting,
                      out);
  http::append_metric("ordo_webhook_attempts_total", "counter", "Calls to webhooks.", figures.attempts, out);
  http::append_metric("ordo_webhook_failures_total", "counter", "Calls to webhooks that failed.", figures.failures,
                      out);
}

void append_effect_metrics(const effects::EffectFigures& figures, std::string& out) {
  http::append_metric("ordo_errands_waiting", "gauge", "Documents that wait for a time, a gateway or a carrier.",
                      figures.waiting, out);
  http::append_metric("ordo_errands_under_way", "gauge", "Effects whose record is not yet in the log.",
                      figures.under_way, out);
  http::append_metric("ordo_errands_total", "counter", "Effects run.", figures.run, out);
  http::append_metric("ordo_gateway_questions_total", "counter", "Requests to the payment gateway.", figures.questions,
                      out);
  http::append_metric("ordo_errands_failed_total", "counter", "Effects that wait for another attempt.", figures.failed,
                      out);
}

}  // namespace ordo::app
