#include "app/effects.h"

#include "base/time.h"
#include "base/uuid.h"
#include "effects/simulated_gateway.h"
#include "http/metrics.h"
#include "outbound/http_gateway.h"

namespace ordo::app {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::string_view kSimulated = "simulated";

// Added to an attempt's timeout, so that the runner gets the answer before it gives up the attempt.
constexpr seconds kHearing{2};

Result<std::unique_ptr<effects::PaymentGateway>> http_gateway(const settings::Settings& settings) {
  if (settings.gateway_secret.empty()) {
    return fail(ErrorCode::kInvalid, "gateway_secret_missing",
                "an HTTP gateway needs gateway_secret: whsec_ and the base64 of 24 to 64 bytes");
  }
  outbound::HttpGatewayOptions options;
  options.url = settings.gateway;
  options.secret = settings.gateway_secret;
  options.timeout = seconds(settings.gateway_timeout_s);
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
  if (settings.gateway != kSimulated) return http_gateway(settings);
  effects::SimulatedGatewayOptions options;
  options.late = seconds(settings.gateway_late_s);
  return std::make_unique<effects::SimulatedGateway>(options);
}

effects::EffectRunnerOptions effect_options(const settings::Settings& settings) {
  effects::EffectRunnerOptions options;
  options.source = "/ordo/errands/" + uuid_v7(now());
  options.rules.payment_timeout = seconds(settings.payment_timeout_s);
  options.rules.gateway_attempts = settings.gateway_attempts;
  options.rules.simulated_carrier = settings.carrier == "simulated";
  options.rules.carrier_pickup = seconds(settings.carrier_pickup_s);
  options.rules.carrier_delivery = seconds(settings.carrier_delivery_s);
  options.rules.carrier_lines = settings.carrier_lines;
  options.patience = seconds(settings.gateway_timeout_s);
  if (settings.gateway != kSimulated) options.patience += kHearing;
  if (settings.order_retention_s != settings::kForever) options.rules.retention = seconds(settings.order_retention_s);
  return options;
}

outbound::WebhookSenderOptions webhook_options(const settings::Settings& settings) {
  outbound::WebhookSenderOptions options;
  options.source = "/ordo/webhooks/" + uuid_v7(now());
  options.timeout = seconds(settings.webhook_timeout_s);
  options.retry_for = seconds(settings.webhook_retry_for_s);
  options.disable_after = seconds(settings.webhook_disable_after_s);
  options.caller.allow_private = settings.webhook_allow_private == "yes";
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
