// One delivery as an HTTP call, what its answer means, and how that is written down.
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

// Headers and signature of `body`, signed with the endpoint's secrets as of `now`. kInvalid "bad_secret".
Result<HttpCall> webhook_call(const Webhook& endpoint, const std::string& delivery, std::string body,
                              std::chrono::milliseconds timeout, Timestamp now);

// The body of a delivery that is a test.
std::string test_event(const WebhookDelivery& delivery);

struct RetryRules {
  Backoff backoff;
  std::chrono::seconds retry_for{0};
  std::chrono::seconds disable_after{0};
};

// A try to deliver, as it began.
struct WebhookTry {
  WebhookId endpoint;
  std::string delivery;
  WebhookEvent event;
  std::int64_t failed = 0;  // attempts before
  Timestamp pending_since;
  Timestamp at;
};

// What is to be recorded. A failure is tried again, later each time, or when the endpoint's Retry-After says if that is
// later still, until `retry_for` is over; one that cannot become a success (an event too large) is not.
WebhookAttempted attempted(const WebhookTry& tried, const Result<HttpReply>& result, const RetryRules& rules,
                           Timestamp now);

// A record of the topic `webhooks`, to be appended.
Record webhook_record(const Topology& topology, const std::string& source, const WebhookId& webhook,
                      std::string_view type, std::string value);

}  // namespace ordo::outbound
