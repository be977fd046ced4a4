#include "cli/door.h"

#include <filesystem>
#include <utility>

#include "base/time.h"
#include "cli/setting_values.h"

namespace ordo::cli {
namespace {

http::GateOptions gate_options(const Settings& settings) {
  http::GateOptions options;
  options.rate_limit = static_cast<double>(settings.rate_limit);
  options.rate_limit_address = static_cast<double>(settings.rate_limit_address);
  options.cors_origins = settings.cors_origins;
  options.gateway_signs = !settings.gateway_secret.empty();
  options.carrier_signs = !settings.carrier_secret.empty();
  return options;
}

}  // namespace

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<std::unique_ptr<Door>> Door::open(const Settings& settings) {
  std::unique_ptr<Door> door(new Door());
  access::AuthenticatorOptions options;
  options.key_file = settings.key_file();
  options.jwks_file = settings.jwt_keys;
  options.tokens.issuer = settings.jwt_issuer;
  options.tokens.audience = settings.jwt_audience;
  options.tokens.role_claim = settings.jwt_role_claim;
  auto authenticator = access::Authenticator::open(std::move(options));
  if (!authenticator) return fail(std::move(authenticator.error()));
  door->authenticator_ = std::move(*authenticator);
  const auto address = read_address(settings.listen);
  const bool listens = settings.has_role(Role::api) || settings.origins.contains("listen");
  if (listens && !door->authenticator_->closed() && !is_loopback(address->host)) {
    return fail(ErrorCode::kInvalid, "open_door",
                "listening on " + address->host +
                    " without keys would let everybody in: make a key with `ordo key "
                    "create NAME --role admin` (for the key file " +
                    settings.key_file() + "), or set jwt_keys, or listen on 127.0.0.1");
  }
  // While the door is open there is nobody to write down; the file comes with the first line.
  auto audit = access::AuditLog::open(settings.audit_file(), door->authenticator_->closed());
  if (!audit) return fail(std::move(audit.error()));
  door->audit_ = std::move(*audit);
  door->gate_ = std::make_unique<http::Gate>(gate_options(settings), *door->authenticator_, door->audit_.get());
  return door;
}

Result<std::unique_ptr<Door>> Door::open_inside(const Settings& settings, std::string& key) {
  std::unique_ptr<Door> door(new Door());
  std::error_code ignored;
  if (settings.jwt_keys.empty() && !std::filesystem::exists(settings.key_file(), ignored)) return door;
  auto authenticator = access::Authenticator::for_inside(key);
  if (!authenticator) return fail(std::move(authenticator.error()));
  door->authenticator_ = std::move(*authenticator);
  auto audit = access::AuditLog::open(settings.audit_file(), false);
  if (!audit) return fail(std::move(audit.error()));
  door->audit_ = std::move(*audit);
  http::GateOptions options;
  options.gateway_signs = !settings.gateway_secret.empty();
  options.carrier_signs = !settings.carrier_secret.empty();
  door->gate_ = std::make_unique<http::Gate>(std::move(options), *door->authenticator_, door->audit_.get());
  return door;
}

std::string Door::describe() const {
  if (!authenticator_->closed()) {
    return "The door is open: whoever reaches this address may do everything; ordo key create closes it.";
  }
  const auto keys = authenticator_->live_keys(now());
  return "The door is closed: " + std::to_string(keys) + (keys == 1 ? " key opens it" : " keys open it") +
         (authenticator_->takes_tokens() ? ", and tokens do." : ".");
}

}  // namespace ordo::cli
