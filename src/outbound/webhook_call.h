// One delivery as an HTTP call, and the record of its result.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "domain/webhook.h"
#include "outbound/http_message.h"
#include "records/envelope.h"
#include "records/webhook_messages.h"

namespace ordo::outbound {

// The HTTP call that sends `body`, signed with the endpoint's valid secrets at `now`. kInvalid "bad_secret".
Result<HttpCall> webhook_call(const Webhook& endpoint, const std::string& delivery, std::string body,
                              std::chrono::milliseconds timeout, Timestamp now);

// The body of a test delivery.
std::string test_event(const WebhookDelivery& delivery);

struct RetryRules {
  Backoff backoff;
  std::chrono::seconds retry_for{0};
  std::chrono::seconds disable_after{0};
};

// One delivery attempt, as of its start.
struct WebhookTry {
  WebhookId endpoint;
  std::string delivery;
  WebhookEvent event;
  std::int64_t failed = 0;  // attempts before
  Timestamp pending_since;
  Timestamp at;
};

// The record of an attempt. A failed delivery is retried with growing delays until `retry_for` is over. If the reply's
// Retry-After is later, it decides. A delivery that cannot succeed (its event is too large) is not retried.
WebhookAttempted attempted(const WebhookTry& tried, const Result<HttpReply>& result, const RetryRules& rules,
                           Timestamp now);

}  // namespace ordo::outbound
