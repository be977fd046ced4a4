// /v1/me: who the caller is, and what the caller may do here.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/api_context.h"
#include "api/system/system_schema.h"
#include "http/request_guard.h"
#include "http/router.h"
#include "records/json_codec.h"
#include "records/notes.h"

namespace ordo::api {
namespace {

enum class CallerKind { none, key, token };
BOOST_DESCRIBE_ENUM(CallerKind, none, key, token)

struct ShopDefaults {
  Currency currency;
  std::string location;
};
BOOST_DESCRIBE_STRUCT(ShopDefaults, (), (currency, location))
constexpr auto notes(NotesOf<ShopDefaults>) {
  return std::array{Note{"currency", "of prices that name none"}, Note{"location", "of stock that names none"}};
}

struct Me {
  CallerKind kind = CallerKind::none;
  std::optional<std::string> id;
  std::optional<std::string> name;
  std::string role;
  std::vector<std::string> permissions;
  std::optional<std::string> customer_id;
  std::string version;
  ServerMode mode = ServerMode::embedded;
  ShopDefaults shop;
};
BOOST_DESCRIBE_STRUCT(Me, (), (kind, id, name, role, permissions, customer_id, version, mode, shop))
constexpr auto notes(NotesOf<Me>) {
  return std::array{Note{"kind", "none: this server has no keys, so every caller may do everything"},
                    Note{"id", "the id of the key, or the subject of the token"},
                    Note{"role", "admin, merchant, support, service, read-only or customer"},
                    Note{"customer_id", "of a customer's token: the only customer whose data it gives access to"},
                    Note{"version", "of the server"}};
}

std::vector<std::string> names_of(access::PermissionSet set) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < access::kPermissions; ++i) {
    const auto permission = static_cast<access::Permission>(i);
    if (set.contains(permission)) names.emplace_back(access::to_string(permission));
  }
  return names;
}

void get_me(const ApiContext& context, const http::Request& request, http::Respond respond) {
  Me me;
  me.version = ORDO_VERSION;
  me.mode = context.ports.system.mode;
  me.shop = {context.options.currency, context.options.location.str()};
  access::PermissionSet permissions = access::permissions_of(access::AccessRole::admin);
  me.role = access::to_string(access::AccessRole::admin);
  if (request.caller) {
    const auto& who = *request.caller->principal;
    me.kind = who.kind == access::Principal::Kind::key ? CallerKind::key : CallerKind::token;
    me.id = who.id;
    me.name = who.name;
    me.role = access::to_string(who.role);
    me.customer_id = who.customer;
    permissions = who.permissions;
  }
  me.permissions = names_of(permissions);
  respond(json_response(200, to_json(me)));
}

}  // namespace

void add_me_routes(http::Router& router, ApiContext& context) {
  router.add(
      http::Method::kGet, "/v1/me",
      [&context](const http::Request& request, http::Respond respond) { get_me(context, request, std::move(respond)); },
      {.tag = "System",
       .operation = "getMe",
       .summary = "The caller and its permissions",
       .text = "For every caller with a valid key or token. Shows the permissions after the scopes of a key or "
               "token, the version and mode of the server, and the defaults of the shop.",
       .answers = {{200, "The caller.", schema_of<Me>}}});
}

}  // namespace ordo::api
