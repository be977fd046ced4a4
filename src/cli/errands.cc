#include "cli/errands.h"

#include "base/time.h"
#include "base/uuid.h"
#include "errands/simulated_gateway.h"
#include "http/metrics.h"
#include "outbound/http_gateway.h"

namespace ordo::cli {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::string_view kSimulated = "simulated";

// So that the answer to an attempt that ran into its timeout is heard before the runner gives the attempt up.
constexpr seconds kHearing{2};

Result<std::unique_ptr<PaymentGateway>> http_gateway(const Settings& settings) {
  if (settings.gateway_secret.empty()) {
    return fail(ErrorCode::kInvalid, "gateway_secret_missing",
                "an HTTP gateway needs gateway_secret, whsec_ and base64");
  }
  outbound::HttpGatewayOptions options;
  options.url = settings.gateway;
  options.secret = settings.gateway_secret;
  options.timeout = seconds(settings.gateway_timeout_s);
  // All calls go to one server, and each waits its turn rather than count as a failed attempt.
  options.caller.max_transfers_per_host = options.caller.max_transfers;
  options.caller.max_waiting = options.caller.max_waiting_per_host = 10'000;
  options.caller.max_reply_bytes = 64 * 1024;
  auto gateway = outbound::HttpGateway::open(std::move(options));
  if (!gateway) return fail(std::move(gateway.error()));
  return std::move(*gateway);
}

}  // namespace

Result<std::unique_ptr<PaymentGateway>> make_gateway(const Settings& settings) {
  if (settings.gateway != kSimulated) return http_gateway(settings);
  SimulatedGatewayOptions options;
  options.late = seconds(settings.gateway_late_s);
  return std::make_unique<SimulatedGateway>(options);
}

ErrandRunnerOptions errand_options(const Settings& settings) {
  ErrandRunnerOptions options;
  options.source = "/ordo/errands/" + uuid_v7(now());
  options.rules.payment_timeout = seconds(settings.payment_timeout_s);
  options.rules.gateway_attempts = settings.gateway_attempts;
  options.rules.simulated_carrier = settings.carrier == "simulated";
  options.rules.carrier_pickup = seconds(settings.carrier_pickup_s);
  options.rules.carrier_delivery = seconds(settings.carrier_delivery_s);
  options.rules.carrier_lines = settings.carrier_lines;
  options.patience = seconds(settings.gateway_timeout_s);
  if (settings.gateway != kSimulated) options.patience += kHearing;
  if (settings.order_retention_s != kForever) options.retention = seconds(settings.order_retention_s);
  return options;
}

outbound::WebhookSenderOptions webhook_options(const Settings& settings) {
  outbound::WebhookSenderOptions options;
  options.source = "/ordo/webhooks/" + uuid_v7(now());
  options.timeout = seconds(settings.webhook_timeout_s);
  options.retry_for = seconds(settings.webhook_retry_for_s);
  options.disable_after = seconds(settings.webhook_disable_after_s);
  options.caller.allow_private = settings.webhook_allow_private == "yes";
  options.caller.max_request_bytes = 4 * 1024 * 1024;  // an event is one record, and a little around it
  options.caller.max_reply_bytes = 4 * 1024;           // of which nothing but the status counts
  return options;
}

void append_webhook_metrics(const outbound::WebhookFigures& figures, std::string& out) {
  http::append_metric("ordo_webhooks", "gauge", "Enabled webhooks that this process sends to.", figures.endpoints, out);
  http::append_metric("ordo_webhook_calls", "gauge", "Calls to webhooks under way.", figures.in_flight, out);
  http::append_metric("ordo_webhook_waiting", "gauge", "Deliveries to be tried again.", figures.waiting, out);
  http::append_metric("ordo_webhook_attempts_total", "counter", "Calls to webhooks.", figures.attempts, out);
  http::append_metric("ordo_webhook_failures_total", "counter", "Calls to webhooks that failed.", figures.failures,
                      out);
}

void append_errand_metrics(const ErrandFigures& figures, std::string& out) {
  http::append_metric("ordo_errands_waiting", "gauge", "Documents that wait for time, a gateway or a carrier.",
                      figures.waiting, out);
  http::append_metric("ordo_errands_under_way", "gauge", "Errands whose record is not yet in the log.",
                      figures.under_way, out);
  http::append_metric("ordo_errands_total", "counter", "Errands run.", figures.run, out);
  http::append_metric("ordo_gateway_questions_total", "counter", "Questions put to the payment gateway.",
                      figures.questions, out);
  http::append_metric("ordo_errands_failed_total", "counter", "Errands that have to be tried again.", figures.failed,
                      out);
}

}  // namespace ordo::cli
