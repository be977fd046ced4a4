// /v1/webhooks: who is called when something happens.
#include <optional>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "http/api_context.h"
#include "http/document_change.h"
#include "http/json_body.h"
#include "http/list_request.h"
#include "http/router.h"
#include "http/target.h"
#include "http/webhook_views.h"
#include "outbound/signature.h"
#include "outbound/url.h"
#include "process/webhooks.h"
#include "records/messages.h"

namespace ordo::http {
namespace {

constexpr std::size_t kMaxWebhooks = 64;  // enabled ones: each of them reads the whole log of orders

enum class WebhookStart { now, start };
BOOST_DESCRIBE_ENUM(WebhookStart, now, start)

struct NewWebhookBody {
  std::string url;
  std::optional<std::vector<std::string>> types;
  std::optional<std::string> description;
  std::optional<WebhookStart> from;
};
BOOST_DESCRIBE_STRUCT(NewWebhookBody, (), (url, types, description, from))

struct WebhookPatchBody {
  std::optional<std::string> url;
  std::optional<std::vector<std::string>> types;
  std::optional<std::string> description;
  std::optional<bool> enabled;
  std::optional<WebhookStart> from;
};
BOOST_DESCRIBE_STRUCT(WebhookPatchBody, (), (url, types, description, enabled, from))

constexpr Note kUrlNote{"url", "http or https", R"("https://shop.example/hooks")", R"({"maxLength":2048})"};
constexpr Note kTypesNote{"types", "a * at the end stands for anything; none: all", R"(["ordo.order.*"])",
                          R"({"maxItems":32})"};
constexpr Note kDescriptionNote{"description", "at most 200 bytes", {}, R"({"maxLength":200})"};
constexpr auto notes(NotesOf<NewWebhookBody>) {
  return std::array{kUrlNote, kTypesNote, kDescriptionNote,
                    Note{"from", "which events: from now on, which is the default, or all there are"}};
}
constexpr auto notes(NotesOf<WebhookPatchBody>) {
  return std::array{Note{"", "What is absent stays as it is."},
                    kUrlNote,
                    kTypesNote,
                    kDescriptionNote,
                    Note{"enabled", "true also of one that was disabled because it failed"},
                    Note{"from", "now: pass over what was not sent yet; start: send all there are, again"}};
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
  return fail(ErrorCode::kConflict, "too_many_webhooks", "there are 64 enabled webhooks, and no room for more");
}

Result<void> check_fields(const ApiContext& context, const WebhookChanged& message) {
  auto violations = check_webhook(message);
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

Response applied_change(WebhookAction action, bool with_secret, const Webhook& webhook) {
  Response response;
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

// On the pool.
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
  change.record.type = type::kWebhookChanged;
  change.record.value = encode(message);
  change.allowed = [message](const Document* current) { return allowed(message, current); };
  change.applied = [action = message.action, secret = wish.new_secret](const Document& document) {
    return applied_change(action, secret, std::get<Webhook>(document));
  };
  change_document(context, call, std::move(change));
}

void begin_change(ApiContext& context, const CallPtr& call, Wish wish, std::string_view verb) {
  auto& message = wish.message;
  const auto from = wish.from ? std::string(enum_name(*wish.from)) : std::string();
  const auto hash = uuid_v5("request", std::string(verb) + " " + from + " " + encode(message));
  if (wish.new_secret) {
    auto secret = outbound::new_secret();
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

void post_webhook(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<NewWebhookBody>(call->request);
  if (!body) return call->refuse(body.error());
  const auto key = idempotency_key(call->request);
  if (!key) return call->refuse(key.error());
  Wish wish;
  // The id hangs on the key, so that a retry finds the webhook made before.
  wish.message.webhook_id = WebhookId(*key ? uuid_v5("webhook", **key) : uuid_v7(now()));
  wish.message.url = std::move(body->url);
  wish.message.types = std::move(body->types);
  wish.message.description = std::move(body->description);
  wish.from = body->from.value_or(WebhookStart::now);
  wish.new_secret = true;
  begin_change(context, call, std::move(wish), "POST");
}

void patch_webhook(ApiContext& context, Request request, Respond respond) {
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

void delete_webhook(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  Wish wish;
  wish.message.action = WebhookAction::remove;
  wish.message.webhook_id = WebhookId(call->request.path_parameters[0]);
  begin_change(context, call, std::move(wish), "DELETE");
}

void post_secret(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  Wish wish;
  wish.message.action = WebhookAction::update;
  wish.message.webhook_id = WebhookId(call->request.path_parameters[0]);
  wish.new_secret = true;
  begin_change(context, call, std::move(wish), "SECRET");
}

void get_webhook(ApiContext& context, Request request, Respond respond) {
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

void list_webhooks(ApiContext& context, Request request, Respond respond) {
  answer_list(
      context, make_call(std::move(request), std::move(respond)), Collection::webhook_endpoints,
      [](const Document& document) { return webhook_view(std::get<Webhook>(document)); },
      [](Query& query) {
        for (const auto& [name, value] : query.where) {
          if (name == "status") return;
        }
        query.where.emplace_back("status", "enabled");
      });
}

}  // namespace

void add_webhook_routes(Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const AnswerDescription pending{202, "Not decided yet.", pending_change_schema};
  const ProblemDescription invalid{422, "invalid_fields, idempotency_key_reused"};
  const ProblemDescription unknown{404, "unknown_webhook"};
  const ProblemDescription stale{412, "stale_revision"};
  router.add(Method::kPost, "/v1/webhooks", bind(post_webhook),
             {.tag = "Webhooks",
              .summary = "Subscribe to events",
              .text = "Events of order_events are POSTed to the URL, at least once each, signed as Standard Webhooks "
                      "are. The answer shows the secret, once.",
              .parameters = {idempotency_key_parameter(), prefer_wait_parameter()},
              .body = {schema_of<NewWebhookBody>, R"({"url":"https://shop.example/hooks","types":["ordo.order.*"]})"},
              .answers = {{201, "The webhook.", webhook_secret_schema, kJson, {"Location", "ETag"}}, pending},
              .problems = {{409, "too_many_webhooks"}, stale, invalid}});
  router.add(Method::kGet, "/v1/webhooks", bind(list_webhooks),
             {.tag = "Webhooks",
              .summary = "List webhooks",
              .text = "Newest first; the enabled ones unless a status is asked for.",
              .parameters = list_parameters(Collection::webhook_endpoints),
              .answers = {{200, "A page.", page_schema<webhook_schema>, kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}}});
  router.add(Method::kGet, "/v1/webhooks/{id}", bind(get_webhook),
             {.tag = "Webhooks",
              .summary = "Read a webhook",
              .parameters = {if_none_match_parameter()},
              .answers = {{200, "The webhook.", webhook_schema, kJson, {"ETag"}}, {304, "Nothing has changed."}},
              .problems = {unknown}});
  router.add(Method::kPatch, "/v1/webhooks/{id}", bind(patch_webhook),
             {.tag = "Webhooks",
              .summary = "Change, enable or disable a webhook",
              .text = "One that is enabled again goes on where it stopped, unless `from` says otherwise.",
              .parameters = {if_match_parameter(), idempotency_key_parameter(), prefer_wait_parameter()},
              .body = {schema_of<WebhookPatchBody>, R"({"enabled":true})"},
              .answers = {{200, "The webhook.", webhook_schema, kJson, {"ETag"}}, pending},
              .problems = {unknown, stale, invalid}});
  router.add(Method::kDelete, "/v1/webhooks/{id}", bind(delete_webhook),
             {.tag = "Webhooks",
              .summary = "Remove a webhook",
              .parameters = {if_match_parameter(), idempotency_key_parameter(), prefer_wait_parameter()},
              .answers = {{204, "Removed."}, pending},
              .problems = {unknown, stale, {422, "idempotency_key_reused"}}});
  router.add(Method::kPost, "/v1/webhooks/{id}/secret", bind(post_secret),
             {.tag = "Webhooks",
              .summary = "Give a webhook a new secret",
              .text = "The answer shows it, once. For 24 hours deliveries carry a signature with the old one as well.",
              .parameters = {if_match_parameter(), idempotency_key_parameter(), prefer_wait_parameter()},
              .answers = {{200, "The webhook.", webhook_secret_schema, kJson, {"ETag"}}, pending},
              .problems = {unknown, stale, {422, "idempotency_key_reused"}}});
  add_webhook_delivery_routes(router, context);
}

}  // namespace ordo::http
