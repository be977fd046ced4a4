// The settings: one plain struct, and one table that describes each setting once. The table defines the flags, the
// environment variables, the TOML file, the help texts and `ordo config show`.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "records/topology.h"

namespace ordo::settings {

// Who uses a setting. It determines which commands accept its flag.
enum class SettingScope { kCommon, kClient, kStorage, kServer, kAccess };

// What a process of `ordo` does.
enum class Role { api, intake, catalog, orders, stock, payment, logistics, crm, webhooks };
inline constexpr std::size_t kRoles = 9;
inline constexpr std::array<Role, kRoles> kAllRoles = {Role::api,       Role::intake, Role::catalog,
                                                       Role::orders,    Role::stock,  Role::payment,
                                                       Role::logistics, Role::crm,    Role::webhooks};
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view name);
// The processor that a role runs; nullopt for the api.
std::optional<ProcessorKind> processor_of(Role role);

inline constexpr std::int64_t kForever = -1;      // a special value for seconds
inline constexpr std::int64_t kAsAllOthers = -2;  // the same for one topic: use the setting for all topics

struct TopicSettings {
  std::string name;             // on the broker
  std::int64_t partitions = 0;  // 0: the value of `partitions`
  std::int64_t retention_s = kAsAllOthers;
};

// The initializers here are the defaults. The end of a name tells the unit of a duration.
struct Settings {
  Settings();

  // common
  LogLevel log_level = LogLevel::kInfo;

  // client
  std::string tls_ca;  // a file: CAs that verify the server's certificate; empty: the system's CAs
  std::string url;     // of the server; empty: the server at `listen`, or, if there is none, one inside the command

  std::string api_key;  // sent to the server; a secret

  // storage
  std::string data_dir = "./ordo-data";
  std::string kafka;  // bootstrap servers; empty: embedded
  std::string mongo;  // connection string, a secret; empty: embedded
  std::int64_t partitions = 4;
  std::map<std::string, std::string> kafka_settings;  // with librdkafka's names; may contain secrets
  std::int64_t retention_s = 0;                       // 0: the broker's default, or forever without a broker
  std::int64_t replication = 0;  // of topics that ordo creates; 0: three, or as many as there are brokers if fewer
  std::array<TopicSettings, kTopics> topics;
  std::string group_prefix = "ordo-";  // of the consumer groups; each processor has one
  std::string instance;                // unique name of this process; empty: no name

  // server
  std::string listen = "127.0.0.1:8080";
  std::string port_file;
  std::vector<Role> roles = {kAllRoles.begin(), kAllRoles.end()};
  std::string location = "main";
  std::string currency = "USD";
  std::int64_t io_threads = 0;  // 0: one per core, at most 4
  std::string tls_cert;         // files; empty: plain HTTP
  std::string tls_key;
  std::string trusted_proxies;  // addresses and networks, separated by commas
  std::int64_t max_connections = 10'000;
  std::int64_t max_connections_per_address = 1'000;  // 0: no limit
  std::int64_t max_event_streams = 1'000;
  std::int64_t max_body_bytes = 1 << 20;
  std::int64_t max_page_bytes = 4 << 20;
  std::int64_t max_answers_bytes = 192 << 20;  // answers that clients have not read yet
  std::int64_t cache_documents = 5'000;        // that a processor keeps between steps, per partition
  std::int64_t stop_timeout_s = 25;
  std::int64_t compare_logs_s = 60;  // how often a processor checks that a topic was not replaced

  // authentication and audit; see docs/security.md
  std::string api_keys;   // the key file; empty: api-keys.json in data_dir
  std::string audit_log;  // empty: audit.log in data_dir
  std::int64_t audit_log_max_bytes = 256 << 20;
  std::string audit_reads = "no";  // "yes": the audit log also records reads of personal data
  std::string jwt_keys;            // a JWK set; empty: tokens are not accepted
  std::string jwt_issuer;
  std::string jwt_audience;
  std::string jwt_role_claim = "role";
  std::string jwt_customer_claim = "customer_id";
  std::int64_t jwt_max_age_s = 24 * 60 * 60;  // from iat to exp, and from now to exp
  std::int64_t rate_limit = 0;                // requests per second for one key; 0: no limit
  std::int64_t rate_limit_address = 0;        // the same for one address
  std::vector<std::string> cors_origins;
  std::vector<std::string> allowed_hosts;  // Host names that a server without keys accepts

  // the life of an order
  std::int64_t payment_timeout_s = 30 * 60;  // from the reservation to the payment
  std::int64_t dispatch_hold_s = 0;          // from the payment to the request for a shipment
  std::string gateway = "simulated";         // or the URL of an HTTP gateway
  std::string gateway_secret;                // signs messages to and from the gateway
  std::int64_t gateway_attempts = 8;
  std::int64_t gateway_timeout_s = 30;  // of one attempt
  std::int64_t gateway_late_s = 60;     // delay of the simulated gateway's late answers
  std::string carrier = "simulated";    // or "external"
  std::string carrier_secret;           // signs the reports that carriers send by HTTP
  std::string carrier_unbound = "no";   // "yes": signed reports may omit their shipment
  std::int64_t carrier_pickup_s = 0;    // of the simulated carrier, like the next two
  std::int64_t carrier_delivery_s = 0;
  std::int64_t carrier_lines = 0;             // lines of a shipment that leave together; 0: all
  std::int64_t order_retention_s = kForever;  // how long ended orders keep personal data
  std::int64_t segment_returning_orders = 2;
  std::int64_t segment_vip_orders = 10;
  std::int64_t segment_vip_value = 100'000;  // minor units
  std::int64_t segment_lapsed_s = 180 * 24 * 60 * 60;

  // webhooks
  std::int64_t webhook_timeout_s = 15;  // of a call
  std::int64_t webhook_retry_for_s = 3 * 24 * 60 * 60;
  std::int64_t webhook_disable_after_s = 3 * 24 * 60 * 60;
  std::string webhook_allow_private = "no";  // or "yes"

  // Secret setting -> the file that it was read from.
  std::map<std::string, std::string> secret_files;
  // Setting key -> origin of its value, such as "flag --listen". A setting without an entry has its default.
  std::map<std::string, std::string> origins;

  bool embedded() const { return kafka.empty() && mongo.empty(); }
  bool has_role(Role role) const;
  std::string key_file() const;
  std::string audit_file() const;
  Topology topology() const;
  // How long a topic keeps its records. nullopt: the broker's default. std::chrono::seconds(kForever): forever.
  std::optional<std::chrono::seconds> retention_of(Topic topic) const;
};

}  // namespace ordo::settings
