// /v1/webhooks: the URLs that ordo calls when something happens.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "access/signature.h"
#include "api/api_context.h"
#include "api/content_permissions.h"
#include "api/document_change.h"
#include "api/json_body.h"
#include "api/list_request.h"
#include "api/webhooks/webhook_views.h"
#include "base/encoding.h"
#include "base/text.h"
#include "base/uuid.h"
#include "http/router.h"
#include "outbound/url.h"
#include "processors/webhooks.h"
#include "records/message_catalogue.h"
#include "records/messages.h"

namespace ordo::api {
namespace {

constexpr std::size_t kMaxWebhooks = 64;  // enabled ones; each of them reads the whole log of orders

enum class WebhookStart { now, start };
BOOST_DESCRIBE_ENUM(WebhookStart, now, start)

struct WebhookCreateBody {
  std::string url;
  std::optional<std::vector<std::string>> types;
  std::optional<std::string> description;
  std::optional<WebhookStart> from;
};
BOOST_DESCRIBE_STRUCT(WebhookCreateBody, (), (url, types, description, from))

struct WebhookPatchBody {
  std::optional<std::string> url;
  std::optional<std::vector<std::string>> types;
  std::optional<std::string> description;
  std::optional<bool> enabled;
  std::optional<WebhookStart> from;
};
BOOST_DESCRIBE_STRUCT(WebhookPatchBody, (), (url, types, description, enabled, from))

constexpr Note kUrlNote{"url", "http or https", R"("https://shop.example/hooks")", R"({"maxLength":2048})"};
constexpr Note kTypesNote{"types", "a * at the end selects a prefix; none: all types", R"(["ordo.order.*"])",
                          R"({"maxItems":32})"};
constexpr Note kDescriptionNote{"description", "at most 200 bytes", {}, R"({"maxLength":200})"};
constexpr auto notes(NotesOf<WebhookCreateBody>) {
  return std::array{kUrlNote, kTypesNote, kDescriptionNote,
                    Note{"from", "now (default): only new events; start: also all existing events"}};
}
constexpr auto notes(NotesOf<WebhookPatchBody>) {
  return std::array{Note{"", "Omitted members stay unchanged."},
                    kUrlNote,
                    kTypesNote,
                    kDescriptionNote,
                    Note{"enabled", "true also enables a webhook that was disabled because it failed"},
                    Note{"from", "now: skip events that were not sent yet; start: send all events again"}};
}

Result<std::vector<std::int64_t>> positions_from(ApiContext& context, WebhookStart from) {
  const auto ranges = context.ports.source.ranges(Topic::order_events, false);
  if (!ranges) return fail(ranges.error());
  std::vector<std::int64_t> positions;
  for (const auto& range : *ranges) positions.push_back(from == WebhookStart::now ? range.end : range.begin);
  return positions;
}

Result<void> check_room(ApiContext& context) {
  Query query;
  query.collection = Collection::webhook_endpoints;
  query.where.emplace_back("status", "enabled");
  query.limit = kMaxWebhooks;
  const auto page = context.ports.documents.list(query);
  if (!page) return fail(page.error());
  if (page->documents.size() < kMaxWebhooks) return {};
  return fail(ErrorCode::kConflict, "too_many_webhooks", "there are 64 enabled webhooks, which is the limit");
}

// Refuses types and patterns that match no event, because they would never send anything.
void check_types_exist(const std::vector<std::string>& types, std::vector<Violation>& found) {
  std::vector<std::string_view> known;
  for (const auto& one : message_types()) {
    if (one.topic == Topic::order_events) known.push_back(one.type);
  }
  for (std::size_t i = 0; i < std::min(types.size(), Webhook::kMaxTypes); ++i) {
    Webhook alone;
    alone.types = {types[i]};
    if (std::any_of(known.begin(), known.end(), [&](std::string_view type) { return wants(alone, type); })) continue;
    const auto near = nearest(types[i], known);
    found.push_back({"/types/" + std::to_string(i), near.empty()
                                                        ? "matches no event of order_events"
                                                        : "matches no event; did you mean " + std::string(near) + "?"});
  }
}

Result<void> check_fields(const ApiContext& context, const WebhookChanged& message) {
  auto violations = processors::check_webhook(message, TextRule::enforced);
  // guard: webhook-types-exist
  if (message.types && violations.empty()) check_types_exist(*message.types, violations);
  if (message.url) {
    auto url = outbound::parse_url(*message.url, {.allow_private = context.options.webhooks_allow_private});
    if (!url) {
      for (auto& violation : url.error().violations) violations.push_back(std::move(violation));
    }
  }
  for (auto& violation : violations) {
    if (violation.pointer == "/webhook_id") violation.pointer = "/id";
  }
  if (violations.empty()) return {};
  return fail(Error{ErrorCode::kInvalid, "invalid_fields", "the webhook has wrong fields", std::move(violations)});
}

http::Response applied_change(WebhookAction action, bool with_secret, const Webhook& webhook) {
  http::Response response;
  if (action == WebhookAction::remove) {
    response.status = 204;
    return response;
  }
  response = json_response(action == WebhookAction::create ? 201 : 200,
                           with_secret ? webhook_secret_view(webhook) : webhook_view(webhook));
  if (action == WebhookAction::create) {
    std::string location = "/v1/webhooks/";
    append_percent_encoded(webhook.id.str(), location);
    response.add_header("Location", location);
  }
  response.add_header("ETag", etag_of(webhook.rev));
  return response;
}

Result<void> allowed(const WebhookChanged& message, const Document* current) {
  ChangeWebhook change;
  change.action = message.action;
  change.id = message.webhook_id;
  change.expected_rev = message.expected_rev;
  const auto decided = decide(current != nullptr ? &std::get<Webhook>(*current) : nullptr, change, now());
  return decided ? Result<void>() : fail(decided.error());
}

struct Wish {
  WebhookChanged message;
  std::optional<WebhookStart> from;
  bool new_secret = false;
};

// Runs on the pool.
void change_webhook(ApiContext& context, const CallPtr& call, Wish wish) {
  auto& message = wish.message;
  const bool creates = message.action == WebhookAction::create;
  if (creates) {
    if (auto room = check_room(context); !room) return call->refuse(room.error());
  }
  if (wish.from) {
    auto positions = positions_from(context, *wish.from);
    if (!positions) return call->refuse(positions.error());
    message.positions = std::move(*positions);
    message.log_epoch = context.options.events.epochs[static_cast<std::size_t>(Topic::order_events)];
  }
  DocumentChange change;
  change.collection = Collection::webhook_endpoints;
  change.id = message.webhook_id.str();
  change.change_id = *message.change_id;
  change.record.topic = Topic::webhooks;
  change.record.key = change.record.subject = change.id;
  change.record.type = kTypeOf<WebhookChanged>;
  change.record.value = encode(message);
  change.allowed = [message](const Document* current) { return allowed(message, current); };
  change.applied = [action = message.action, secret = wish.new_secret](const Document& document) {
    return applied_change(action, secret, std::get<Webhook>(document));
  };
  change_document(context, call, std::move(change));
}

void begin_change(ApiContext& context, const CallPtr& call, Wish wish, std::string_view verb) {
  auto& message = wish.message;
  // A caller that chooses the URL or the types of the events must be allowed to read the events.
  const bool directs = message.url || message.types || message.enabled || message.action == WebhookAction::create;
  // guard: webhook-directs-events
  if (directs && !context.permits(call, event_permissions(Topic::order_events))) return;
  const auto from = wish.from ? std::string(enum_name(*wish.from)) : std::string();
  const auto hash = uuid_v5("request", std::string(verb) + " " + from + " " + encode(message));
  if (wish.new_secret) {
    auto secret = access::new_secret();
    if (!secret) return call->refuse(secret.error());
    message.secret = std::move(*secret);
  }
  if (auto checked = check_fields(context, message); !checked) return call->refuse(checked.error());
  const auto expected = expected_revision(call->request);
  if (!expected) return call->refuse(expected.error());
  auto change_id = change_id_for(call->request, hash);
  if (!change_id) return call->refuse(change_id.error());
  message.expected_rev = *expected;
  message.change_id = std::move(*change_id);
  context.on_pool(
      call, [&context, wish = std::move(wish)](const CallPtr& under_way) { change_webhook(context, under_way, wish); });
}

void post_webhook(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<WebhookCreateBody>(call->request);
  if (!body) return call->refuse(body.error());
  const auto key = idempotency_key(call->request);
  if (!key) return call->refuse(key.error());
  Wish wish;
  // The id is derived from the key, so that a retry finds the webhook.
  wish.message.webhook_id = WebhookId(*key ? uuid_v5("webhook", **key) : uuid_v7(now()));
  wish.message.url = std::move(body->url);
  wish.message.types = std::move(body->types);
  wish.message.description = std::move(body->description);
  wish.from = body->from.value_or(WebhookStart::now);
  wish.new_secret = true;
  begin_change(context, call, std::move(wish), "POST");
}

void patch_webhook(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<WebhookPatchBody>(call->request);
  if (!body) return call->refuse(body.error());
  Wish wish;
  wish.message.action = WebhookAction::update;
  wish.message.webhook_id = WebhookId(call->request.path_parameters[0]);
  wish.message.url = std::move(body->url);
  wish.message.types = std::move(body->types);
  wish.message.description = std::move(body->description);
  wish.message.enabled = body->enabled;
  wish.from = body->from;
  begin_change(context, call, std::move(wish), "PATCH");
}

void delete_webhook(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  Wish wish;
  wish.message.action = WebhookAction::remove;
  wish.message.webhook_id = WebhookId(call->request.path_parameters[0]);
  begin_change(context, call, std::move(wish), "DELETE");
}

void post_secret(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  Wish wish;
  wish.message.action = WebhookAction::update;
  wish.message.webhook_id = WebhookId(call->request.path_parameters[0]);
  wish.new_secret = true;
  begin_change(context, call, std::move(wish), "SECRET");
}

void get_webhook(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto& id = call->request.path_parameters[0];
    const auto found = context.ports.documents.get(Collection::webhook_endpoints, id);
    if (!found) return call->refuse(found.error());
    const auto* webhook = *found ? std::get_if<Webhook>(&**found) : nullptr;
    if (webhook == nullptr || webhook->status == WebhookStatus::removed) {
      return call->refuse(404, "unknown_webhook", "there is no webhook " + id);
    }
    answer_read(call, etag_of(webhook->rev), webhook_view(*webhook));
  });
}

void list_webhooks(ApiContext& context, http::Request request, http::Respond respond) {
  answer_list(context, make_call(std::move(request), std::move(respond)), Collection::webhook_endpoints,
              {.view = [](const Document& document) { return webhook_view(std::get<Webhook>(document)); },
               .adjust =
                   [](Query& query) {
                     for (const auto& [name, value] : query.where) {
                       if (name == "status") return;
                     }
                     query.where.emplace_back("status", "enabled");
                   }});
}

}  // namespace

