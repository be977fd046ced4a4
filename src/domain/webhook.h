// Webhooks: an HTTP endpoint that receives events, its progress, and the outcome of each delivery. Deliveries are sent
// elsewhere (outbound/webhook_sender.h); their results come back as commands.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/past_change.h"

namespace ordo {

using WebhookId = Id<struct WebhookIdTag>;

// `removed`: the document is kept, so that deliveries in progress detect the removal.
enum class WebhookStatus { enabled, disabled, removed };

struct Webhook {
  WebhookId id;
  std::string url;
  std::vector<std::string> types;  // types that it receives; a * at the end matches any rest. Empty: all
  std::string description;
  std::string secret;                     // "whsec_...", signs each delivery
  std::optional<std::string> old_secret;  // deliveries are also signed with it until old_secret_until
  std::optional<Timestamp> old_secret_until;
  WebhookStatus status = WebhookStatus::enabled;
  std::string status_reason;               // of a disabled endpoint: "by_request", "failing" or "gone"
  std::int64_t generation = 0;             // counts how often the positions were set instead of reached
  std::int64_t log_epoch = 0;              // epoch of the log that the positions are in
  std::vector<std::int64_t> positions;     // by partition of order_events: every event before it was attempted
  std::optional<Timestamp> failing_since;  // the first failure after the last success
  std::optional<Timestamp> last_success_at;
  std::optional<Timestamp> last_failure_at;
  std::string last_error;
  std::int64_t succeeded = 0;        // deliveries
  std::int64_t failed_attempts = 0;  // includes attempts of deliveries that succeeded later
  std::int64_t given_up = 0;         // deliveries whose time for retries ran out
  Timestamp created_at;
  Timestamp updated_at;
  std::vector<PastChange> recent_changes;
  std::int64_t rev = 0;

  static constexpr std::size_t kMaxTypes = 32;
  static constexpr std::chrono::hours kSecretOverlap{24};

  friend bool operator==(const Webhook&, const Webhook&) = default;
};

bool wants(const Webhook& webhook, std::string_view type);

enum class DeliveryStatus { pending, succeeded, failed };

// The position of an event in order_events, and its attributes. A test event is in no log: its partition is -1.
struct WebhookEvent {
  std::int64_t epoch = 0;
  std::int64_t partition = -1;
  std::int64_t offset = -1;
  std::string id;
  std::string type;
  std::string subject;

  friend bool operator==(const WebhookEvent&, const WebhookEvent&) = default;
};

struct WebhookAttempt {
  Timestamp at;
  std::optional<std::int64_t> response_status;  // absent: there was no response
  std::string error;                            // empty: the attempt succeeded
  std::int64_t duration_ms = 0;

  friend bool operator==(const WebhookAttempt&, const WebhookAttempt&) = default;
};

// One event for one endpoint, from the first attempt on.
struct WebhookDelivery {
  std::string id;  // also the message's id, so that the receiver recognises a repeat; contains no full stop
  WebhookId endpoint_id;
  WebhookEvent event;
  DeliveryStatus status = DeliveryStatus::pending;
  std::int64_t attempts = 0;
  std::vector<WebhookAttempt> log;  // oldest first, the last kMaxLog
  std::optional<Timestamp> next_attempt_at;
  Timestamp pending_since;  // start of the time for retries
  Timestamp created_at;
  Timestamp updated_at;
  std::int64_t rev = 0;

  static constexpr std::size_t kMaxLog = 16;

  friend bool operator==(const WebhookDelivery&, const WebhookDelivery&) = default;
};

// The same event for the same endpoint has the same id, however often it is sent.
std::string delivery_id(const WebhookId& endpoint, std::int64_t epoch, std::int64_t partition, std::int64_t offset);

// --- commands

enum class WebhookAction { create, update, remove };

// Absent fields stay as they are. With a new secret, the present one stays valid for kSecretOverlap.
struct ChangeWebhook {
  WebhookAction action = WebhookAction::create;
  WebhookId id;
  std::optional<std::string> url;
  std::optional<std::vector<std::string>> types;
  std::optional<std::string> description;
  std::optional<std::string> secret;
  std::optional<bool> enabled;
  std::optional<std::int64_t> log_epoch;  // given with positions
  std::optional<std::vector<std::int64_t>> positions;
  std::optional<std::string> change_id;
  std::optional<std::int64_t> expected_rev;
};

// The endpoint after `change`. kNotFound "unknown_webhook"; kConflict "webhook_exists" or "stale_revision". A repeated
// change_id returns the endpoint unchanged. Does not count `rev`.
Result<Webhook> decide(const Webhook* current, const ChangeWebhook& change, Timestamp at);

// The result of a delivery attempt.
struct DeliveryAttempt {
  std::string delivery_id;
  WebhookEvent event;
  WebhookAttempt attempt;
  bool gone = false;                      // the endpoint answered that it no longer exists
  std::optional<Timestamp> retry_at;      // after a failure; absent: this was the last attempt
  std::chrono::seconds disable_after{0};  // an endpoint is disabled after it has only failed for so long
};

struct AttemptDecision {
  Webhook endpoint;
  WebhookDelivery delivery;
};

// Nothing if the attempt is known already, or the endpoint was removed. `delivery` is null at its first attempt.
std::optional<AttemptDecision> decide(const Webhook& endpoint, const WebhookDelivery* delivery,
                                      const DeliveryAttempt& attempt, Timestamp at);

// The progress of an endpoint, counted from the positions of a generation.
struct WebhookProgress {
  std::int64_t generation = 0;
  std::int64_t log_epoch = 0;
  std::vector<std::int64_t> positions;
};
// Positions never go back within a log. Nothing if nothing changes.
std::optional<Webhook> advance(const Webhook& endpoint, const WebhookProgress& progress, Timestamp at);

// The delivery, to be sent once more, now.
WebhookDelivery redeliver(const WebhookDelivery& delivery, Timestamp at);

// A delivery of a test event that was not attempted yet.
WebhookDelivery begin_delivery(std::string id, const WebhookId& endpoint, WebhookEvent event, Timestamp at);

}  // namespace ordo
