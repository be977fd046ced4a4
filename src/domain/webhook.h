// Webhooks: somebody's HTTP endpoint that wants to hear of events, how far it has heard, and what became of each
// delivery. Sending is done outside (outbound/webhook_sender.h); what comes of it returns as a command.
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

// `removed`: kept so that what is still under way for it finds out.
enum class WebhookStatus { enabled, disabled, removed };

struct Webhook {
  WebhookId id;
  std::string url;
  std::vector<std::string> types;  // that it wants; a * at the end stands for anything. Empty: all
  std::string description;
  std::string secret;                     // "whsec_...", signs each delivery
  std::optional<std::string> old_secret;  // signs as well, until then
  std::optional<Timestamp> old_secret_until;
  WebhookStatus status = WebhookStatus::enabled;
  std::string status_reason;               // of a disabled one: "by_request", "failing" or "gone"
  std::int64_t generation = 0;             // counts how often the positions were set, rather than reached
  std::int64_t log_epoch = 0;              // of the log that the positions are in
  std::vector<std::int64_t> positions;     // by partition of order_events: every event before it was tried
  std::optional<Timestamp> failing_since;  // the first failure after the last success
  std::optional<Timestamp> last_success_at;
  std::optional<Timestamp> last_failure_at;
  std::string last_error;
  std::int64_t succeeded = 0;        // deliveries
  std::int64_t failed_attempts = 0;  // some of them of deliveries that succeeded later
  std::int64_t given_up = 0;         // deliveries that were tried for too long
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

// Where an event is in order_events, and what it says of itself. A test event is in no log: its partition is -1.
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
  std::optional<std::int64_t> response_status;  // absent: there was no answer
  std::string error;                            // empty: it succeeded
  std::int64_t duration_ms = 0;

  friend bool operator==(const WebhookAttempt&, const WebhookAttempt&) = default;
};

// One event for one endpoint, from the first attempt on.
struct WebhookDelivery {
  std::string id;  // also the message's, so that the receiver recognises a repeat: no full stop in it
  WebhookId endpoint_id;
  WebhookEvent event;
  DeliveryStatus status = DeliveryStatus::pending;
  std::int64_t attempts = 0;
  std::vector<WebhookAttempt> log;  // oldest first, the last kMaxLog
  std::optional<Timestamp> next_attempt_at;
  Timestamp pending_since;  // what the time for retries is counted from
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

// Absent fields stay as they are. A new secret puts the present one beside it for kSecretOverlap.
struct ChangeWebhook {
  WebhookAction action = WebhookAction::create;
  WebhookId id;
  std::optional<std::string> url;
  std::optional<std::vector<std::string>> types;
  std::optional<std::string> description;
  std::optional<std::string> secret;
  std::optional<bool> enabled;
  std::optional<std::int64_t> log_epoch;  // with positions
  std::optional<std::vector<std::int64_t>> positions;
  std::optional<std::string> change_id;
  std::optional<std::int64_t> expected_rev;
};

// The endpoint after `change`. kNotFound "unknown_webhook"; kConflict "webhook_exists" or "stale_revision". A repeated
// change_id gives the endpoint as it is. Does not count `rev`.
Result<Webhook> decide(const Webhook* current, const ChangeWebhook& change, Timestamp at);

// What a try to deliver came to.
struct DeliveryAttempt {
  std::string delivery_id;
  WebhookEvent event;
  WebhookAttempt attempt;
  bool gone = false;                      // the endpoint says that it is there no more
  std::optional<Timestamp> retry_at;      // of a failure; absent: there will be no other
  std::chrono::seconds disable_after{0};  // an endpoint that has only failed for so long is disabled
};

struct AttemptDecision {
  Webhook endpoint;
  WebhookDelivery delivery;
};

// Nothing when it is known already, or the endpoint was removed. `delivery` is null at its first attempt.
std::optional<AttemptDecision> decide(const Webhook& endpoint, const WebhookDelivery* delivery,
                                      const DeliveryAttempt& attempt, Timestamp at);

// How far an endpoint has come from the positions of a generation on.
struct WebhookProgress {
  std::int64_t generation = 0;
  std::int64_t log_epoch = 0;
  std::vector<std::int64_t> positions;
};
// Never goes back within a log; nothing when it changes nothing.
std::optional<Webhook> advance(const Webhook& endpoint, const WebhookProgress& progress, Timestamp at);

// To be sent once more, now.
WebhookDelivery redeliver(const WebhookDelivery& delivery, Timestamp at);

// A delivery that was not tried yet: of a test.
WebhookDelivery begin_delivery(std::string id, const WebhookId& endpoint, WebhookEvent event, Timestamp at);

}  // namespace ordo
