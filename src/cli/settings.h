// What can be configured: one plain struct, and one table that describes each setting once. Flags, environment, the
// TOML file, the help texts and `ordo config show` all follow from the table.
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

namespace ordo::cli {

// Who has a use for a setting, and so which commands take its flag.
enum class SettingScope { kCommon, kClient, kStorage, kServer, kAccess };

// What a process of `ordo` does.
enum class Role { api, intake, catalog, orders, stock, payment, logistics, crm, webhooks };
inline constexpr std::size_t kRoles = 9;
inline constexpr std::array<Role, kRoles> kAllRoles = {Role::api,       Role::intake, Role::catalog,
                                                       Role::orders,    Role::stock,  Role::payment,
                                                       Role::logistics, Role::crm,    Role::webhooks};
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view name);
// The processor a role runs; none for the api.
std::optional<ProcessorKind> processor_of(Role role);

inline constexpr std::int64_t kForever = -1;      // in place of seconds
inline constexpr std::int64_t kAsAllOthers = -2;  // in place of seconds of one topic: as the setting for all says

struct TopicSettings {
  std::string name;             // on the broker
  std::int64_t partitions = 0;  // 0: as `partitions` says
  std::int64_t retention_s = kAsAllOthers;
};

// The defaults are the initialisers here. Durations are in the unit their name ends with.
struct Settings {
  Settings();

  // common
  LogLevel log_level = LogLevel::kInfo;

  // client
  std::string tls_ca;  // a file: CAs that the server's certificate may be signed by; empty: those of the system
  std::string url;     // of the server; empty: the one at `listen`, or, when none answers, one inside the command

  std::string api_key;  // shown to the server, a secret

  // storage
  std::string data_dir = "./ordo-data";
  std::string kafka;  // bootstrap servers; empty: embedded
  std::string mongo;  // connection string, a secret; empty: embedded
  std::int64_t partitions = 4;
  std::map<std::string, std::string> kafka_settings;  // by librdkafka's names; secrets may be among them
  std::int64_t retention_s = 0;                       // 0: the broker's default, for ever without a broker
  std::int64_t replication = 0;                       // of topics that ordo creates; 0: three, or one a broker
  std::array<TopicSettings, kTopics> topics;
  std::string group_prefix = "ordo-";  // of the consumer groups: one a processor

  // server
  std::string listen = "127.0.0.1:8080";
  std::string port_file;
  std::vector<Role> roles = {kAllRoles.begin(), kAllRoles.end()};
  std::string location = "main";
  std::string currency = "USD";
  std::int64_t io_threads = 0;  // 0: one a core, up to 4
  std::string tls_cert;         // files; empty: plain HTTP
  std::string tls_key;
  std::string trusted_proxies;  // addresses and networks, with commas
  std::int64_t max_connections = 10'000;
  std::int64_t max_connections_per_address = 0;  // 0: no limit
  std::int64_t max_event_streams = 1'000;
  std::int64_t max_body_bytes = 1 << 20;
  std::int64_t cache_documents = 5'000;  // a processor keeps between steps, a partition
  std::int64_t stop_timeout_s = 25;

  // the door; see docs/security.md
  std::string api_keys;   // the key file; empty: api-keys.json in data_dir
  std::string audit_log;  // empty: audit.log in data_dir
  std::string jwt_keys;   // a JWK set; empty: tokens are not taken
  std::string jwt_issuer;
  std::string jwt_audience;
  std::string jwt_role_claim = "role";
  std::int64_t rate_limit = 0;          // requests a second of a key; 0: none
  std::int64_t rate_limit_address = 0;  // of an address
  std::vector<std::string> cors_origins;

  // the life of an order
  std::int64_t payment_timeout_s = 30 * 60;  // from the reservation to the payment
  std::int64_t dispatch_hold_s = 0;          // from the payment to the request for a shipment
  std::string gateway = "simulated";         // or the URL of an HTTP gateway
  std::string gateway_secret;                // signs what is sent there and what comes from there
  std::int64_t gateway_attempts = 8;
  std::int64_t gateway_timeout_s = 30;  // of one attempt
  std::int64_t gateway_late_s = 60;     // of the simulated gateway's late answers
  std::string carrier = "simulated";    // or "external"
  std::string carrier_secret;           // signs what carriers report by HTTP
  std::int64_t carrier_pickup_s = 0;    // of the simulated carrier, as are the next two
  std::int64_t carrier_delivery_s = 0;
  std::int64_t carrier_lines = 0;             // of a shipment that leave together; 0: all
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

  // Secret setting -> the file it was read from.
  std::map<std::string, std::string> secret_files;
  // Setting key -> where its value came from ("flag --listen"); a setting that is not here has its default.
  std::map<std::string, std::string> origins;

  bool embedded() const { return kafka.empty() && mongo.empty(); }
  bool has_role(Role role) const;
  std::string key_file() const;
  std::string audit_file() const;
  Topology topology() const;
  // How long the records of a topic are kept; nullopt: as the broker does. std::chrono::seconds(kForever) for ever.
  std::optional<std::chrono::seconds> retention_of(Topic topic) const;
};

}  // namespace ordo::cli
