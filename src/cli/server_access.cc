#include "cli/server_access.h"

#include <iostream>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/inside_service.h"
#include "cli/setting_values.h"

namespace ordo::cli {
namespace {

// The address a client on this machine reaches the server at.
std::string local_url(const Settings& settings) {
  auto address = read_address(settings.listen);
  if (!address || address->port == 0) return {};
  if (address->host == "0.0.0.0") address->host = "127.0.0.1";
  if (address->host == "::") address->host = "::1";
  return (settings.tls_cert.empty() ? "http://" : "https://") + show_address(*address);
}

Result<HttpUrl> parse_url(const Settings& settings, const std::string& text) {
  auto url = HttpUrl::parse(text);
  if (!url) return url;
  url->tls_ca = settings.tls_ca;
  // On the server's own machine its certificate is at hand: what the name in it is does not matter.
  if (settings.url.empty()) url->tls_pinned = settings.tls_cert;
  return url;
}

}  // namespace

ServerAccess::ServerAccess() = default;
ServerAccess::ServerAccess(ServerAccess&&) noexcept = default;
ServerAccess::~ServerAccess() = default;

Result<ServerAccess> ServerAccess::open(const Settings& settings) {
  ServerAccess access;
  std::string url = settings.url.empty() ? local_url(settings) : settings.url;
  if (!url.empty()) {
    const auto parsed = parse_url(settings, url);
    if (!parsed) return fail(parsed.error());
    if (!settings.url.empty() || answers(*parsed, std::chrono::seconds(1))) {
      access.url_ = *parsed;
      access.url_.api_key = settings.api_key;
      access.caller_ = std::make_unique<HttpClient>(access.url_);
      return access;
    }
  }
  access.inside_ = std::make_unique<Settings>(settings);
  Settings& inside = *access.inside_;
  inside.listen = "127.0.0.1:0";
  inside.port_file.clear();
  inside.tls_cert.clear();
  inside.tls_key.clear();
  // Beside Kafka and MongoDB the processors run elsewhere; only the door to them is missing.
  if (!inside.embedded()) inside.roles = {Role::api};
  // The terminal is the command's: of the service only what is wrong belongs there.
  if (!inside.origins.contains("log_level")) set_log_level(LogLevel::kWarn);
  auto service = RunningService::start(inside);
  if (!service) return fail(std::move(service.error()));
  access.service_ = std::move(*service);
  const auto parsed = HttpUrl::parse(access.service_->url());
  if (!parsed) return fail(parsed.error());
  access.url_ = *parsed;
  access.url_.api_key = access.service_->key();
  access.caller_ = std::make_unique<HttpClient>(access.url_);
  return access;
}

bool ServerAccess::ending() const {
  return service_ && service_->ending();
}

int report_error(const Error& error) {
  std::cerr << "ordo: " << (error.message.empty() ? error.reason : error.message) << '\n';
  for (const auto& violation : error.violations) {
    std::cerr << "  " << (violation.pointer.empty() ? "" : violation.pointer + ": ") << violation.detail << '\n';
  }
  switch (error.code) {
    case ErrorCode::kNotFound:
      return kExitNotFound;
    case ErrorCode::kBusy:
    case ErrorCode::kUnavailable:
      return kExitUnavailable;
    default:
      return kExitFailed;
  }
}

}  // namespace ordo::cli
