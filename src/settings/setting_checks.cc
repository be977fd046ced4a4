#include "settings/setting_checks.h"

#include <algorithm>

#include "access/host_field.h"
#include "access/signature.h"
#include "access/trusted_proxies.h"
#include "base/encoding.h"
#include "base/text.h"
#include "domain/order_terms.h"

namespace ordo::settings {
namespace {

// The file names in `options`, a list of NAME=VALUE. `is_file` picks the options whose values are file names.
std::vector<std::string> files_among(std::string_view options, char between, bool (*is_file)(const std::string&)) {
  std::vector<std::string> files;
  while (!options.empty()) {
    const auto option = options.substr(0, options.find(between));
    options.remove_prefix(std::min(option.size() + 1, options.size()));
    const auto equals = option.find('=');
    if (equals == std::string_view::npos || !is_file(to_lower(option.substr(0, equals)))) continue;
    std::string_view paths = option.substr(equals + 1);
    while (!paths.empty()) {  // plugin.library.paths may hold several
      const auto path = paths.substr(0, paths.find(';'));
      paths.remove_prefix(std::min(path.size() + 1, paths.size()));
      if (!path.empty()) files.emplace_back(path);
    }
  }
  return files;
}

bool any_text(std::string_view) {
  return true;
}

bool is_server_url(std::string_view value) {
  return value.empty() || is_http_url(value);
}

// True for characters that a header field may contain.
bool is_credential(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_signing_secret(std::string_view value) {
  return value.empty() || access::parse_secret(value).has_value();
}

bool is_mongo_uri(std::string_view value) {
  return value.empty() || value.starts_with("mongodb://") || value.starts_with("mongodb+srv://");
}

// Kafka's rule for topic names. 245 bytes leave room for ".dlq" within Kafka's limit.
bool is_country(std::string_view text) {
  return text.empty() || country_problem(text).empty();
}

bool is_topic_name(std::string_view value) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !value.empty() && value.size() <= 245 && value != "." && value != ".." &&
         value.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_instance(std::string_view value) {
  return value.empty() || is_topic_name(value);
}

bool is_proxies(std::string_view value) {
  return access::TrustedProxies::parse(value).has_value();
}

// "https://shop.example": scheme, host and optional port, exactly as in the header field Origin.
bool is_origin(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos || (text.substr(0, scheme) != "http" && text.substr(0, scheme) != "https")) {
    return false;
  }
  const auto host = text.substr(scheme + 3);
  return !host.empty() && host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-:[]") == std::string_view::npos;
}

bool is_host_without_port(std::string_view host) {
  return access::is_host(host) && access::host_name(host) == host;
}

}  // namespace

const TextCheck kAnyText{"a text", any_text};
const TextCheck kFile{"a file", any_text};
const TextCheck kFolder{"a folder", is_not_empty};
const TextCheck kServerUrl{"an address such as \"http://127.0.0.1:8080\"", is_server_url};
const TextCheck kCredential{"a key that ordo key create printed, or a token", is_credential};
const TextCheck kSigningSecret{"whsec_ and the base64 of 24 to 64 bytes", is_signing_secret};
const TextCheck kClaim{"the name of a claim", is_not_empty};
const TextCheck kBrokers{"host:port,...", any_text};
const TextCheck kMongoUri{"mongodb://... or mongodb+srv://...", is_mongo_uri};
const TextCheck kTopicName{"a topic name of letters, digits, dot, dash and underscore", is_topic_name};
const TextCheck kCountry{"a country code of ISO 3166-1, such as DE", is_country};
const TextCheck kGroupPrefix{"letters, digits, dot, dash and underscore", is_topic_name};
const TextCheck kInstance{"letters, digits, dot, dash and underscore", is_instance};
const TextCheck kProxies{"a list such as \"10.0.0.0/8,192.0.2.7\"", is_proxies};
const TextCheck kOrigins{"a list of origins as browsers send them, such as https://shop.example", is_origin};
const TextCheck kHosts{"a list of host names without a port, such as shop.example", is_host_without_port};

bool is_not_empty(std::string_view text) {
  return !text.empty();
}

bool is_http_url(std::string_view text) {
  return (text.starts_with("http://") && text.size() > 7) || (text.starts_with("https://") && text.size() > 8);
}

// True when the URI has a password before the host, or an option that carries one.
bool mongo_holds_secret(std::string_view uri) {
  const auto scheme = uri.find("://");
  if (scheme == std::string_view::npos) return !uri.empty();
  const auto rest = uri.substr(scheme + 3);
  const auto at = rest.rfind('@');
  if (at != std::string_view::npos && rest.substr(0, at).find(':') != std::string_view::npos) return true;
  const auto options = to_lower(rest.substr(std::min(rest.find('?'), rest.size())));
  return options.find("password") != std::string::npos || options.find("token") != std::string::npos;
}

// True when a name contains a word that librdkafka uses for secret settings.
bool kafka_settings_hold_secret(std::string_view list) {
  const auto names = to_lower(list);
  for (const auto* part : {"password", "secret", "jaas", "oauthbearer.config", "key.pem", "token"}) {
    if (names.find(part) != std::string::npos) return true;
  }
  return false;
}

std::vector<std::string> file_itself(std::string_view file) {
  return {std::string(file)};
}

// The options of a MongoDB connection string that name files; see MongoDB's URI options specification.
std::vector<std::string> files_of_mongo(std::string_view uri) {
  const auto options = uri.find('?');
  if (options == std::string_view::npos) return {};
  auto files = files_among(uri.substr(options + 1), '&', [](const std::string& name) {
    return name == "tlscafile" || name == "tlscertificatekeyfile" || name == "sslcertificateauthorityfile" ||
           name == "sslclientcertificatekeyfile";
  });
  // A value with an invalid escape counts as it stands; the driver refuses it.
  for (auto& file : files) file = percent_decode(file).value_or(file);
  return files;
}

// The settings that name certificates, keys, tickets or libraries to load; see librdkafka's CONFIGURATION.md.
std::vector<std::string> files_of_kafka(std::string_view list) {
  return files_among(list, ',', [](const std::string& name) {
    return name.ends_with(".location") || name == "sasl.kerberos.keytab" || name == "plugin.library.paths";
  });
}

}  // namespace ordo::settings
