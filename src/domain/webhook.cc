#include "domain/webhook.h"

#include <algorithm>

namespace ordo {
namespace {

bool type_matches(std::string_view pattern, std::string_view type) {
  if (pattern.ends_with('*')) return type.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == type;
}

void enable(Webhook& webhook, bool enabled) {
  if (enabled == (webhook.status == WebhookStatus::enabled)) return;
  webhook.status = enabled ? WebhookStatus::enabled : WebhookStatus::disabled;
  webhook.status_reason = enabled ? "" : "by_request";
  if (enabled) webhook.failing_since.reset();
}

void replace_secret(Webhook& webhook, const std::string& secret, Timestamp at) {
  if (!webhook.secret.empty() && webhook.secret != secret) {
    webhook.old_secret = std::move(webhook.secret);
    webhook.old_secret_until = at + Webhook::kSecretOverlap;
  }
  webhook.secret = secret;
}

void apply(const ChangeWebhook& change, Timestamp at, Webhook& webhook) {
  if (change.action == WebhookAction::remove) {
    webhook.status = WebhookStatus::removed;
    webhook.status_reason.clear();
    webhook.secret.clear();
    webhook.old_secret.reset();
    webhook.old_secret_until.reset();
    return;
  }
  if (change.url) webhook.url = *change.url;
  if (change.types) webhook.types = *change.types;
  if (change.description) webhook.description = *change.description;
  if (change.secret) replace_secret(webhook, *change.secret, at);
  if (change.enabled) enable(webhook, *change.enabled);
  if (change.positions) {
    webhook.positions = *change.positions;
    webhook.log_epoch = change.log_epoch.value_or(0);
    ++webhook.generation;
  }
}

void note_failure(const DeliveryAttempt& attempt, Webhook& endpoint) {
  const Timestamp when = attempt.attempt.at;
  ++endpoint.failed_attempts;
  endpoint.last_failure_at = when;
  endpoint.last_error = attempt.attempt.error;
  if (!endpoint.failing_since) endpoint.failing_since = when;
  if (endpoint.status != WebhookStatus::enabled) return;
  if (!attempt.gone && when - *endpoint.failing_since < attempt.disable_after) return;
  endpoint.status = WebhookStatus::disabled;
  endpoint.status_reason = attempt.gone ? "gone" : "failing";
}

}  // namespace

bool wants(const Webhook& webhook, std::string_view type) {
  return webhook.types.empty() || std::any_of(webhook.types.begin(), webhook.types.end(),
                                              [type](const auto& pattern) { return type_matches(pattern, type); });
}

std::string delivery_id(const WebhookId& endpoint, std::int64_t epoch, std::int64_t partition, std::int64_t offset) {
  return endpoint.str() + ":" + std::to_string(epoch) + ":" + std::to_string(partition) + ":" + std::to_string(offset);
}

Result<Webhook> decide(const Webhook* current, const ChangeWebhook& change, Timestamp at) {
  if (current != nullptr && change.change_id && has_seen(current->recent_changes, *change.change_id)) return *current;
  const bool there = current != nullptr && current->status != WebhookStatus::removed;
  if (!there && change.action != WebhookAction::create) {
    return fail(ErrorCode::kNotFound, "unknown_webhook", "there is no webhook with this id");
  }
  if (current != nullptr && change.action == WebhookAction::create) {
    return fail(ErrorCode::kConflict, "webhook_exists", "there is, or was, a webhook with this id");
  }
  if (change.expected_rev && (current == nullptr || current->rev != *change.expected_rev)) {
    return fail(ErrorCode::kConflict, "stale_revision", "the webhook has changed since it was read");
  }
  Webhook next = current != nullptr ? *current : Webhook{};
  if (current == nullptr) {
    next.id = change.id;
    next.created_at = at;
  }
  apply(change, at, next);
  next.updated_at = at;
  if (change.change_id) remember_change(next.recent_changes, {*change.change_id, ChangeOutcome::applied, {}});
  return next;
}

std::optional<AttemptDecision> decide(const Webhook& endpoint, const WebhookDelivery* delivery,
                                      const DeliveryAttempt& attempt, Timestamp at) {
  if (endpoint.status == WebhookStatus::removed) return std::nullopt;
  if (delivery != nullptr && std::any_of(delivery->log.begin(), delivery->log.end(),
                                         // guard: webhook-attempt-once
                                         [&](const WebhookAttempt& known) { return known.at == attempt.attempt.at; })) {
    return std::nullopt;
  }
  std::optional<AttemptDecision> next(std::in_place);
  next->endpoint = endpoint;
  next->delivery =
      delivery != nullptr ? *delivery : begin_delivery(attempt.delivery_id, endpoint.id, attempt.event, at);
  auto& sent = next->delivery;
  ++sent.attempts;
  if (sent.log.size() >= WebhookDelivery::kMaxLog) sent.log.erase(sent.log.begin());
  sent.log.push_back(attempt.attempt);
  sent.updated_at = at;
  next->endpoint.updated_at = at;
  if (attempt.attempt.error.empty()) {
    if (sent.status != DeliveryStatus::succeeded) ++next->endpoint.succeeded;
    sent.status = DeliveryStatus::succeeded;
    sent.next_attempt_at.reset();
    next->endpoint.failing_since.reset();
    next->endpoint.last_success_at = attempt.attempt.at;
    return next;
  }
  note_failure(attempt, next->endpoint);
  // A process that had lost the partition without knowing it may have delivered it meanwhile. Then it stays delivered.
  if (sent.status != DeliveryStatus::pending) return next;
  sent.next_attempt_at = attempt.retry_at;
  if (!attempt.retry_at) {
    sent.status = DeliveryStatus::failed;
    ++next->endpoint.given_up;
  }
  return next;
}

std::optional<Webhook> advance(const Webhook& endpoint, const WebhookProgress& progress, Timestamp at) {
  if (endpoint.status == WebhookStatus::removed) return std::nullopt;
  // guard: webhook-late-position
  if (progress.generation != endpoint.generation || progress.log_epoch < endpoint.log_epoch) return std::nullopt;
  auto furthest = progress.positions;
  if (progress.log_epoch == endpoint.log_epoch) {
    furthest.resize(std::max(furthest.size(), endpoint.positions.size()));
    for (std::size_t i = 0; i < endpoint.positions.size(); ++i) {
      furthest[i] = std::max(furthest[i], endpoint.positions[i]);
    }
    if (furthest == endpoint.positions) return std::nullopt;
  }
  auto next = std::make_optional<Webhook>(endpoint);
  next->log_epoch = progress.log_epoch;
  next->positions = std::move(furthest);
  next->updated_at = at;
  return next;
}

WebhookDelivery redeliver(const WebhookDelivery& delivery, Timestamp at) {
  WebhookDelivery next = delivery;
  next.status = DeliveryStatus::pending;
  next.pending_since = at;
  next.next_attempt_at = at;
  next.updated_at = at;
  return next;
}

WebhookDelivery begin_delivery(std::string id, const WebhookId& endpoint, WebhookEvent event, Timestamp at) {
  WebhookDelivery delivery;
  delivery.id = std::move(id);
  delivery.endpoint_id = endpoint;
  delivery.event = std::move(event);
  delivery.next_attempt_at = at;
  delivery.pending_since = delivery.created_at = delivery.updated_at = at;
  return delivery;
}

}  // namespace ordo
