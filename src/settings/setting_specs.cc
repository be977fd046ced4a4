#include "settings/setting_specs.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "access/signature.h"
#include "access/trusted_proxies.h"
#include "base/encoding.h"
#include "domain/ids.h"
#include "domain/money.h"
#include "settings/setting_kinds.h"
#include "settings/setting_values.h"

namespace ordo::settings {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// True when the URI has a password before the host, or an option that carries one.
bool mongo_holds_secret(std::string_view uri) {
  const auto scheme = uri.find("://");
  if (scheme == std::string_view::npos) return !uri.empty();
  const auto rest = uri.substr(scheme + 3);
  const auto at = rest.rfind('@');
  if (at != std::string_view::npos && rest.substr(0, at).find(':') != std::string_view::npos) return true;
  const auto options = lower(rest.substr(std::min(rest.find('?'), rest.size())));
  return options.find("password") != std::string::npos || options.find("token") != std::string::npos;
}

// True when a name contains a word that librdkafka uses for secret settings.
bool kafka_settings_hold_secret(std::string_view value) {
  const auto names = lower(value);
  for (const auto* part : {"password", "secret", "jaas", "oauthbearer.config", "key.pem", "token"}) {
    if (names.find(part) != std::string::npos) return true;
  }
  return false;
}

SettingSpec trusting(SettingSpec spec, std::vector<std::string> (*files)(std::string_view)) {
  spec.trusted_files = files;
  return spec;
}

std::vector<std::string> itself(std::string_view value) {
  return {std::string(value)};
}

// The file names in `options`, a list of NAME=VALUE. `is_file` picks the options whose values are file names.
std::vector<std::string> files_among(std::string_view options, char between, bool (*is_file)(const std::string&)) {
  std::vector<std::string> files;
  while (!options.empty()) {
    const auto option = options.substr(0, options.find(between));
    options.remove_prefix(std::min(option.size() + 1, options.size()));
    const auto equals = option.find('=');
    if (equals == std::string_view::npos || !is_file(lower(option.substr(0, equals)))) continue;
    std::string_view paths = option.substr(equals + 1);
    while (!paths.empty()) {  // plugin.library.paths may hold several
      const auto path = paths.substr(0, paths.find(';'));
      paths.remove_prefix(std::min(path.size() + 1, paths.size()));
      if (!path.empty()) files.emplace_back(path);
    }
  }
  return files;
}

// The settings that name certificates, keys, tickets or libraries to load; see librdkafka's CONFIGURATION.md.
std::vector<std::string> files_of_kafka(std::string_view value) {
  return files_among(value, ',', [](const std::string& name) {
    return name.ends_with(".location") || name == "sasl.kerberos.keytab" || name == "plugin.library.paths";
  });
}

// The values of a MongoDB connection string's options that name files; see MongoDB's URI options specification. A value
// with an invalid escape counts as it stands; the driver refuses it.
std::vector<std::string> files_of_mongo(std::string_view uri) {
  const auto options = uri.find('?');
  if (options == std::string_view::npos) return {};
  auto files = files_among(uri.substr(options + 1), '&', [](const std::string& name) {
    return name == "tlscafile" || name == "tlscertificatekeyfile" || name == "sslcertificateauthorityfile" ||
           name == "sslclientcertificatekeyfile";
  });
  for (auto& file : files) file = percent_decode(file).value_or(file);
  return files;
}

bool any_text(std::string_view) {
  return true;
}
bool some_text(std::string_view value) {
  return !value.empty();
}
bool is_address(std::string_view value) {
  return read_address(value).has_value();
}
bool is_currency(std::string_view value) {
  return Currency::parse(value).has_value();
}
bool is_location(std::string_view value) {
  return id_problem(value).empty();
}
bool is_http_url(std::string_view value) {
  return value.empty() || (value.starts_with("http://") && value.size() > 7) ||
         (value.starts_with("https://") && value.size() > 8);
}
bool is_proxies(std::string_view value) {
  return access::TrustedProxies::parse(value).has_value();
}
bool is_gateway(std::string_view value) {
  return value == "simulated" || (value.starts_with("http://") && value.size() > 7) ||
         (value.starts_with("https://") && value.size() > 8);
}
bool is_signing_secret(std::string_view value) {
  return value.empty() || access::parse_secret(value).has_value();
}
// True for characters that a header field may contain.
bool is_credential(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < 0x7f; });
}
bool is_carrier(std::string_view value) {
  return value == "simulated" || value == "external";
}
bool is_yes_or_no(std::string_view value) {
  return value == "yes" || value == "no";
}
bool is_mongo_uri(std::string_view value) {
  return value.empty() || value.starts_with("mongodb://") || value.starts_with("mongodb+srv://");
}
// Kafka's rule for topic names. 245 bytes leave room for ".dlq" within Kafka's limit.
bool is_topic_name(std::string_view value) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !value.empty() && value.size() <= 245 && value != "." && value != ".." &&
         value.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_instance(std::string_view value) {
  return value.empty() || is_topic_name(value);
}

