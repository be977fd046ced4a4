#include "app/auth.h"

#include <unistd.h>

#include <utility>

#include "access/file_exposure.h"
#include "access/signature.h"
#include "app/command_audit.h"
#include "base/log.h"
#include "base/time.h"

namespace ordo::app {
namespace {

// Empty for an empty text. The settings have already refused invalid secrets.
std::vector<access::SigningSecret> secrets_of(const std::string& text) {
  if (text.empty()) return {};
  return {*access::parse_secret(text)};
}

http::RequestGuardOptions guard_options(const settings::Settings& settings) {
  http::RequestGuardOptions options;
  options.rate_limit = settings.rate_limit;
  options.rate_limit_address = settings.rate_limit_address;
  options.cors_origins = settings.cors_origins;
  options.allowed_hosts = settings.allowed_hosts;
  options.gateway_secrets = secrets_of(settings.gateway_secret);
  options.carrier_secrets = secrets_of(settings.carrier_secret);
  options.audit_reads = settings.audit_reads;
  return options;
}

}  // namespace

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<std::unique_ptr<Auth>> Auth::open(const settings::Settings& settings) {
  std::unique_ptr<Auth> auth(new Auth());
  access::AuthenticatorOptions options;
  options.key_file = settings.key_file();
  options.jwks_file = settings.jwt_keys;
  options.tokens.issuer = settings.jwt_issuer;
  options.tokens.audience = settings.jwt_audience;
  options.tokens.role_claim = settings.jwt_role_claim;
  options.tokens.customer_claim = settings.jwt_customer_claim;
  options.tokens.max_age = settings.jwt_max_age;
  auto authenticator = access::Authenticator::open(std::move(options));
  if (!authenticator) return fail(std::move(authenticator.error()));
  auth->authenticator_ = std::move(*authenticator);
  const bool listens = settings.has_role(settings::Role::api) || settings.origins.contains("listen");
  if (listens && !auth->authenticator_->closed() && !is_loopback(settings.listen.host)) {
    return fail(ErrorCode::kInvalid, "open_door",
                "listening on " + settings.listen.host +
                    " without keys would give everyone access: create a key with `ordo key create NAME --role admin` "
                    "(for the key file " +
                    settings.key_file() + "), or set jwt_keys, or listen on 127.0.0.1");
  }
  if (settings.carrier_unbound && !settings.carrier_secret.empty()) {
    log_warn(
        "carrier_unbound = yes: a signed report counts for any shipment to which it is sent; ask carriers to put "
        "shipment_id in the body and remove this setting: the next release does not have it");
  }
  for (const auto& [key, file] : settings.secret_files) access::warn_of_readers(file, "a secret, " + key);
  // Without keys, the audit log file is optional. It is then created with the first line.
  auto audit = access::AuditLog::open(settings.audit_file(), auth->authenticator_->closed(), audit_options(settings));
  if (!audit) return fail(std::move(audit.error()));
  auth->audit_ = std::move(*audit);
  auth->guard_ =
      std::make_unique<http::RequestGuard>(guard_options(settings), *auth->authenticator_, auth->audit_.get());
  auth->serves_ = listens;
  auth->write_down("start");
  return auth;
}

Result<std::unique_ptr<Auth>> Auth::open_inside(const settings::Settings& settings, std::string& key) {
  std::unique_ptr<Auth> auth(new Auth());
  auto authenticator = access::Authenticator::for_inside(key);
  if (!authenticator) return fail(std::move(authenticator.error()));
  auth->authenticator_ = std::move(*authenticator);
  auto audit = access::AuditLog::open(settings.audit_file(), false, audit_options(settings));
  if (!audit) return fail(std::move(audit.error()));
  auth->audit_ = std::move(*audit);
  http::RequestGuardOptions options;
  options.gateway_secrets = secrets_of(settings.gateway_secret);
  options.carrier_secrets = secrets_of(settings.carrier_secret);
  auth->guard_ = std::make_unique<http::RequestGuard>(std::move(options), *auth->authenticator_, auth->audit_.get());
  return auth;
}

Auth::~Auth() {
  write_down("stop");
}

void Auth::write_down(std::string_view what) {
  if (!serves_) return;
  access::AuditEntry entry;
  entry.at = now();
  entry.who = user_of_machine();
  entry.name = "ordo " ORDO_VERSION;
  entry.method = what;
  entry.target = "process " + std::to_string(::getpid());
  audit_->add(entry);
}

std::string Auth::describe() const {
  if (!authenticator_->closed()) {
    return "No authentication: everyone who reaches this address has full access. Run ordo key create to require keys.";
  }
  const auto keys = authenticator_->live_keys(now());
  return "Requests need authentication: " + std::to_string(keys) + (keys == 1 ? " key is valid" : " keys are valid") +
         (authenticator_->takes_tokens() ? ", and tokens are accepted." : ".");
}

}  // namespace ordo::app
