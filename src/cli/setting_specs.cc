#include "cli/setting_specs.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cli/setting_kinds.h"
#include "cli/setting_values.h"
#include "domain/ids.h"
#include "domain/money.h"
#include "http/trusted_proxies.h"
#include "outbound/signature.h"

namespace ordo::cli {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// A password before the host, or an option that carries one.
bool mongo_holds_secret(std::string_view uri) {
  const auto scheme = uri.find("://");
  if (scheme == std::string_view::npos) return !uri.empty();
  const auto rest = uri.substr(scheme + 3);
  const auto at = rest.rfind('@');
  if (at != std::string_view::npos && rest.substr(0, at).find(':') != std::string_view::npos) return true;
  const auto options = lower(rest.substr(std::min(rest.find('?'), rest.size())));
  return options.find("password") != std::string::npos || options.find("token") != std::string::npos;
}

// By the names that librdkafka gives to what is secret.
bool kafka_settings_hold_secret(std::string_view value) {
  const auto names = lower(value);
  for (const auto* part : {"password", "secret", "jaas", "oauthbearer.config", "key.pem", "token"}) {
    if (names.find(part) != std::string::npos) return true;
  }
  return false;
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
  return http::TrustedProxies::parse(value).has_value();
}
bool is_gateway(std::string_view value) {
  return value == "simulated" || (value.starts_with("http://") && value.size() > 7) ||
         (value.starts_with("https://") && value.size() > 8);
}
bool is_signing_secret(std::string_view value) {
  return value.empty() || outbound::parse_secret(value).has_value();
}
// What may stand in a header field.
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
// As Kafka allows; ".dlq" has to fit behind it.
bool is_topic_name(std::string_view value) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !value.empty() && value.size() <= 245 && value != "." && value != ".." &&
         value.find_first_not_of(kAllowed) == std::string_view::npos;
}

template <class T>
auto field(T Settings::*at) {
  return [at](Settings& settings) -> T& { return settings.*at; };
}

void add_common(std::vector<SettingSpec>& specs) {
  specs.push_back(log_level(described("log_level", SettingScope::kCommon, "How much is logged on stderr")));
  specs.push_back(text(described("url", SettingScope::kClient,
                                 "The server to talk to; none: the one at --listen, or one inside the command"),
                       field(&Settings::url), "an address such as \"http://127.0.0.1:8080\"", is_http_url));
  specs.push_back(text(secret(described("api_key", SettingScope::kClient, "The key or token shown to the server")),
                       field(&Settings::api_key), "a key as ordo key create prints it, or a token", is_credential));
  specs.push_back(text(described("tls_ca", SettingScope::kClient,
                                 "File of the CAs that an https server may be certified by; none: the system's"),
                       field(&Settings::tls_ca), "a file", any_text));
}

void add_storage(std::vector<SettingSpec>& specs) {
  constexpr auto kScope = SettingScope::kStorage;
  specs.push_back(text(described("data_dir", kScope, "Folder of the embedded log and documents"),
                       field(&Settings::data_dir), "a folder", some_text));
  specs.push_back(text(described("kafka", kScope, "Kafka's bootstrap servers, host:port,...; needs mongo as well"),
                       field(&Settings::kafka), "host:port,...", any_text));
  specs.push_back(kafka_settings(
      secret(described("kafka_settings", kScope,
                       "More settings for Kafka, NAME=VALUE,... by librdkafka's names (client.rack=...)"),
             kafka_settings_hold_secret)));
  specs.push_back(
      text(secret(described("mongo", kScope, "MongoDB's connection string; needs kafka as well"), mongo_holds_secret),
           field(&Settings::mongo), "mongodb://... or mongodb+srv://...", is_mongo_uri));
  specs.push_back(
      whole(described("partitions", kScope, "Partitions of each topic"), field(&Settings::partitions), 1, 1000));
  specs.push_back(duration(
      described("retention", kScope,
                "How long topics keep records, those on Kafka that ordo creates; 0s: as the broker does, or forever"),
      field(&Settings::retention_s), 0, kMost));
  specs.push_back(
      whole(described("replication", kScope, "Replicas of topics that ordo creates; 0: three, or one a broker"),
            field(&Settings::replication), 0, 100));
  specs.push_back(text(described("group_prefix", kScope, "What the names of Kafka's consumer groups begin with"),
                       field(&Settings::group_prefix), "letters, digits, dot, dash and underscore", is_topic_name));
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
        described(prefix + "partitions", kScope, "Its partitions; 0: as `partitions` says"),
        [i](Settings & settings) -> auto& { return settings.topics[i].partitions; }, 0, 1000));
    specs.push_back(or_as_all_others(
        duration(
            described(prefix + "retention", kScope, "How long it keeps records"),
            [i](Settings & settings) -> auto& { return settings.topics[i].retention_s; }, 0, kMost),
        [i](Settings & settings) -> auto& { return settings.topics[i].retention_s; }));
    for (auto spec = first; spec < specs.size(); ++spec) specs[spec].listed = false;
  }
}