template <class T>
auto field(T Settings::*at) {
  return [at](Settings& settings) -> T& { return settings.*at; };
}

void add_common(std::vector<SettingSpec>& specs) {
  specs.push_back(log_level(
      described("log_level", SettingScope::kCommon, "Log messages on stderr: the lowest level that is written")));
  specs.push_back(text(described("url", SettingScope::kClient,
                                 "The server to call. Default: the server at --listen, else one inside the command"),
                       field(&Settings::url), "an address such as \"http://127.0.0.1:8080\"", is_http_url));
  specs.push_back(text(
      secret(described("api_key", SettingScope::kClient, "The API key or token that the command sends to the server")),
      field(&Settings::api_key), "a key that ordo key create printed, or a token", is_credential));
  specs.push_back(
      text(trusting(described("tls_ca", SettingScope::kClient,
                              "File of the CA certificates that verify an https server. Default: the system's CAs"),
                    itself),
           field(&Settings::tls_ca), "a file", any_text));
}

void add_storage(std::vector<SettingSpec>& specs) {
  constexpr auto kScope = SettingScope::kStorage;
  specs.push_back(text(described("data_dir", kScope, "Folder of the embedded log and documents"),
                       field(&Settings::data_dir), "a folder", some_text));
  specs.push_back(text(described("kafka", kScope, "Kafka's bootstrap servers, host:port,... (also set mongo)"),
                       field(&Settings::kafka), "host:port,...", any_text));
  specs.push_back(kafka_settings(
      trusting(secret(described("kafka_settings", kScope,
                                "More settings for Kafka, NAME=VALUE,... with librdkafka's names (client.rack=...)"),
                      kafka_settings_hold_secret),
               files_of_kafka)));
  specs.push_back(text(
      trusting(secret(described("mongo", kScope, "MongoDB's connection string (also set kafka)"), mongo_holds_secret),
               files_of_mongo),
      field(&Settings::mongo), "mongodb://... or mongodb+srv://...", is_mongo_uri));
  specs.push_back(
      whole(described("partitions", kScope, "Partitions per topic"), field(&Settings::partitions), 1, 1000));
  specs.push_back(duration(described("retention", kScope,
                                     "How long topics keep records. On Kafka it applies to topics that ordo creates. "
                                     "0s: the broker's default, or forever without Kafka"),
                           field(&Settings::retention_s), 0, kMost));
  specs.push_back(
      whole(described("replication", kScope,
                      "Replicas of topics that ordo creates. 0: three, or as many as there are brokers if fewer"),
            field(&Settings::replication), 0, 100));
  specs.push_back(text(described("group_prefix", kScope, "Prefix of the names of Kafka's consumer groups"),
                       field(&Settings::group_prefix), "letters, digits, dot, dash and underscore", is_topic_name));
  specs.push_back(
      text(described("instance", kScope,
                     "Unique name of this process. Keep it across restarts: Kafka then keeps its partitions for it"),
           field(&Settings::instance), "letters, digits, dot, dash and underscore", is_instance));
}

