#include "outbound/webhook_call.h"

#include <algorithm>
#include <utility>

#include "access/signature.h"
#include "base/murmur2.h"
#include "base/number.h"
#include "records/event_json.h"

namespace ordo::outbound {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLongestRetryAfter{3600};

Result<std::vector<access::SigningSecret>> secrets_of(const Webhook& endpoint, Timestamp now) {
  std::vector<access::SigningSecret> secrets;
  auto secret = access::parse_secret(endpoint.secret);
  if (!secret) return fail(std::move(secret.error()));
  secrets.push_back(std::move(*secret));
  if (endpoint.old_secret && endpoint.old_secret_until && now < *endpoint.old_secret_until) {
    auto old = access::parse_secret(*endpoint.old_secret);
    if (old) secrets.push_back(std::move(*old));
  }
  return secrets;
}

// Accepts seconds only: a date would depend on the endpoint's clock.
seconds retry_after(const HttpReply& reply) {
  const auto value = parse_natural<std::int64_t>(reply.header("retry-after")).value_or(0);
  return std::min(seconds(std::min<std::int64_t>(value, kLongestRetryAfter.count())), kLongestRetryAfter);
}

std::string error_of(const Result<HttpReply>& result) {
  if (!result) return result.error().reason;
  return result->status / 100 == 2 ? "" : "status_" + std::to_string(result->status);
}

bool is_hopeless(const Result<HttpReply>& result) {
  if (result) return false;
  const auto& reason = result.error().reason;
  return reason == "bad_call" || reason == "bad_url" || reason == "event_gone";
}

}  // namespace

Result<HttpCall> webhook_call(const Webhook& endpoint, const std::string& delivery, std::string body,
                              milliseconds timeout, Timestamp now) {
  auto secrets = secrets_of(endpoint, now);
  if (!secrets) return fail(std::move(secrets.error()));
  auto headers = access::sign(*secrets, delivery, now, body);
  HttpCall call;
  call.url = endpoint.url;
  call.timeout = timeout;
  call.cut_reply = true;
  call.body = std::move(body);
  call.headers = {{"Content-Type", "application/cloudevents+json; charset=UTF-8"},
                  {"User-Agent", "ordo-webhooks/" ORDO_VERSION},
                  {std::string(access::kIdHeader), std::move(headers.id)},
                  {std::string(access::kTimestampHeader), std::move(headers.timestamp)},
                  {std::string(access::kSignatureHeader), std::move(headers.signature)}};
  return call;
}

std::string test_event(const WebhookDelivery& delivery) {
  std::string out = "{";
  append_text_member("specversion", "1.0", out);
  append_text_member("id", delivery.event.id, out);
  append_text_member("source", "/ordo/webhooks", out);
  append_text_member("type", delivery.event.type, out);
  append_text_member("subject", delivery.event.subject, out);
  append_text_member("time", to_rfc3339(delivery.created_at), out);
  return out + R"(,"data":{"test":true}})";
}

WebhookAttempted attempted(const WebhookTry& tried, const Result<HttpReply>& result, const RetryRules& rules,
                           Timestamp now) {
  WebhookAttempted out;
  out.webhook_id = tried.endpoint;
  out.delivery_id = tried.delivery;
  out.event = tried.event;
  out.attempt.at = tried.at;
  out.attempt.error = error_of(result);
  out.attempt.duration_ms = std::max<std::int64_t>(0, (now - tried.at).count());
  if (result) out.attempt.response_status = result->status;
  out.gone = result && result->status == 410;
  out.disable_after_s = rules.disable_after.count();
  if (out.attempt.error.empty() || is_hopeless(result)) return out;
  const auto failures = static_cast<std::uint32_t>(std::min<std::int64_t>(tried.failed + 1, 1'000));
  milliseconds wait = rules.backoff.wait(failures, murmur2(tried.delivery));
  if (result) wait = std::max<milliseconds>(wait, retry_after(*result));
  if (now + wait < tried.pending_since + rules.retry_for) out.retry_at = now + wait;
  return out;
}

}  // namespace ordo::outbound