void add_server(std::vector<SettingSpec>& specs) {
  constexpr auto kScope = SettingScope::kServer;
  specs.push_back(text(described("listen", kScope, "Where HTTP is served, host:port; port 0: any free one"),
                       field(&Settings::listen), "host:port", is_address));
  specs.push_back(text(described("port_file", kScope, "File to write the port to once it is open"),
                       field(&Settings::port_file), "a file", any_text));
  specs.push_back(roles(described(
      "roles", kScope, "What this process does: api,intake,catalog,orders,stock,payment,logistics,crm,webhooks")));
  specs.push_back(text(described("location", kScope, "Location of orders and stock that name none"),
                       field(&Settings::location), "an id", is_location));
  specs.push_back(text(described("currency", kScope, "Currency of products that name none"), field(&Settings::currency),
                       "an ISO 4217 code in capitals, such as \"USD\"", is_currency));
  specs.push_back(whole(described("io_threads", kScope, "Threads that serve HTTP; 0: one a core, up to 4"),
                        field(&Settings::io_threads), 0, 64));
  specs.push_back(whole(described("max_connections", kScope, "Open HTTP connections at most"),
                        field(&Settings::max_connections), 1, 1'000'000));
  specs.push_back(whole(described("max_connections_per_address", kScope,
                                  "Open HTTP connections at most of one address or IPv6 /64; 0: no limit"),
                        field(&Settings::max_connections_per_address), 0, 1'000'000));
  specs.push_back(text(described("trusted_proxies", kScope,
                                 "Proxies whose X-Forwarded-For says who the client is: addresses and networks"),
                       field(&Settings::trusted_proxies), "a list such as \"10.0.0.0/8,192.0.2.7\"", is_proxies));
  specs.push_back(text(described("tls_cert", kScope, "File of the certificate and its chain, PEM: serve https"),
                       field(&Settings::tls_cert), "a file", any_text));
  specs.push_back(text(described("tls_key", kScope, "File of its private key, PEM, without a passphrase"),
                       field(&Settings::tls_key), "a file", any_text));
  specs.push_back(whole(described("max_event_streams", kScope, "Open streams of live events at most"),
                        field(&Settings::max_event_streams), 0, 1'000'000));
  specs.push_back(bytes(described("max_body", kScope, "Largest HTTP request body"), field(&Settings::max_body_bytes),
                        1024, 64 << 20));
  specs.push_back(whole(described("cache_documents", kScope, "Documents that a processor keeps in memory, a partition"),
                        field(&Settings::cache_documents), 100, 100'000'000));
  specs.push_back(duration(described("stop_timeout", kScope, "How long a stop may take before the process gives up"),
                           field(&Settings::stop_timeout_s), 1, 3600));
}

void add_door(std::vector<SettingSpec>& specs) {
  constexpr auto kScope = SettingScope::kServer;
  constexpr std::int64_t kMostRequests = 1'000'000;
  specs.push_back(
      text(described("api_keys", SettingScope::kAccess,
                     "The file of API keys; api-keys.json in data_dir. Once it is there, every request needs one"),
           field(&Settings::api_keys), "a file", any_text));
  specs.push_back(text(described("audit_log", SettingScope::kAccess, "Who changed what; audit.log in data_dir"),
                       field(&Settings::audit_log), "a file", any_text));
  specs.push_back(text(described("jwt_keys", kScope, "A JWK set: the keys that sign the tokens which are taken"),
                       field(&Settings::jwt_keys), "a file", any_text));
  specs.push_back(text(described("jwt_issuer", kScope, "Who has to have issued them (iss)"),
                       field(&Settings::jwt_issuer), "a text", any_text));
  specs.push_back(text(described("jwt_audience", kScope, "Whom they have to be for (aud)"),
                       field(&Settings::jwt_audience), "a text", any_text));
  specs.push_back(text(described("jwt_role_claim", kScope, "Where they name the role: a claim, or a JSON pointer"),
                       field(&Settings::jwt_role_claim), "the name of a claim", some_text));
  specs.push_back(whole(described("rate_limit", kScope, "Requests a second that one key or token may send; 0: any"),
                        field(&Settings::rate_limit), 0, kMostRequests));
  specs.push_back(whole(described("rate_limit_address", kScope, "The same of one address; 0: any"),
                        field(&Settings::rate_limit_address), 0, kMostRequests));
  specs.push_back(origins(
      described("cors_origins", kScope, "Web pages that may call this server from a browser, by their origin")));
}

