#include "settings/setting_specs.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>

#include "base/text.h"
#include "settings/setting_row.h"

namespace ordo::settings {
namespace {

using namespace std::chrono_literals;
using enum SettingScope;

constexpr std::chrono::days kDay{1};
constexpr auto kMonth = 31 * kDay;
constexpr auto kYear = 366 * kDay;

using Rows = std::vector<SettingSpec>;

Rows client_rows() {
  return {
      row("log_level", kCommon, &Settings::log_level, "Log messages on stderr: the lowest level that is written"),
      row("url", kClient, &Settings::url, kServerUrl,
          "The server to call. Default: the server at --listen, else one inside the command"),
      secret(row("api_key", kClient, &Settings::api_key, kCredential,
                 "The API key or token that the command sends to the server")),
      trusting(row("tls_ca", kClient, &Settings::tls_ca, kFile,
                   "File of the CA certificates that verify an https server. Default: the system's CAs"),
               file_itself),
  };
}

Rows storage_rows() {
  return {
      row("data_dir", kStorage, &Settings::data_dir, kFolder, "Folder of the embedded log and documents"),
      row("kafka", kStorage, &Settings::kafka, kBrokers, "Kafka's bootstrap servers, host:port,... (also set mongo)"),
      trusting(secret(row("kafka_settings", kStorage, &Settings::kafka_settings,
                          "More settings for Kafka, NAME=VALUE,... with librdkafka's names (client.rack=...)"),
                      kafka_settings_hold_secret),
               files_of_kafka),
      trusting(
          secret(row("mongo", kStorage, &Settings::mongo, kMongoUri, "MongoDB's connection string (also set kafka)"),
                 mongo_holds_secret),
          files_of_mongo),
      row("partitions", kStorage, &Settings::partitions, between(1, 1000), "Partitions per topic"),
      row("retention", kStorage, &Settings::retention, from(0s),
          "How long topics keep records. On Kafka it applies to topics that ordo creates. "
          "0s: the broker's default, or forever without Kafka"),
      row("replication", kStorage, &Settings::replication, between(0, 100),
          "Replicas of topics that ordo creates. 0: three, or as many as there are brokers if fewer"),
      row("group_prefix", kStorage, &Settings::group_prefix, kGroupPrefix,
          "Prefix of the names of Kafka's consumer groups"),
      row("instance", kStorage, &Settings::instance, kInstance,
          "Unique name of this process. Keep it across restarts: Kafka then keeps its partitions for it"),
  };
}

Rows server_rows() {
  return {
      row("listen", kServer, &Settings::listen, "Address for HTTP, host:port. Port 0: any free port"),
      row("port_file", kServer, &Settings::port_file, kFile, "File that receives the port once the server listens"),
      row("roles", kServer, &Settings::roles,
          "Roles of this process: " + joined(kAllRoles, ",", [](Role role) { return to_string(role); })),
      row("location", kServer, &Settings::location, "Location for orders and stock that name none"),
      row("currency", kServer, &Settings::currency, "Currency for products that name none"),
      row("country", kServer, &Settings::country, kCountry,
          "Country of the shop, such as DE: orders without an address have its tax"),
      row("io_threads", kServer, &Settings::io_threads, between(0, 64),
          "Threads that serve HTTP. 0: one per core, at most 4"),
      row("max_connections", kServer, &Settings::max_connections, between(1, 1'000'000),
          "Maximum number of open HTTP connections. At the limit, a new connection replaces an idle one"),
      row("max_connections_per_address", kServer, &Settings::max_connections_per_address, between(0, 1'000'000),
          "Maximum number of open HTTP connections from one address or IPv6 /64. 0: no limit"),
      row("trusted_proxies", kServer, &Settings::trusted_proxies, kProxies,
          "Proxies whose X-Forwarded-For gives the client's address: a list of addresses and networks"),
      row("tls_cert", kServer, &Settings::tls_cert, kFile, "File of the certificate and its chain, PEM. Enables https"),
      row("tls_key", kServer, &Settings::tls_key, kFile,
          "File of the certificate's private key, PEM, without a passphrase"),
      row("max_event_streams", kServer, &Settings::max_event_streams, between(0, 1'000'000),
          "Maximum number of open streams of live events. One key may use a quarter of them"),
      row("max_body", kServer, &Settings::max_body, between(kib(1), mib(64)), "Largest HTTP request body"),
      row("max_page", kServer, &Settings::max_page, between(kib(64), mib(64)),
          "Maximum size of the documents on one page of a list. The rest is on the next page"),
      row("list_timeout", kServer, &Settings::list_timeout, between(1s, 1h),
          "How long a page of a list, a count or a search may read before it ends with 503"),
      row("max_answers", kServer, &Settings::max_answers, between(mib(1), gib(64)),
          "Maximum size of all answers together that clients have not read yet"),
      row("cache_documents", kServer, &Settings::cache_documents, between(100, 100'000'000),
          "Documents that a processor keeps in memory per partition"),
      row("cache_memory", kServer, &Settings::cache_memory, between(mib(1), gib(64)),
          "Memory for the documents that all processors of this process keep, about"),
      row("stop_timeout", kServer, &Settings::stop_timeout, between(1s, 1h),
          "How long a stop may take before the process ends at once"),
      row("compare_logs", kServer, &Settings::compare_logs, between(1s, 1h),
          "How often a processor checks that its topics were not replaced"),
  };
}

Rows auth_rows() {
  return {
      row("api_keys", kAccess, &Settings::api_keys, kFile,
          "File of API keys. Default: api-keys.json in data_dir. Once the file exists, every "
          "request needs a key or token"),
      row("audit_log", kAccess, &Settings::audit_log, kFile, "Log of who changed what. Default: audit.log in data_dir"),
      row("audit_log_max", kAccess, &Settings::audit_log_max, between(kib(64), gib(1024)),
          "Size at which the audit log is renamed to audit.log.1. Nine old files are kept"),
      row("audit_reads", kServer, &Settings::audit_reads, "Whether the audit log also records reads of personal data"),
      row("jwt_keys", kServer, &Settings::jwt_keys, kFile, "File of a JWK set: keys that sign tokens for this server"),
      row("jwt_issuer", kServer, &Settings::jwt_issuer, kAnyText, "Required issuer of tokens (iss)"),
      row("jwt_audience", kServer, &Settings::jwt_audience, kAnyText, "Required audience of tokens (aud)"),
      row("jwt_role_claim", kServer, &Settings::jwt_role_claim, kClaim,
          "Where a token names its role: a claim or a JSON pointer"),
      row("jwt_customer_claim", kServer, &Settings::jwt_customer_claim, kClaim,
          "Where a token with the role customer names the customer: a claim or a JSON pointer"),
      row("jwt_max_age", kServer, &Settings::jwt_max_age, between(1s, 10 * kYear),
          "Longest lifetime of a token, both from iat and from now to exp"),
      row("rate_limit", kServer, &Settings::rate_limit, between(0, 1'000'000),
          "Requests per second for one key or token. 0: no limit"),
      row("rate_limit_address", kServer, &Settings::rate_limit_address, between(0, 1'000'000),
          "Requests per second for one address. 0: no limit"),
      row("cors_origins", kServer, &Settings::cors_origins, kOrigins,
          "Origins of web pages that may call this server from a browser"),
      row("allowed_hosts", kServer, &Settings::allowed_hosts, kHosts,
          "Host names, besides localhost, that a server without keys accepts in Host"),
  };
}

Rows order_rows() {
  return {
      row("payment_timeout", kServer, &Settings::payment_timeout, between(1s, kYear),
          "Time to pay a reserved order. After that, the order expires"),
      row("manual_payment_timeout", kServer, &Settings::manual_payment_timeout, between(1s, kYear),
          "The same for an order with payment_terms manual"),
      row("dispatch_hold", kServer, &Settings::dispatch_hold, between(0s, kYear),
          "How long a paid order waits before it is dispatched"),
      row("gateway", kServer, &Settings::gateway, "Payment gateway: simulated, or the URL of an HTTP gateway"),
      secret(row("gateway_secret", kServer, &Settings::gateway_secret, kSigningSecret,
                 "Secret that signs the messages to and from the HTTP gateway")),
      row("gateway_attempts", kServer, &Settings::gateway_attempts, between(1, 1000),
          "Attempts at a payment before it counts as failed"),
      row("gateway_timeout", kServer, &Settings::gateway_timeout, between(1s, kDay),
          "How long one attempt waits for the gateway's answer"),
      row("gateway_late", kServer, &Settings::gateway_late, between(0s, kYear),
          "Delay of the simulated gateway's late answers"),
      row("carrier", kServer, &Settings::carrier, "Carrier: simulated, or external"),
      secret(row("carrier_secret", kServer, &Settings::carrier_secret, kSigningSecret,
                 "Secret that signs the reports that carriers send by HTTP")),
      row("carrier_unbound", kServer, &Settings::carrier_unbound,
          "Whether signed reports may omit their shipment, in this release only: yes or no"),
      row("carrier_pickup", kServer, &Settings::carrier_pickup, between(0s, kYear),
          "Time until the simulated carrier picks up a shipment"),
      row("carrier_delivery", kServer, &Settings::carrier_delivery, between(0s, kYear),
          "Time that the simulated carrier needs to deliver"),
      row("carrier_lines", kServer, &Settings::carrier_lines, between(0, 1000),
          "Lines that the simulated carrier takes at a time. 0: all"),
      row("order_retention", kServer, &Settings::order_retention, from(1s),
          "How long ended orders keep their personal data"),
      row("segment_returning_orders", kServer, &Settings::segment_returning_orders, from(1),
          "Number of orders after which a customer counts as returning"),
      row("segment_vip_orders", kServer, &Settings::segment_vip_orders, from(1),
          "Number of orders after which a customer is a VIP"),
      row("segment_vip_value", kServer, &Settings::segment_vip_value, from(1),
          "Lifetime value, in minor units, from which a customer is a VIP"),
      row("segment_lapsed", kServer, &Settings::segment_lapsed, from(1s),
          "Time without an order after which a customer counts as lapsed"),
  };
}

Rows webhook_rows() {
  return {
      row("webhook_timeout", kServer, &Settings::webhook_timeout, between(1s, 5min),
          "How long a call to a webhook may take"),
      row("webhook_retry_for", kServer, &Settings::webhook_retry_for, between(0s, kMonth),
          "How long ordo retries a failed delivery"),
      row("webhook_disable_after", kServer, &Settings::webhook_disable_after, between(1s, kMonth),
          "How long all deliveries must fail before ordo disables a webhook"),
      row("webhook_allow_private", kServer, &Settings::webhook_allow_private,
          "Whether webhooks may have private addresses, such as localhost: yes or no"),
  };
}

Rows topic_rows(Topic topic) {
  const auto of_topic = [topic](auto member) {
    return [=](auto& settings) -> auto& {
      return settings.topics[static_cast<std::size_t>(topic)].*member;
    };
  };
  const auto prefix = "topics." + std::string(ordo::to_string(topic)) + ".";
  Rows rows = {
      row(prefix + "name", kStorage, of_topic(&TopicSettings::name), kTopicName, "Name of the topic on the broker"),
      row(prefix + "partitions", kStorage, of_topic(&TopicSettings::partitions), between(0, 1000),
          "Partitions of this topic. 0: the value of `partitions`"),
      row(prefix + "retention", kStorage, of_topic(&TopicSettings::retention), OrValueOf{"retention", from(0s)},
          "How long this topic keeps records"),
  };
  for (auto& one : rows) one.listed = false;
  return rows;
}

Rows all_rows() {
  Rows all;
  const auto add = [&all](Rows rows) { std::move(rows.begin(), rows.end(), std::back_inserter(all)); };
  add(client_rows());
  add(storage_rows());
  add(server_rows());
  add(auth_rows());
  add(order_rows());
  add(webhook_rows());
  for (std::size_t i = 0; i < kTopics; ++i) add(topic_rows(static_cast<Topic>(i)));
  Rows files;
  for (const auto& one : all) {
    if (one.secret) files.push_back(file_of(one));
  }
  add(std::move(files));
  return all;
}

}  // namespace

const std::vector<SettingSpec>& setting_specs() {
  static const auto specs = all_rows();
  return specs;
}

const SettingSpec* find_setting(std::string_view key) {
  const auto& specs = setting_specs();
  const auto found = std::find_if(specs.begin(), specs.end(), [&](const auto& spec) { return spec.key == key; });
  return found == specs.end() ? nullptr : &*found;
}

}  // namespace ordo::settings
