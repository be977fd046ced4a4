// /v1/webhooks/{id}/deliveries: what a webhook was sent, and sending it again.
#include <string>

#include "base/uuid.h"
#include "http/api_context.h"
#include "http/list_request.h"
#include "http/router.h"
#include "http/webhook_views.h"
#include "records/messages.h"

namespace ordo::http {
namespace {

// Null when there is none, or it cannot be sent to: then the call is answered. On the pool.
std::optional<Webhook> find_enabled(ApiContext& context, const CallPtr& call) {
  const auto& id = call->request.path_parameters[0];
  const auto found = context.ports.documents.get(Collection::webhook_endpoints, id);
  if (!found) {
    call->refuse(found.error());
    return std::nullopt;
  }
  const auto* webhook = *found ? std::get_if<Webhook>(&**found) : nullptr;
  if (webhook == nullptr || webhook->status == WebhookStatus::removed) {
    call->refuse(404, "unknown_webhook", "there is no webhook " + id);
    return std::nullopt;
  }
  if (webhook->status != WebhookStatus::enabled) {
    call->refuse(409, "webhook_disabled", "the webhook is disabled", "PATCH it with {\"enabled\":true}");
    return std::nullopt;
  }
  return *webhook;
}

// Answers once the delivery has been tried more often than before, or with what there is.
bool answer_delivery(ApiContext& context, const CallPtr& call, const std::string& id, std::int64_t tried, bool last) {
  const auto found = context.ports.documents.get(Collection::webhook_deliveries, id);
  const auto* delivery = found && *found ? std::get_if<WebhookDelivery>(&**found) : nullptr;
  if (delivery != nullptr && delivery->attempts > tried) {
    call->answer(json_response(200, delivery_view(*delivery)));
    return true;
  }
  if (!last) return false;
  if (delivery != nullptr) {
    call->answer(json_response(202, delivery_view(*delivery)));
  } else {
    call->refuse(found ? Error{ErrorCode::kUnavailable, "delivery_not_ready", "it is durable and not yet sent", {}}
                       : found.error());
  }
  return true;
}

void append_and_wait(ApiContext& context, const CallPtr& call, Outgoing record, const std::string& delivery,
                     std::int64_t tried) {
  const auto wait = preferred_wait(call->request).value_or(context.options.decision_wait);
  context.append(*call, std::move(record),
                 [&context, call, delivery, tried, wait](const Result<LogPosition>& position) {
                   if (!position) return call->refuse(position.error());
                   context.poll(wait, [&context, call, delivery, tried](bool last) {
                     return answer_delivery(context, call, delivery, tried, last);
                   });
                 });
}

void post_redeliver(ApiContext& context, Request request, Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto webhook = find_enabled(context, call);
    if (!webhook) return;
    const auto& id = call->request.path_parameters[1];
    const auto found = context.ports.documents.get(Collection::webhook_deliveries, id);
    if (!found) return call->refuse(found.error());
    const auto* delivery = *found ? std::get_if<WebhookDelivery>(&**found) : nullptr;
    if (delivery == nullptr || delivery->endpoint_id != webhook->id) {
      return call->refuse(404, "unknown_delivery", "there is no delivery " + id + " of this webhook");
    }
    const RedeliverRequested message{webhook->id, id};
    append_and_wait(
        context, call,
        {Topic::webhooks, webhook->id.str(), type::kRedeliverRequested, encode(message), webhook->id.str(), {}}, id,
        delivery->attempts);
  });
}

void post_test(ApiContext& context, Request request, Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto webhook = find_enabled(context, call);
    if (!webhook) return;
    const WebhookTestRequested message{webhook->id, webhook->id.str() + ":test:" + uuid_v7(now())};
    append_and_wait(
        context, call,
        {Topic::webhooks, webhook->id.str(), type::kWebhookTestRequested, encode(message), webhook->id.str(), {}},
        message.delivery_id, 0);
  });
}

void list_deliveries(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  answer_list(
      context, call, Collection::webhook_deliveries,
      [](const Document& document) { return delivery_view(std::get<WebhookDelivery>(document)); },
      [id = call->request.path_parameters[0]](Query& query) { query.where.emplace_back("endpoint_id", id); });
}

}  // namespace

void add_webhook_delivery_routes(Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const ProblemDescription disabled{409, "webhook_disabled"};
  const AnswerDescription later{202, "It is still to be tried.", delivery_schema};
  router.add(Method::kGet, "/v1/webhooks/{id}/deliveries", bind(list_deliveries),
             {.tag = "Webhooks",
              .summary = "List what a webhook was sent",
              .text = "Newest first, each with its last 16 attempts.",
              .parameters = list_parameters(Collection::webhook_deliveries),
              .answers = {{200, "A page.", page_schema<delivery_schema>, kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}}});
  router.add(Method::kPost, "/v1/webhooks/{id}/deliveries/{delivery}/redeliver", bind(post_redeliver),
             {.tag = "Webhooks",
              .summary = "Send an event once more",
              .text = "Under the same webhook-id, succeeded or not.",
              .parameters = {prefer_wait_parameter()},
              .answers = {{200, "It was tried.", delivery_schema}, later},
              .problems = {{404, "unknown_webhook, unknown_delivery"}, disabled}});
  router.add(Method::kPost, "/v1/webhooks/{id}/test", bind(post_test),
             {.tag = "Webhooks",
              .summary = "Send a test event",
              .text = "Of the type ordo.webhook.test.v1, whatever types the webhook wants.",
              .parameters = {prefer_wait_parameter()},
              .answers = {{200, "It was tried.", delivery_schema}, later},
              .problems = {{404, "unknown_webhook"}, disabled}});
}

}  // namespace ordo::http
