// What can be configured: one plain struct, and one table that describes each setting once. Flags, environment, the
// TOML file, the help texts and `ordo config show` all follow from the table.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "records/topology.h"

namespace ordo::cli {

// Who has a use for a setting, and so which commands take its flag.
enum class SettingScope { kCommon, kClient, kStorage, kServer };

// What a process of `ordo` does.
enum class Role { api, intake, catalog, orders, stock };
inline constexpr std::size_t kRoles = 5;

struct TopicSettings {
  std::string name;              // on the broker
  std::int64_t partitions = 0;   // 0: as `partitions` says
  std::int64_t retention_s = 0;  // 0: as `retention` says
};

// The defaults are the initialisers here. Durations are in the unit their name ends with.
struct Settings {
  Settings();

  // common
  LogLevel log_level = LogLevel::kInfo;

  // client
  std::string url;  // of the server; empty: the one at `listen`, or, when none answers, one inside the command

  // storage
  std::string data_dir = "./ordo-data";
  std::string kafka;  // bootstrap servers; empty: embedded
  std::string mongo;  // connection string, a secret; empty: embedded
  std::int64_t partitions = 4;
  std::int64_t retention_s = -1;  // -1: for ever
  std::int64_t replication = -1;  // of topics that ordo creates; -1: the broker's default
  std::array<TopicSettings, kTopics> topics;

  // server
  std::string listen = "127.0.0.1:8080";
  std::string port_file;
  std::vector<Role> roles = {Role::api, Role::intake, Role::catalog, Role::orders, Role::stock};
  std::string location = "main";
  std::string currency = "USD";
  std::int64_t io_threads = 0;  // 0: one a core, up to 4
  std::int64_t max_connections = 10'000;
  std::int64_t max_body_bytes = 1 << 20;
  std::int64_t cache_documents = 50'000;  // a processor keeps between steps, each
  std::int64_t stop_timeout_s = 25;

  bool embedded() const { return kafka.empty() && mongo.empty(); }
  bool has_role(Role role) const;
  Topology topology() const;
};

}  // namespace ordo::cli