void add_topics(std::vector<SettingSpec>& specs) {
  constexpr auto kScope = SettingScope::kStorage;
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto prefix = "topics." + std::string(ordo::to_string(static_cast<Topic>(i))) + ".";
    const auto first = specs.size();
    specs.push_back(text(
        described(prefix + "name", kScope, "Name of the topic on the broker"),
        [i](Settings & settings) -> auto& { return settings.topics[i].name; },
        "a topic name of letters, digits, dot, dash and underscore", is_topic_name));
    specs.push_back(whole(
        described(prefix + "partitions", kScope, "Partitions of this topic. 0: the value of `partitions`"),
        [i](Settings & settings) -> auto& { return settings.topics[i].partitions; }, 0, 1000));
    specs.push_back(or_as_all_others(
        duration(
            described(prefix + "retention", kScope, "How long this topic keeps records"),
            [i](Settings & settings) -> auto& { return settings.topics[i].retention_s; }, 0, kMost),
        [i](Settings & settings) -> auto& { return settings.topics[i].retention_s; }));
    for (auto spec = first; spec < specs.size(); ++spec) specs[spec].listed = false;
  }
}

void add_server(std::vector<SettingSpec>& specs) {
  constexpr auto kScope = SettingScope::kServer;
  specs.push_back(text(described("listen", kScope, "Address for HTTP, host:port. Port 0: any free port"),
                       field(&Settings::listen), "host:port", is_address));
  specs.push_back(text(described("port_file", kScope, "File that receives the port once the server listens"),
                       field(&Settings::port_file), "a file", any_text));
  specs.push_back(roles(described(
      "roles", kScope, "Roles of this process: api,intake,catalog,orders,stock,payment,logistics,crm,webhooks")));
  specs.push_back(text(described("location", kScope, "Location for orders and stock that name none"),
                       field(&Settings::location), "an id", is_location));
  specs.push_back(text(described("currency", kScope, "Currency for products that name none"),
                       field(&Settings::currency), "an ISO 4217 code in capitals, such as \"USD\"", is_currency));
  specs.push_back(whole(described("io_threads", kScope, "Threads that serve HTTP. 0: one per core, at most 4"),
                        field(&Settings::io_threads), 0, 64));
  specs.push_back(
      whole(described("max_connections", kScope,
                      "Maximum number of open HTTP connections. At the limit, a new connection replaces an idle one"),
            field(&Settings::max_connections), 1, 1'000'000));
  specs.push_back(whole(described("max_connections_per_address", kScope,
                                  "Maximum number of open HTTP connections from one address or IPv6 /64. 0: no limit"),
                        field(&Settings::max_connections_per_address), 0, 1'000'000));
  specs.push_back(
      text(described("trusted_proxies", kScope,
                     "Proxies whose X-Forwarded-For gives the client's address: a list of addresses and networks"),
           field(&Settings::trusted_proxies), "a list such as \"10.0.0.0/8,192.0.2.7\"", is_proxies));
  specs.push_back(text(described("tls_cert", kScope, "File of the certificate and its chain, PEM. Enables https"),
                       field(&Settings::tls_cert), "a file", any_text));
  specs.push_back(text(described("tls_key", kScope, "File of the certificate's private key, PEM, without a passphrase"),
                       field(&Settings::tls_key), "a file", any_text));
  specs.push_back(whole(described("max_event_streams", kScope,
                                  "Maximum number of open streams of live events. One key may use a quarter of them"),
                        field(&Settings::max_event_streams), 0, 1'000'000));
  specs.push_back(bytes(described("max_body", kScope, "Largest HTTP request body"), field(&Settings::max_body_bytes),
                        1024, 64 << 20));
  specs.push_back(bytes(described("max_page", kScope,
                                  "Maximum size of the documents on one page of a list. The rest is on the next page"),
                        field(&Settings::max_page_bytes), 64 << 10, 64 << 20));
  specs.push_back(
      bytes(described("max_answers", kScope, "Maximum size of all answers together that clients have not read yet"),
            field(&Settings::max_answers_bytes), 1 << 20, 64LL << 30));
  specs.push_back(
      whole(described("cache_documents", kScope, "Documents that a processor keeps in memory per partition"),
            field(&Settings::cache_documents), 100, 100'000'000));
  specs.push_back(
      duration(described("stop_timeout", kScope, "How long a stop may take before the process ends at once"),
               field(&Settings::stop_timeout_s), 1, 3600));
  specs.push_back(
      duration(described("compare_logs", kScope, "How often a processor checks that its topics were not replaced"),
               field(&Settings::compare_logs_s), 1, 3600));
}

