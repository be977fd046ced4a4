// The records of the topic `webhooks`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"
#include "records/message_info.h"

namespace ordo {

// Create, change or remove an endpoint. Absent fields stay as they are.
struct WebhookChanged {
  static constexpr MessageInfo kMessage{
      Topic::webhooks, "ordo.webhook.changed.v1", "create, change or remove an endpoint", {"api"}};

  WebhookAction action = WebhookAction::create;
  WebhookId webhook_id;
  std::optional<std::string> url;
  std::optional<std::vector<std::string>> types;
  std::optional<std::string> description;
  std::optional<std::string> secret;
  std::optional<bool> enabled;
  std::optional<std::int64_t> log_epoch;
  std::optional<std::vector<std::int64_t>> positions;
  std::optional<std::string> change_id;
  std::optional<std::int64_t> expected_rev;
};
BOOST_DESCRIBE_STRUCT(WebhookChanged, (),
                      (action, webhook_id, url, types, description, secret, enabled, log_epoch, positions, change_id,
                       expected_rev))

// The result of sending an event to an endpoint. A failure without `retry_at` was the last attempt.
struct WebhookAttempted {
  static constexpr MessageInfo kMessage{
      Topic::webhooks, "ordo.webhook.attempted.v1", "the result of a delivery attempt", {"webhooks"}};

  WebhookId webhook_id;
  std::string delivery_id;
  WebhookEvent event;
  WebhookAttempt attempt;
  bool gone = false;
  std::optional<Timestamp> retry_at;
  std::int64_t disable_after_s = 0;
};
BOOST_DESCRIBE_STRUCT(WebhookAttempted, (), (webhook_id, delivery_id, event, attempt, gone, retry_at, disable_after_s))

// Every event before these offsets of order_events that the endpoint subscribes to was sent to it at least once.
struct WebhookAdvanced {
  static constexpr MessageInfo kMessage{
      Topic::webhooks, "ordo.webhook.advanced.v1", "how far the deliveries of an endpoint have come", {"webhooks"}};

  WebhookId webhook_id;
  std::int64_t generation = 0;
  std::int64_t log_epoch = 0;
  std::vector<std::int64_t> positions;
};
BOOST_DESCRIBE_STRUCT(WebhookAdvanced, (), (webhook_id, generation, log_epoch, positions))

struct RedeliverRequested {
  static constexpr MessageInfo kMessage{
      Topic::webhooks, "ordo.webhook.redeliver_requested.v1", "send a delivery again", {"api"}};

  WebhookId webhook_id;
  std::string delivery_id;
};
BOOST_DESCRIBE_STRUCT(RedeliverRequested, (), (webhook_id, delivery_id))

struct WebhookTestRequested {
  static constexpr MessageInfo kMessage{
      Topic::webhooks, "ordo.webhook.test_requested.v1", "send a test event", {"api"}};

  WebhookId webhook_id;
  std::string delivery_id;
};
BOOST_DESCRIBE_STRUCT(WebhookTestRequested, (), (webhook_id, delivery_id))

}  // namespace ordo
