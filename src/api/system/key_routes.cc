// /v1/keys: the API keys of the server.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "api/api_context.h"
#include "api/json_body.h"
#include "api/system/system_schema.h"
#include "http/request_guard.h"
#include "http/router.h"
#include "records/json_codec.h"

namespace ordo::api {
namespace {

constexpr std::int64_t kMaxDays = 36'500;
constexpr std::int64_t kMaxGrace = 366LL * 24 * 3'600;

struct KeyView {
  std::string id;
  std::string name;
  std::string role;
  std::optional<std::vector<std::string>> scopes;
  Timestamp created_at{};
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp> revoked_at;
  bool live = false;
};
BOOST_DESCRIBE_STRUCT(KeyView, (), (id, name, role, scopes, created_at, expires_at, revoked_at, live))
constexpr auto notes(NotesOf<KeyView>) {
  return std::array{Note{"name", "of its holder"}, Note{"scopes", "absent: all permissions of the role"},
                    Note{"live", "neither revoked nor expired"}};
}

struct IssuedKeyView : KeyView {
  std::string key;
  std::optional<bool> first_key;
};
BOOST_DESCRIBE_STRUCT(IssuedKeyView, (KeyView), (key, first_key))
constexpr auto notes(NotesOf<IssuedKeyView>) {
  return std::array{Note{"key", "the secret; ordo does not store it, and never shows it again", R"("ordo_...")"},
                    Note{"first_key", "true: from now on, every request needs a key"}};
}

struct KeyList {
  std::vector<KeyView> data;
};
BOOST_DESCRIBE_STRUCT(KeyList, (), (data))

struct KeyBody {
  std::string name;
  std::string role;
  std::optional<std::vector<std::string>> scopes;
  std::optional<std::int64_t> expires_in_days;
  std::optional<bool> first_key;
};
BOOST_DESCRIBE_STRUCT(KeyBody, (), (name, role, scopes, expires_in_days, first_key))
constexpr auto notes(NotesOf<KeyBody>) {
  return std::array{
      Note{"name", "of its holder: printable ASCII", R"("web shop")", R"({"minLength":1,"maxLength":64})"},
      Note{"role", {}, {}, R"({"enum":["admin","merchant","support","service","read-only"]})"},
      Note{"scopes", "only these permissions of the role", R"(["orders:read"])", R"({"minItems":1})"},
      Note{"expires_in_days", "absent: never", {}, R"({"minimum":1,"maximum":36500})"},
      Note{"first_key", "true is required on a server without keys: from then on, every request needs a key"}};
}

struct RotateBody {
  std::optional<std::int64_t> grace_s;
};
BOOST_DESCRIBE_STRUCT(RotateBody, (), (grace_s))
constexpr auto notes(NotesOf<RotateBody>) {
  return std::array{
      Note{"grace_s", "how long the old key stays valid; 0 by default", {}, R"({"minimum":0,"maximum":31622400})"}};
}

KeyView shown_key(const access::ApiKey& key, Timestamp at) {
  KeyView view{key.id,       key.name,       std::string(access::to_string(key.role)),
               std::nullopt, key.created,    key.expires,
               key.revoked,  key.live_at(at)};
  if (!key.scopes) return view;
  auto& scopes = view.scopes.emplace();
  for (std::size_t i = 0; i < access::kPermissions; ++i) {
    const auto permission = static_cast<access::Permission>(i);
    if (key.scopes->contains(permission)) scopes.emplace_back(access::to_string(permission));
  }
  return view;
}

const access::Principal* caller_of(const http::Request& request) {
  return request.caller ? request.caller->principal.get() : nullptr;
}

void refuse_key(const CallPtr& call, const Error& error) {
  if (error.reason == "beyond_own_rights") return call->refuse(403, "forbidden", error.message);
  if (error.reason == "bad_name") {
    return call->refuse(
        {ErrorCode::kInvalid, "invalid_fields", "the key has wrong fields", {{"/name", error.message}}});
  }
  call->refuse(error);
}

// The store, or null when the call was answered.
access::KeyStore* store_of(ApiContext& context, const CallPtr& call) {
  auto* store = context.ports.system.keys;
  if (store == nullptr) call->refuse(409, "no_key_file", "this process has no key file", "set api_keys or data_dir");
  return store;
}

// As the commands do, in addition to the line of the request. It names the key, and never has its secret.
void write_down(ApiContext& context, const CallPtr& call, std::string_view action, const access::ApiKey& key) {
  if (context.ports.guard == nullptr) return;
  access::AuditEntry entry;
  entry.method = "key " + std::string(action);
  entry.target = key.id;
  entry.name = key.name;
  entry.role = access::to_string(key.role);
  context.ports.guard->write_action(call->request, std::move(entry));
}

void answer_issued(const CallPtr& call, const access::IssuedKey& issued, bool first) {
  IssuedKeyView view;
  static_cast<KeyView&>(view) = shown_key(issued.key, now());
  view.key = issued.text;
  if (first) view.first_key = true;
  call->answer(json_response(201, to_json(view)));
}

// --- requests --------------------------------------------------------------------------------------------------------

Result<access::PermissionSet> scopes_of(const std::vector<std::string>& names, access::AccessRole role) {
  access::PermissionSet scopes;
  Error error{ErrorCode::kInvalid, "invalid_fields", "the key has wrong fields", {}};
  if (names.empty()) error.violations.push_back({"/scopes", "must have at least one permission"});
  for (std::size_t i = 0; i < names.size() && error.violations.size() < 10; ++i) {
    const auto permission = access::parse_permission(names[i]);
    if (permission && access::permissions_of(role).contains(*permission)) {
      scopes.add(*permission);
    } else {
      error.violations.push_back({"/scopes/" + std::to_string(i), "is no permission of the role"});
    }
  }
  if (!error.violations.empty()) return fail(std::move(error));
  return scopes;
}

Result<access::KeyRequest> wanted_key(const KeyBody& body, Timestamp at) {
  const auto role = access::parse_key_role(body.role);
  std::vector<Violation> found;
  if (!role) found.push_back({"/role", "must be one of admin, merchant, support, service, read-only"});
  const auto days = body.expires_in_days.value_or(1);
  if (days < 1 || days > kMaxDays) found.push_back({"/expires_in_days", "must be 1 to 36500"});
  if (!found.empty()) {
    return fail(Error{ErrorCode::kInvalid, "invalid_fields", "the key has wrong fields", std::move(found)});
  }
  access::KeyRequest request{body.name, *role};
  if (body.scopes) {
    auto scopes = scopes_of(*body.scopes, *role);
    if (!scopes) return fail(std::move(scopes.error()));
    request.scopes = *scopes;
  }
  if (body.expires_in_days) request.expires = at + std::chrono::hours(24 * days);
  return request;
}

void list_keys(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    auto* store = store_of(context, call);
    if (store == nullptr) return;
    const auto keys = store->list();
    if (!keys) return call->refuse(keys.error());
    KeyList list;
    for (const auto& key : *keys) list.data.push_back(shown_key(key, now()));
    call->answer(json_response(200, to_json(list)));
  });
}