void add_auth(std::vector<SettingSpec>& specs) {
  constexpr auto kScope = SettingScope::kServer;
  constexpr std::int64_t kMostRequests = 1'000'000;
  specs.push_back(text(described("api_keys", SettingScope::kAccess,
                                 "File of API keys. Default: api-keys.json in data_dir. Once the file exists, every "
                                 "request needs a key or token"),
                       field(&Settings::api_keys), "a file", any_text));
  specs.push_back(
      text(described("audit_log", SettingScope::kAccess, "Log of who changed what. Default: audit.log in data_dir"),
           field(&Settings::audit_log), "a file", any_text));
  specs.push_back(bytes(described("audit_log_max", SettingScope::kAccess,
                                  "Size at which the audit log is renamed to audit.log.1. Nine old files are kept"),
                        field(&Settings::audit_log_max_bytes), 64 << 10, 1LL << 40));
  specs.push_back(text(described("audit_reads", kScope, "Whether the audit log also records reads of personal data"),
                       field(&Settings::audit_reads), "\"yes\" or \"no\"", is_yes_or_no));
  specs.push_back(text(described("jwt_keys", kScope, "File of a JWK set: keys that sign tokens for this server"),
                       field(&Settings::jwt_keys), "a file", any_text));
  specs.push_back(text(described("jwt_issuer", kScope, "Required issuer of tokens (iss)"), field(&Settings::jwt_issuer),
                       "a text", any_text));
  specs.push_back(text(described("jwt_audience", kScope, "Required audience of tokens (aud)"),
                       field(&Settings::jwt_audience), "a text", any_text));
  specs.push_back(text(described("jwt_role_claim", kScope, "Where a token names its role: a claim or a JSON pointer"),
                       field(&Settings::jwt_role_claim), "the name of a claim", some_text));
  specs.push_back(text(described("jwt_customer_claim", kScope,
                                 "Where a token with the role customer names the customer: a claim or a JSON pointer"),
                       field(&Settings::jwt_customer_claim), "the name of a claim", some_text));
  specs.push_back(
      duration(described("jwt_max_age", kScope, "Longest lifetime of a token, both from iat and from now to exp"),
               field(&Settings::jwt_max_age_s), 1, 10LL * 366 * 24 * 60 * 60));
  specs.push_back(whole(described("rate_limit", kScope, "Requests per second for one key or token. 0: no limit"),
                        field(&Settings::rate_limit), 0, kMostRequests));
  specs.push_back(whole(described("rate_limit_address", kScope, "Requests per second for one address. 0: no limit"),
                        field(&Settings::rate_limit_address), 0, kMostRequests));
  specs.push_back(
      origins(described("cors_origins", kScope, "Origins of web pages that may call this server from a browser")));
  specs.push_back(hosts(
      described("allowed_hosts", kScope, "Host names, besides localhost, that a server without keys accepts in Host")));
}

