#include "domain/webhook.h"

#include <gtest/gtest.h>

namespace ordo {
namespace {

using std::chrono::seconds;

constexpr seconds kDisableAfter{100};

Timestamp at(std::int64_t second) {
  return Timestamp(seconds(1'000 + second));
}

Webhook endpoint() {
  ChangeWebhook create;
  create.id = WebhookId("w1");
  create.url = "https://shop.example/hook";
  create.types = std::vector<std::string>{"ordo.order.*", "ordo.payment.captured.v1"};
  create.secret = "whsec_1";
  create.log_epoch = 0;
  create.positions = std::vector<std::int64_t>{5, 0};
  create.change_id = "c1";
  return *decide(nullptr, create, at(0));
}

DeliveryAttempt attempt(std::int64_t second, std::string error, std::optional<Timestamp> retry_at = {}) {
  DeliveryAttempt out;
  out.delivery_id = delivery_id(WebhookId("w1"), 0, 1, 7);
  out.event = {0, 1, 7, "e1", "ordo.order.created.v1", "o1"};
  out.attempt = {at(second), error.empty() ? 200 : 500, std::move(error), 12};
  out.retry_at = retry_at;
  out.disable_after = kDisableAfter;
  return out;
}

ChangeWebhook update() {
  ChangeWebhook change;
  change.action = WebhookAction::update;
  change.id = WebhookId("w1");
  return change;
}

TEST(Webhook, WantsWhatItsTypesSay) {
  const auto hook = endpoint();
  EXPECT_TRUE(wants(hook, "ordo.order.cancelled.v1"));
  EXPECT_TRUE(wants(hook, "ordo.payment.captured.v1"));
  EXPECT_FALSE(wants(hook, "ordo.payment.captured.v2"));
  EXPECT_FALSE(wants(hook, "ordo.orders"));
  EXPECT_TRUE(wants(Webhook{}, "anything"));
}

TEST(Webhook, IsMadeOnceAndAWishOnceToo) {
  const auto hook = endpoint();
  EXPECT_EQ(hook.status, WebhookStatus::enabled);
  ChangeWebhook again;
  again.id = hook.id;
  EXPECT_EQ(decide(&hook, again, at(1)).error().reason, "webhook_exists");
  again.change_id = "c1";
  EXPECT_EQ(*decide(&hook, again, at(1)), hook);
  auto stale = update();
  stale.expected_rev = 9;
  EXPECT_EQ(decide(&hook, stale, at(1)).error().reason, "stale_revision");
  EXPECT_EQ(decide(nullptr, update(), at(1)).error().reason, "unknown_webhook");
}

TEST(Webhook, ANewSecretLeavesTheOldOneForADay) {
  const auto hook = endpoint();
  auto change = update();
  change.secret = "whsec_2";
  const auto next = decide(&hook, change, at(1));
  EXPECT_EQ(next->secret, "whsec_2");
  EXPECT_EQ(next->old_secret, "whsec_1");
  EXPECT_EQ(next->old_secret_until, at(1) + std::chrono::hours(24));
}

TEST(Webhook, ARemovedOneHasNoSecretsAndStaysRemoved) {
  const auto hook = endpoint();
  auto change = update();
  change.action = WebhookAction::remove;
  const auto gone = *decide(&hook, change, at(1));
  EXPECT_EQ(gone.status, WebhookStatus::removed);
  EXPECT_EQ(gone.secret, "");
  EXPECT_EQ(decide(&gone, update(), at(2)).error().reason, "unknown_webhook");
  EXPECT_FALSE(decide(gone, nullptr, attempt(2, ""), at(2)).has_value());
  EXPECT_FALSE(advance(gone, {1, 0, {9, 9}}, at(2)).has_value());
}

TEST(Webhook, FailuresAreTriedAgainUntilOneSucceeds) {
  const auto hook = endpoint();
  const auto failed = *decide(hook, nullptr, attempt(1, "status_500", at(6)), at(1));
  EXPECT_EQ(failed.delivery.status, DeliveryStatus::pending);
  EXPECT_EQ(failed.delivery.attempts, 1);
  EXPECT_EQ(failed.delivery.next_attempt_at, at(6));
  EXPECT_EQ(failed.endpoint.failing_since, at(1));
  EXPECT_EQ(failed.endpoint.failed_attempts, 1);
  // The same record twice counts once.
  EXPECT_FALSE(decide(failed.endpoint, &failed.delivery, attempt(1, "status_500", at(6)), at(2)).has_value());

  const auto sent = *decide(failed.endpoint, &failed.delivery, attempt(6, ""), at(6));
  EXPECT_EQ(sent.delivery.status, DeliveryStatus::succeeded);
  EXPECT_EQ(sent.delivery.attempts, 2);
  EXPECT_EQ(sent.delivery.log.size(), 2U);
  EXPECT_FALSE(sent.delivery.next_attempt_at.has_value());
  EXPECT_FALSE(sent.endpoint.failing_since.has_value());
  EXPECT_EQ(sent.endpoint.succeeded, 1);

  // A late failure of a process that had lost the partition.
  const auto late = *decide(sent.endpoint, &sent.delivery, attempt(7, "timeout", at(9)), at(7));
  EXPECT_EQ(late.delivery.status, DeliveryStatus::succeeded);
  EXPECT_FALSE(late.delivery.next_attempt_at.has_value());
}

TEST(Webhook, TheLastFailureGivesUpAndARedeliveryBeginsAnew) {
  const auto hook = endpoint();
  const auto failed = *decide(hook, nullptr, attempt(1, "timeout"), at(1));
  EXPECT_EQ(failed.delivery.status, DeliveryStatus::failed);
  EXPECT_EQ(failed.endpoint.given_up, 1);
  const auto again = redeliver(failed.delivery, at(50));
  EXPECT_EQ(again.status, DeliveryStatus::pending);
  EXPECT_EQ(again.next_attempt_at, at(50));
  EXPECT_EQ(again.pending_since, at(50));
  EXPECT_EQ(again.attempts, 1);
}

TEST(Webhook, IsDisabledWhenItOnlyFailsForLong) {
  const auto hook = endpoint();
  auto state = *decide(hook, nullptr, attempt(1, "timeout", at(2)), at(1));
  state = *decide(state.endpoint, &state.delivery, attempt(100, "timeout", at(102)), at(100));
  EXPECT_EQ(state.endpoint.status, WebhookStatus::enabled);
  state = *decide(state.endpoint, &state.delivery, attempt(101, "timeout", at(103)), at(101));
  EXPECT_EQ(state.endpoint.status, WebhookStatus::disabled);
  EXPECT_EQ(state.endpoint.status_reason, "failing");
  EXPECT_EQ(state.delivery.status, DeliveryStatus::pending);

  auto change = update();
  change.enabled = true;
  const auto enabled = *decide(&state.endpoint, change, at(200));
  EXPECT_EQ(enabled.status, WebhookStatus::enabled);
  EXPECT_EQ(enabled.status_reason, "");
  EXPECT_FALSE(enabled.failing_since.has_value());
}

TEST(Webhook, IsDisabledAtOnceWhenItIsGone) {
  auto gone = attempt(1, "status_410", at(2));
  gone.gone = true;
  const auto state = *decide(endpoint(), nullptr, gone, at(1));
  EXPECT_EQ(state.endpoint.status, WebhookStatus::disabled);
  EXPECT_EQ(state.endpoint.status_reason, "gone");
}

TEST(Webhook, PositionsNeverGoBackWithinALog) {
  const auto hook = endpoint();
  EXPECT_FALSE(advance(hook, {1, 0, {4, 0}}, at(1)).has_value());
  EXPECT_EQ(advance(hook, {1, 0, {4, 3}}, at(1))->positions, (std::vector<std::int64_t>{5, 3}));
  EXPECT_EQ(advance(hook, {1, 1, {1, 1}}, at(1))->positions, (std::vector<std::int64_t>{1, 1}));
  EXPECT_FALSE(advance(*advance(hook, {1, 1, {1, 1}}, at(1)), {1, 0, {9, 9}}, at(2)).has_value());

  auto change = update();
  change.positions = std::vector<std::int64_t>{0, 0};
  change.log_epoch = 0;
  const auto again = *decide(&hook, change, at(1));
  EXPECT_EQ(again.generation, 2);
  EXPECT_EQ(again.positions, (std::vector<std::int64_t>{0, 0}));
  EXPECT_FALSE(advance(again, {1, 0, {9, 9}}, at(2)).has_value());  // of those before it was set back
  EXPECT_TRUE(advance(again, {2, 0, {9, 9}}, at(2)).has_value());
}

TEST(Webhook, TheLogOfAttemptsIsBounded) {
  auto state = *decide(endpoint(), nullptr, attempt(1, "timeout", at(2)), at(1));
  for (int i = 2; i < 40; ++i)
    state = *decide(state.endpoint, &state.delivery, attempt(i, "timeout", at(i + 1)), at(i));
  EXPECT_EQ(state.delivery.attempts, 39);
  ASSERT_EQ(state.delivery.log.size(), WebhookDelivery::kMaxLog);
  EXPECT_EQ(state.delivery.log.back().at, at(39));
}

}  // namespace
}  // namespace ordo
