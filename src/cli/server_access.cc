#include "cli/server_access.h"

#include <iostream>

#include "app/inside_service.h"
#include "base/log.h"
#include "cli/commands.h"
#include "settings/setting_values.h"

namespace ordo::cli {
namespace {

// The URL at which a client on this machine reaches the server.
std::string local_url(const settings::Settings& settings) {
  auto address = settings.listen;
  if (address.port == 0) return {};
  if (address.host == "0.0.0.0") address.host = "127.0.0.1";
  if (address.host == "::") address.host = "::1";
  return (settings.tls_cert.empty() ? "http://" : "https://") + settings::show_address(address);
}

Result<client::HttpUrl> parse_url(const settings::Settings& settings, const std::string& text) {
  auto url = client::HttpUrl::parse(text);
  if (!url) return url;
  url->tls_ca = settings.tls_ca;
  // On the server's own machine, the client compares the certificate itself. So the host name in it does not matter.
  if (settings.url.empty()) url->tls_pinned = settings.tls_cert;
  return url;
}

}  // namespace

ServerAccess::ServerAccess() = default;
ServerAccess::ServerAccess(ServerAccess&&) noexcept = default;
ServerAccess::~ServerAccess() = default;

Result<ServerAccess> ServerAccess::open(const settings::Settings& settings) {
  ServerAccess access;
  std::string url = settings.url.empty() ? local_url(settings) : settings.url;
  if (!url.empty()) {
    const auto parsed = parse_url(settings, url);
    if (!parsed) return fail(parsed.error());
    if (!settings.url.empty() || client::answers(*parsed, std::chrono::seconds(1))) {
      access.url_ = *parsed;
      access.url_.api_key = settings.api_key;
      access.caller_ = std::make_unique<client::HttpClient>(access.url_);
      return access;
    }
  }
  access.inside_ = std::make_unique<settings::Settings>(settings);
  settings::Settings& inside = *access.inside_;
  inside.listen = {"127.0.0.1", 0};
  inside.port_file.clear();
  inside.tls_cert.clear();
  inside.tls_key.clear();
  // With Kafka and MongoDB, other processes run the processors. Only the API is missing.
  if (!inside.embedded()) inside.roles = {settings::Role::api};
  // The terminal belongs to the command. So the service only logs problems.
  if (!inside.origins.contains("log_level")) set_log_level(LogLevel::kWarn);
  auto service = app::RunningService::start(inside);
  if (!service) return fail(std::move(service.error()));
  access.service_ = std::move(*service);
  const auto parsed = client::HttpUrl::parse(access.service_->url());
  if (!parsed) return fail(parsed.error());
  access.url_ = *parsed;
  access.url_.api_key = access.service_->key();
  access.caller_ = std::make_unique<client::HttpClient>(access.url_);
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