void add_life(std::vector<SettingSpec>& specs) {
  constexpr auto kScope = SettingScope::kServer;
  constexpr std::int64_t kYear = 366LL * 24 * 60 * 60;
  specs.push_back(
      duration(described("payment_timeout", kScope, "Time to pay a reserved order. After that, the order expires"),
               field(&Settings::payment_timeout_s), 1, kYear));
  specs.push_back(duration(described("dispatch_hold", kScope, "How long a paid order waits before it is dispatched"),
                           field(&Settings::dispatch_hold_s), 0, kYear));
  specs.push_back(text(described("gateway", kScope, "Payment gateway: simulated, or the URL of an HTTP gateway"),
                       field(&Settings::gateway), "\"simulated\" or a URL", is_gateway));
  specs.push_back(
      text(secret(described("gateway_secret", kScope, "Secret that signs the messages to and from the HTTP gateway")),
           field(&Settings::gateway_secret), "whsec_ and the base64 of 24 to 64 bytes", is_signing_secret));
  specs.push_back(whole(described("gateway_attempts", kScope, "Attempts at a payment before it counts as failed"),
                        field(&Settings::gateway_attempts), 1, 1000));
  specs.push_back(duration(described("gateway_timeout", kScope, "How long one attempt waits for the gateway's answer"),
                           field(&Settings::gateway_timeout_s), 1, 24 * 60 * 60));
  specs.push_back(duration(described("gateway_late", kScope, "Delay of the simulated gateway's late answers"),
                           field(&Settings::gateway_late_s), 0, kYear));
  specs.push_back(text(described("carrier", kScope, "Carrier: simulated, or external"), field(&Settings::carrier),
                       "\"simulated\" or \"external\"", is_carrier));
  specs.push_back(
      text(secret(described("carrier_secret", kScope, "Secret that signs the reports that carriers send by HTTP")),
           field(&Settings::carrier_secret), "whsec_ and the base64 of 24 to 64 bytes", is_signing_secret));
  specs.push_back(text(described("carrier_unbound", kScope,
                                 "Whether signed reports may omit their shipment, in this release only: yes or no"),
                       field(&Settings::carrier_unbound), "\"yes\" or \"no\"", is_yes_or_no));
  specs.push_back(duration(described("carrier_pickup", kScope, "Time until the simulated carrier picks up a shipment"),
                           field(&Settings::carrier_pickup_s), 0, kYear));
  specs.push_back(duration(described("carrier_delivery", kScope, "Time that the simulated carrier needs to deliver"),
                           field(&Settings::carrier_delivery_s), 0, kYear));
  specs.push_back(whole(described("carrier_lines", kScope, "Lines that the simulated carrier takes at a time. 0: all"),
                        field(&Settings::carrier_lines), 0, 1000));
  specs.push_back(duration(described("order_retention", kScope, "How long ended orders keep their personal data"),
                           field(&Settings::order_retention_s), 1, kMost));
  specs.push_back(whole(
      described("segment_returning_orders", kScope, "Number of orders after which a customer counts as returning"),
      field(&Settings::segment_returning_orders), 1, kMost));
  specs.push_back(whole(described("segment_vip_orders", kScope, "Number of orders after which a customer is a VIP"),
                        field(&Settings::segment_vip_orders), 1, kMost));
  specs.push_back(
      whole(described("segment_vip_value", kScope, "Lifetime value, in minor units, from which a customer is a VIP"),
            field(&Settings::segment_vip_value), 1, kMost));
  specs.push_back(
      duration(described("segment_lapsed", kScope, "Time without an order after which a customer counts as lapsed"),
               field(&Settings::segment_lapsed_s), 1, kMost));
}

void add_webhooks(std::vector<SettingSpec>& specs) {
  constexpr auto kScope = SettingScope::kServer;
  constexpr std::int64_t kMonth = 31LL * 24 * 60 * 60;
  specs.push_back(duration(described("webhook_timeout", kScope, "How long a call to a webhook may take"),
                           field(&Settings::webhook_timeout_s), 1, 300));
  specs.push_back(duration(described("webhook_retry_for", kScope, "How long ordo retries a failed delivery"),
                           field(&Settings::webhook_retry_for_s), 0, kMonth));
  specs.push_back(duration(
      described("webhook_disable_after", kScope, "How long all deliveries must fail before ordo disables a webhook"),
      field(&Settings::webhook_disable_after_s), 1, kMonth));
  specs.push_back(text(described("webhook_allow_private", kScope,
                                 "Whether webhooks may have private addresses, such as localhost: yes or no"),
                       field(&Settings::webhook_allow_private), "\"yes\" or \"no\"", is_yes_or_no));
}

}  // namespace

const std::vector<SettingSpec>& setting_specs() {
  static const auto specs = [] {
    std::vector<SettingSpec> all;
    add_common(all);
    add_storage(all);
    add_server(all);
    add_auth(all);
    add_life(all);
    add_webhooks(all);
    add_topics(all);
    std::vector<SettingSpec> files;
    for (const auto& spec : all) {
      if (spec.secret) files.push_back(file_of(spec));
    }
    std::move(files.begin(), files.end(), std::back_inserter(all));
    return all;
  }();
  return specs;
}

const SettingSpec* find_setting(std::string_view key) {
  const auto& specs = setting_specs();
  const auto found = std::find_if(specs.begin(), specs.end(), [&](const auto& spec) { return spec.key == key; });
  return found == specs.end() ? nullptr : &*found;
}

}  // namespace ordo::settings
