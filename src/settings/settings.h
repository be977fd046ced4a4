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
#include <variant>
#include <vector>

#include "base/log.h"
#include "domain/ids.h"
#include "domain/money.h"
#include "records/topology.h"
#include "settings/setting_values.h"

namespace ordo::settings {

// Who uses a setting. It determines which commands accept its flag.
enum class SettingScope { kCommon, kClient, kStorage, kServer, kAccess };

// What a process of `ordo` does.
enum class Role { api, intake, catalog, orders, stock, payment, logistics, crm, webhooks, promotions, pricing };
inline constexpr std::size_t kRoles = 11;
inline constexpr std::array<Role, kRoles> kAllRoles = {Role::api,      Role::intake,     Role::catalog,   Role::orders,
                                                       Role::stock,    Role::payment,    Role::logistics, Role::crm,
                                                       Role::webhooks, Role::promotions, Role::pricing};
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view name);
// The processor that a role runs; nullopt for the api.
std::optional<ProcessorKind> processor_of(Role role);

// Who decides about payments.
struct SimulatedGateway {};
struct HttpGateway {
  std::string url;
};
using Gateway = std::variant<SimulatedGateway, HttpGateway>;

// Who moves shipments. With `external`, carriers report their moves.
enum class Carrier { simulated, external };

struct TopicSettings {
  std::string name;                               // on the broker
  int partitions = 0;                             // 0: the value of `partitions`
  std::optional<std::chrono::seconds> retention;  // nullopt: the value of `retention`
};

// The initializers here are the defaults. Each member has one row in setting_specs.cc.
struct Settings {
  Settings();

  // common
  LogLevel log_level = LogLevel::kInfo;

  // client
  std::string url;      // of the server; empty: the server at `listen`, or, if there is none, one inside the command
  std::string api_key;  // sent to the server; a secret
  std::string tls_ca;   // a file: CAs that verify the server's certificate; empty: the system's CAs

  // storage
  std::string data_dir = "./ordo-data";
  std::string kafka;                                  // bootstrap servers; empty: embedded
  std::map<std::string, std::string> kafka_settings;  // with librdkafka's names; may contain secrets
  std::string mongo;                                  // connection string, a secret; empty: embedded
  int partitions = 4;
  std::chrono::seconds retention{0};  // 0: the broker's default, or forever without a broker; or kForever
  int replication = 0;                // of topics that ordo creates; 0: three, or as many as there are brokers if fewer
  std::string group_prefix = "ordo-";  // of the consumer groups; each processor has one
  std::string instance;                // unique name of this process; empty: no name
  std::array<TopicSettings, kTopics> topics;

  // server
  Address listen{"127.0.0.1", 8080};
  std::string port_file;
  std::vector<Role> roles = {kAllRoles.begin(), kAllRoles.end()};
  LocationId location{"main"};
  Currency currency = *Currency::parse("USD");
  std::string country;  // of the shop, for the tax of orders without an address; empty: none
  int io_threads = 0;   // 0: one per core, at most 4
  std::size_t max_connections = 10'000;
  std::size_t max_connections_per_address = 1'000;  // 0: no limit
  std::string trusted_proxies;                      // addresses and networks, separated by commas
  std::string tls_cert;                             // files; empty: plain HTTP
  std::string tls_key;
  std::size_t max_event_streams = 1'000;
  ByteSize max_body = mib(1);
  ByteSize max_page = mib(4);
  std::chrono::seconds list_timeout{3};  // of reading one page of a list, or a count
  ByteSize max_answers = mib(192);       // answers that clients have not read yet
  std::size_t cache_documents = 5'000;   // that a processor keeps between steps, per partition
  ByteSize cache_memory = mib(64);       // of the documents that all processors keep between steps
  std::chrono::seconds stop_timeout{25};
  std::chrono::seconds compare_logs{60};  // how often a processor checks that a topic was not replaced

  // authentication and audit; see docs/security.md
  std::string api_keys;   // the key file; empty: api-keys.json in data_dir
  std::string audit_log;  // empty: audit.log in data_dir
  ByteSize audit_log_max = mib(256);
  bool audit_reads = false;  // the audit log also records reads of personal data
  std::string jwt_keys;      // a JWK set; empty: tokens are not accepted
  std::string jwt_issuer;
  std::string jwt_audience;
  std::string jwt_role_claim = "role";
  std::string jwt_customer_claim = "customer_id";
  std::chrono::seconds jwt_max_age = std::chrono::hours(24);  // from iat to exp, and from now to exp
  int rate_limit = 0;                                         // requests per second for one key; 0: no limit
  int rate_limit_address = 0;                                 // the same for one address
  std::vector<std::string> cors_origins;
  std::vector<std::string> allowed_hosts;  // Host names that a server without keys accepts

  // the life of an order
  std::chrono::seconds payment_timeout = std::chrono::minutes(30);      // from the reservation to the payment
  std::chrono::seconds manual_payment_timeout = std::chrono::days(14);  // the same for orders that are paid by hand
  std::chrono::seconds dispatch_hold{0};  // from the payment to the request for a shipment
  Gateway gateway = SimulatedGateway{};
  std::string gateway_secret;  // signs messages to and from the gateway
  std::int64_t gateway_attempts = 8;
  std::chrono::seconds gateway_timeout{30};  // of one attempt
  std::chrono::seconds gateway_late{60};     // delay of the simulated gateway's late answers
  Carrier carrier = Carrier::simulated;
  std::string carrier_secret;              // signs the reports that carriers send by HTTP
  bool carrier_unbound = false;            // signed reports may omit their shipment
  std::chrono::seconds carrier_pickup{0};  // of the simulated carrier, like the next two
  std::chrono::seconds carrier_delivery{0};
  std::int64_t carrier_lines = 0;                   // lines of a shipment that leave together; 0: all
  std::chrono::seconds order_retention = kForever;  // how long ended orders keep personal data
  std::int64_t segment_returning_orders = 2;
  std::int64_t segment_vip_orders = 10;
  std::int64_t segment_vip_value = 100'000;                      // minor units
  std::chrono::seconds segment_lapsed = std::chrono::days(180);  // or kForever

  // webhooks
  std::chrono::seconds webhook_timeout{15};  // of a call
  std::chrono::seconds webhook_retry_for = std::chrono::days(3);
  std::chrono::seconds webhook_disable_after = std::chrono::days(3);
  bool webhook_allow_private = false;

  // Secret setting -> the file that it was read from.
  std::map<std::string, std::string> secret_files;
  // Setting key -> origin of its value, such as "flag --listen". A setting without an entry has its default.
  std::map<std::string, std::string> origins;

  bool embedded() const { return kafka.empty() && mongo.empty(); }
  bool has_role(Role role) const;
  std::string key_file() const;
  std::string audit_file() const;
  Topology topology() const;
  // How long a topic keeps its records, or kForever. nullopt: the broker's default.
  std::optional<std::chrono::seconds> retention_of(Topic topic) const;
};

}  // namespace ordo::settings