void create_key(ApiContext& context, const CallPtr& call, const KeyBody& body) {
  auto* store = store_of(context, call);
  if (store == nullptr) return;
  const bool first = caller_of(call->request) == nullptr;
  // guard: key-first-is-wanted
  if (first && !body.first_key.value_or(false)) {
    return call->refuse(409, "first_key", "this server has no keys: with the first one, every request needs a key",
                        "send \"first_key\": true, and keep the key of the answer");
  }
  const auto at = now();
  const auto wanted = wanted_key(body, at);
  if (!wanted) return call->refuse(wanted.error());
  const auto issued = store->create(*wanted, caller_of(call->request), at);
  if (!issued) return refuse_key(call, issued.error());
  write_down(context, call, "create", issued->key);
  answer_issued(call, *issued, first);
}

void post_key(ApiContext& context, http::Request request, http::Respond respond) {
  const auto made = make_call(std::move(request), std::move(respond));
  auto body = read_body<KeyBody>(made->request);
  if (!body) return made->refuse(body.error());
  context.on_pool(made, [&context, body = std::move(*body)](const CallPtr& call) { create_key(context, call, body); });
}

void rotate_key(ApiContext& context, const CallPtr& call, std::chrono::seconds grace) {
  auto* store = store_of(context, call);
  if (store == nullptr) return;
  const auto issued = store->rotate(call->request.path_parameters[0], grace, caller_of(call->request), now());
  if (!issued) return refuse_key(call, issued.error());
  write_down(context, call, "rotate", issued->key);
  answer_issued(call, *issued, false);
}

