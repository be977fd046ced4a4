// /v1/webhooks/{id}/deliveries: lists the deliveries of a webhook, and sends them again.
#include <string>

#include "api/api_context.h"
#include "api/list_request.h"
#include "api/webhooks/webhook_views.h"
#include "base/uuid.h"
#include "http/router.h"
#include "processors/webhooks.h"
#include "records/messages.h"

namespace ordo::api {
namespace {

constexpr std::string_view kEndpoint = "endpoint_id";

void refuse_unknown_webhook(const CallPtr& call) {
  call->refuse(404, "unknown_webhook", "there is no webhook " + call->request.path_parameters[0]);
}

// nullopt when the webhook does not exist or is disabled; then the call is answered. Runs on the pool.
std::optional<Webhook> find_enabled(ApiContext& context, const CallPtr& call) {
  const auto& id = call->request.path_parameters[0];
  const auto found = context.ports.documents.get(Collection::webhook_endpoints, id);
  if (!found) {
    call->refuse(found.error());
    return std::nullopt;
  }
  const auto* webhook = *found ? std::get_if<Webhook>(&**found) : nullptr;
  if (webhook == nullptr || webhook->status == WebhookStatus::removed) {
    refuse_unknown_webhook(call);
    return std::nullopt;
  }
  if (webhook->status != WebhookStatus::enabled) {
    call->refuse(409, "webhook_disabled", "the webhook is disabled", "PATCH it with {\"enabled\":true}");
    return std::nullopt;
  }
  return *webhook;
}

// Appends the record, then answers once the delivery has more attempts than `before`. When the client's wait ends
// first, answers 202 with the present delivery. If the database does not have it yet, the answer shows `before`: the
// record is durable, so nothing has failed.
void append_and_wait(ApiContext& context, const CallPtr& call, Outgoing record, const WebhookDelivery& before) {
  const auto wait = preferred_wait(call->request).value_or(context.options.decision_wait);
  context.append(*call, std::move(record), [&context, call, before, wait](const Result<LogPosition>& position) {
    if (!position) return call->refuse(position.error());
    context.poll(wait, {Collection::webhook_deliveries, before.id}, [&context, call, before](bool last) {
      const auto found = context.ports.documents.get(Collection::webhook_deliveries, before.id);
      const auto* delivery = found && *found ? std::get_if<WebhookDelivery>(&**found) : nullptr;
      const bool tried = delivery != nullptr && delivery->attempts > before.attempts;
      if (!tried && !last) return false;
      call->answer(json_response(tried ? 200 : 202, delivery_view(delivery != nullptr ? *delivery : before)));
      return true;
    });
  });
}

void post_redeliver(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto webhook = find_enabled(context, call);
    if (!webhook) return;
    const auto& id = call->request.path_parameters[1];
    const auto found = context.ports.documents.get(Collection::webhook_deliveries, id);
    if (!found) return call->refuse(found.error());
    const auto* delivery = *found ? std::get_if<WebhookDelivery>(&**found) : nullptr;
    if (delivery == nullptr || delivery->endpoint_id != webhook->id) {
      return call->refuse(404, "unknown_delivery", "there is no delivery " + id + " for this webhook");
    }
    const RedeliverRequested message{webhook->id, id};
    append_and_wait(
        context, call,
        {Topic::webhooks, webhook->id.str(), kTypeOf<RedeliverRequested>, encode(message), webhook->id.str(), {}},
        *delivery);
  });
}

void post_test(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto webhook = find_enabled(context, call);
    if (!webhook) return;
    const auto at = now();
    const WebhookTestRequested message{webhook->id, webhook->id.str() + ":test:" + uuid_v7(at)};
    append_and_wait(
        context, call,
        {Topic::webhooks, webhook->id.str(), kTypeOf<WebhookTestRequested>, encode(message), webhook->id.str(), {}},
        processors::begin_test(message, at));
  });
}

void list_deliveries(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  if (!id_problem(call->request.path_parameters[0]).empty()) return refuse_unknown_webhook(call);
  answer_list(context, call, Collection::webhook_deliveries,
              {.view = [](const Document& document) { return delivery_view(std::get<WebhookDelivery>(document)); },
               .in_path = kEndpoint});
}

}  // namespace

void add_webhook_delivery_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const http::ProblemDescription disabled{409, "webhook_disabled"};
  const http::AnswerDescription later{202, "The next attempt has not been made yet.", delivery_schema};
  router.add(http::Method::kGet, "/v1/webhooks/{id}/deliveries", bind(list_deliveries),
             {.tag = "Webhooks",
              .operation = "listDeliveries",
              .summary = "List the deliveries to a webhook",
              .text = "Newest first, each with its last 16 attempts.",
              .parameters = list_parameters(Collection::webhook_deliveries, {.in_path = kEndpoint}),
              .answers = {{200, "A page.", http::page_schema<delivery_schema>, http::kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}, {404, "unknown_webhook"}}});
  router.add(http::Method::kPost, "/v1/webhooks/{id}/deliveries/{delivery}/redeliver", bind(post_redeliver),
             {.tag = "Webhooks",
              .operation = "redeliver",
              .summary = "Send an event again",
              .text = "With the same webhook-id, even if it succeeded before.",
              .parameters = {http::prefer_wait_parameter()},
              .answers = {{200, "The attempt was made.", delivery_schema}, later},
              .problems = {{404, "unknown_webhook, unknown_delivery"}, disabled}});
  router.add(http::Method::kPost, "/v1/webhooks/{id}/test", bind(post_test),
             {.tag = "Webhooks",
              .operation = "testWebhook",
              .summary = "Send a test event",
              .text = "Its type is ordo.webhook.test.v1. It is sent even if the webhook's types exclude it.",
              .parameters = {http::prefer_wait_parameter()},
              .answers = {{200, "The attempt was made.", delivery_schema}, later},
              .problems = {{404, "unknown_webhook"}, disabled}});
}

}  // namespace ordo::api