void add_life(std::vector<SettingSpec>& specs) {
  constexpr auto kScope = SettingScope::kServer;
  constexpr std::int64_t kYear = 366LL * 24 * 60 * 60;
  specs.push_back(duration(described("payment_timeout", kScope, "Time to pay a reserved order; then it expires"),
                           field(&Settings::payment_timeout_s), 1, kYear));
  specs.push_back(duration(described("dispatch_hold", kScope, "How long a paid order waits before it is dispatched"),
                           field(&Settings::dispatch_hold_s), 0, kYear));
  specs.push_back(text(described("gateway", kScope, "Who moves the money: simulated, or the URL of an HTTP gateway"),
                       field(&Settings::gateway), "\"simulated\" or a URL", is_gateway));
  specs.push_back(text(secret(described("gateway_secret", kScope, "Signs the messages to and from the HTTP gateway")),
                       field(&Settings::gateway_secret), "whsec_ and the base64 of 24 to 64 bytes", is_signing_secret));
  specs.push_back(whole(described("gateway_attempts", kScope, "Attempts at a payment before it counts as failed"),
                        field(&Settings::gateway_attempts), 1, 1000));
  specs.push_back(duration(described("gateway_timeout", kScope, "How long an attempt waits for the gateway's answer"),
                           field(&Settings::gateway_timeout_s), 1, 24 * 60 * 60));
  specs.push_back(duration(described("gateway_late", kScope, "How late the simulated gateway's late answers come"),
                           field(&Settings::gateway_late_s), 0, kYear));
  specs.push_back(text(described("carrier", kScope, "Who moves the goods: simulated, or external"),
                       field(&Settings::carrier), "\"simulated\" or \"external\"", is_carrier));
  specs.push_back(text(secret(described("carrier_secret", kScope, "Signs what carriers report by HTTP")),
                       field(&Settings::carrier_secret), "whsec_ and the base64 of 24 to 64 bytes", is_signing_secret));
  specs.push_back(duration(described("carrier_pickup", kScope, "How long the simulated carrier takes to come"),
                           field(&Settings::carrier_pickup_s), 0, kYear));
  specs.push_back(duration(described("carrier_delivery", kScope, "How long the simulated carrier takes to deliver"),
                           field(&Settings::carrier_delivery_s), 0, kYear));
  specs.push_back(whole(described("carrier_lines", kScope, "Lines the simulated carrier takes at a time; 0: all"),
                        field(&Settings::carrier_lines), 0, 1000));
  specs.push_back(duration(described("order_retention", kScope, "How long ended orders keep their personal data"),
                           field(&Settings::order_retention_s), 1, kMost));
  specs.push_back(whole(described("segment_returning_orders", kScope, "Orders that make a customer a returning one"),
                        field(&Settings::segment_returning_orders), 1, kMost));
  specs.push_back(whole(described("segment_vip_orders", kScope, "Orders that make a customer a VIP"),
                        field(&Settings::segment_vip_orders), 1, kMost));
  specs.push_back(whole(described("segment_vip_value", kScope, "Lifetime value that does, in minor units"),
                        field(&Settings::segment_vip_value), 1, kMost));
  specs.push_back(duration(described("segment_lapsed", kScope, "Time without an order after which a customer lapsed"),
                           field(&Settings::segment_lapsed_s), 1, kMost));
}

void add_webhooks(std::vector<SettingSpec>& specs) {
  constexpr auto kScope = SettingScope::kServer;
  constexpr std::int64_t kMonth = 31LL * 24 * 60 * 60;
  specs.push_back(duration(described("webhook_timeout", kScope, "How long a call to a webhook may take"),
                           field(&Settings::webhook_timeout_s), 1, 300));
  specs.push_back(duration(described("webhook_retry_for", kScope, "How long a failed delivery is tried again"),
                           field(&Settings::webhook_retry_for_s), 0, kMonth));
  specs.push_back(duration(described("webhook_disable_after", kScope, "A webhook that only failed for so long stops"),
                           field(&Settings::webhook_disable_after_s), 1, kMonth));
  specs.push_back(text(described("webhook_allow_private", kScope,
                                 "Whether webhooks may be at private addresses, such as localhost: yes or no"),
                       field(&Settings::webhook_allow_private), "\"yes\" or \"no\"", is_yes_or_no));
}

}  // namespace

const std::vector<SettingSpec>& setting_specs() {
  static const auto specs = [] {
    std::vector<SettingSpec> all;
    add_common(all);
    add_storage(all);
    add_server(all);
    add_door(all);
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

}  // namespace ordo::cli