void post_rotate(ApiContext& context, http::Request request, http::Respond respond) {
  const auto made = make_call(std::move(request), std::move(respond));
  RotateBody body;
  if (!made->request.body.empty()) {
    auto read = read_body<RotateBody>(made->request);
    if (!read) return made->refuse(read.error());
    body = *read;
  }
  const auto grace = body.grace_s.value_or(0);
  if (grace < 0 || grace > kMaxGrace) {
    return made->refuse({ErrorCode::kInvalid,
                         "invalid_fields",
                         "the request has wrong fields",
                         {{"/grace_s", "must be 0 to 31622400"}}});
  }
  context.on_pool(made,
                  [&context, grace](const CallPtr& call) { rotate_key(context, call, std::chrono::seconds(grace)); });
}

void revoke_key(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    auto* store = store_of(context, call);
    if (store == nullptr) return;
    const auto revoked = store->revoke(call->request.path_parameters[0], now());
    if (!revoked) return refuse_key(call, revoked.error());
    write_down(context, call, "revoke", *revoked);
    call->answer(json_response(200, to_json(shown_key(*revoked, now()))));
  });
}

void add_change_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  router.add(http::Method::kPost, "/v1/keys/{id}/rotate", bind(post_rotate),
             {.tag = "System",
              .operation = "rotateKey",
              .summary = "Replace a key",
              .text = "Makes a key with the same name and rights. The old one ends at once, or after grace_s seconds. "
                      "The caller needs all permissions of the key.",
              .body = {schema_of<RotateBody>, R"({"grace_s":3600})", false},
              .answers = {{201, "The new key, with its secret.", schema_of<IssuedKeyView>}},
              .problems = {{404, "unknown_key"}, {409, "no_key_file, too_many_keys"}, {422, "invalid_fields"}}});
  router.add(http::Method::kDelete, "/v1/keys/{id}", bind(revoke_key),
             {.tag = "System",
              .operation = "revokeKey",
              .summary = "Revoke a key for good",
              .text = "The next request with it is refused, and its event streams end. A repeat changes nothing.",
              .answers = {{200, "The key.", schema_of<KeyView>}},
              .problems = {{404, "unknown_key"}, {409, "no_key_file"}}});
}

}  // namespace

void add_key_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  router.add(http::Method::kGet, "/v1/keys", bind(list_keys),
             {.tag = "System",
              .operation = "listKeys",
              .summary = "List the keys",
              .text = "All of them, also revoked and expired ones, without their secrets. Oldest first.",
              .answers = {{200, "The keys.", schema_of<KeyList>}},
              .problems = {{409, "no_key_file"}}});
  router.add(
      http::Method::kPost, "/v1/keys", bind(post_key),
      {.tag = "System",
       .operation = "createKey",
       .summary = "Create a key",
       .text = "The answer has the secret, once: ordo stores only its hash. So an Idempotency-Key has no effect here; "
               "if the answer is lost, revoke the key. A caller gives only permissions that it has. This process "
               "accepts the key at once, others within a second. On a server without keys, first_key must be true.",
       .body = {schema_of<KeyBody>, R"({"name":"web shop","role":"service","expires_in_days":365})"},
       .answers = {{201, "The key, with its secret.", schema_of<IssuedKeyView>}},
       .problems = {{409, "first_key, first_key_exists, key_exists, no_key_file, too_many_keys"},
                    {422, "invalid_fields"}}});
  add_change_routes(router, context);
}

}  // namespace ordo::api