void add_webhook_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const http::AnswerDescription pending{202, "Accepted, but not decided yet.", pending_change_schema};
  const http::ProblemDescription invalid{422, "invalid_fields, idempotency_key_reused"};
  const http::ProblemDescription unknown{404, "unknown_webhook"};
  const http::ProblemDescription stale{412, "stale_revision"};
  router.add(
      http::Method::kPost, "/v1/webhooks", bind(post_webhook),
      {.tag = "Webhooks",
       .operation = "createWebhook",
       .summary = "Subscribe to events",
       .text = "ordo POSTs the events of order_events to the URL, at least once each, signed as in Standard Webhooks. "
               "The answer shows the secret, once.",
       .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<WebhookCreateBody>, R"({"url":"https://shop.example/hooks","types":["ordo.order.*"]})"},
       .answers = {{201, "The webhook.", webhook_secret_schema, http::kJson, {"Location", "ETag"}}, pending},
       .problems = {{409, "too_many_webhooks"}, stale, invalid}});
  router.add(http::Method::kGet, "/v1/webhooks", bind(list_webhooks),
             {.tag = "Webhooks",
              .operation = "listWebhooks",
              .summary = "List webhooks",
              .text = "Newest first. Only enabled webhooks, unless you ask for another status.",
              .parameters = list_parameters(Collection::webhook_endpoints),
              .answers = {{200, "A page.", http::page_schema<webhook_schema>, http::kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}}});
  router.add(http::Method::kGet, "/v1/webhooks/{id}", bind(get_webhook),
             {.tag = "Webhooks",
              .operation = "getWebhook",
              .summary = "Read a webhook",
              .parameters = {http::if_none_match_parameter()},
              .answers = {{200, "The webhook.", webhook_schema, http::kJson, {"ETag"}},
                          {304, "Not changed since the given ETag."}},
              .problems = {unknown}});
  router.add(
      http::Method::kPatch, "/v1/webhooks/{id}", bind(patch_webhook),
      {.tag = "Webhooks",
       .operation = "updateWebhook",
       .summary = "Change, enable or disable a webhook",
       .text = "When you enable a webhook again, it continues where it stopped, unless `from` says otherwise.",
       .parameters = {http::if_match_parameter(), http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<WebhookPatchBody>, R"({"enabled":true})"},
       .answers = {{200, "The webhook.", webhook_schema, http::kJson, {"ETag"}}, pending},
       .problems = {unknown, stale, invalid}});
  router.add(
      http::Method::kDelete, "/v1/webhooks/{id}", bind(delete_webhook),
      {.tag = "Webhooks",
       .operation = "removeWebhook",
       .summary = "Remove a webhook",
       .parameters = {http::if_match_parameter(), http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .answers = {{204, "Removed."}, pending},
       .problems = {unknown, stale, {422, "idempotency_key_reused"}}});
  router.add(
      http::Method::kPost, "/v1/webhooks/{id}/secret", bind(post_secret),
      {.tag = "Webhooks",
       .operation = "rotateWebhookSecret",
       .summary = "Give a webhook a new secret",
       .text = "The answer shows it, once. For 24 hours, deliveries also carry a signature with the old secret.",
       .parameters = {http::if_match_parameter(), http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .answers = {{200, "The webhook.", webhook_secret_schema, http::kJson, {"ETag"}}, pending},
       .problems = {unknown, stale, {422, "idempotency_key_reused"}}});
  add_webhook_delivery_routes(router, context);
}

}  // namespace ordo::api
