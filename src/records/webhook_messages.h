// The records of the topic `webhooks`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"

namespace ordo {

// An endpoint is wanted, wanted otherwise, or wanted no more. Absent fields stay as they are.
struct WebhookChanged {
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

// An event was sent to an endpoint, and what came of it. Absent `retry_at`: of a failure, that it was the last try.
struct WebhookAttempted {
  WebhookId webhook_id;
  std::string delivery_id;
  WebhookEvent event;
  WebhookAttempt attempt;
  bool gone = false;
  std::optional<Timestamp> retry_at;
  std::int64_t disable_after_s = 0;
};
BOOST_DESCRIBE_STRUCT(WebhookAttempted, (), (webhook_id, delivery_id, event, attempt, gone, retry_at, disable_after_s))

// All that an endpoint wants of what is before these offsets of order_events was sent to it at least once.
struct WebhookAdvanced {
  WebhookId webhook_id;
  std::int64_t generation = 0;
  std::int64_t log_epoch = 0;
  std::vector<std::int64_t> positions;
};
BOOST_DESCRIBE_STRUCT(WebhookAdvanced, (), (webhook_id, generation, log_epoch, positions))

struct RedeliverRequested {
  WebhookId webhook_id;
  std::string delivery_id;
};
BOOST_DESCRIBE_STRUCT(RedeliverRequested, (), (webhook_id, delivery_id))

struct WebhookTestRequested {
  WebhookId webhook_id;
  std::string delivery_id;
};
BOOST_DESCRIBE_STRUCT(WebhookTestRequested, (), (webhook_id, delivery_id))

}  // namespace ordo
