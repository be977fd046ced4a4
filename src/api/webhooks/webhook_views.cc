#include "api/webhooks/webhook_views.h"

#include <array>
#include <optional>
#include <vector>

#include "records/json_codec.h"

namespace ordo::api {
namespace {

struct WebhookView {
  WebhookId id;
  std::string url;
  std::vector<std::string> types;
  std::string description;
  WebhookStatus status = WebhookStatus::enabled;
  std::string status_reason;
  std::optional<Timestamp> old_secret_until;
  std::vector<std::int64_t> positions;
  std::optional<Timestamp> failing_since;
  std::optional<Timestamp> last_success_at;
  std::optional<Timestamp> last_failure_at;
  std::string last_error;
  std::int64_t succeeded = 0;
  std::int64_t failed_attempts = 0;
  std::int64_t given_up = 0;
  Timestamp created_at;
  Timestamp updated_at;
  std::int64_t rev = 0;
};
BOOST_DESCRIBE_STRUCT(WebhookView, (),
                      (id, url, types, description, status, status_reason, old_secret_until, positions, failing_since,
                       last_success_at, last_failure_at, last_error, succeeded, failed_attempts, given_up, created_at,
                       updated_at, rev))
constexpr auto notes(NotesOf<WebhookView>) {
  return std::array{
      Note{"types", "a * at the end selects a prefix; none: all types", R"(["ordo.order.*"])"},
      Note{"status_reason", "why it is disabled: by_request, failing or gone"},
      Note{"old_secret_until", "until this time, deliveries are also signed with the previous secret"},
      Note{"positions", "by partition of order_events: every event before this offset was sent at least once"},
      Note{"failing_since", "time of the first failure after the last success"},
      Note{"succeeded", "deliveries"},
      Note{"given_up", "deliveries that failed for too long"}};
}

WebhookView to_view(const Webhook& webhook) {
  WebhookView view;
  view.id = webhook.id;
  view.url = webhook.url;
  view.types = webhook.types;
  view.description = webhook.description;
  view.status = webhook.status;
  view.status_reason = webhook.status_reason;
  view.old_secret_until = webhook.old_secret_until;
  view.positions = webhook.positions;
  view.failing_since = webhook.failing_since;
  view.last_success_at = webhook.last_success_at;
  view.last_failure_at = webhook.last_failure_at;
  view.last_error = webhook.last_error;
  view.succeeded = webhook.succeeded;
  view.failed_attempts = webhook.failed_attempts;
  view.given_up = webhook.given_up;
  view.created_at = webhook.created_at;
  view.updated_at = webhook.updated_at;
  view.rev = webhook.rev;
  return view;
}

constexpr char kSecretKey = 0;  // its address identifies the schema

}  // namespace

std::string webhook_view(const Webhook& webhook) {
  return to_json(to_view(webhook));
}

std::string webhook_secret_view(const Webhook& webhook) {
  auto out = webhook_view(webhook);
  out.pop_back();
  out += ",\"secret\":";
  write_json(webhook.secret, out);
  out.push_back('}');
  return out;
}

std::string delivery_view(const WebhookDelivery& delivery) {
  return to_json(delivery);
}

std::string webhook_schema(SchemaSet& set) {
  return set.define("Webhook", &schema::kTypeKey<WebhookView>,
                    [](SchemaSet& inner) { return members_of<WebhookView>(inner).text(); });
}

std::string webhook_secret_schema(SchemaSet& set) {
  return set.define("WebhookWithSecret", &kSecretKey, [](SchemaSet& inner) {
    auto members = members_of<WebhookView>(inner);
    members.add("secret", R"({"type":"string","description":"signs each delivery; shown only once"})");
    return members.text();
  });
}

std::string delivery_schema(SchemaSet& set) {
  return schema_of<WebhookDelivery>(set);
}

}  // namespace ordo::api
