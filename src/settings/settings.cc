#include "settings/settings.h"

#include <algorithm>

namespace ordo::settings {

std::string_view to_string(Role role) {
  static constexpr std::array<std::string_view, kRoles> kNames = {"api",      "intake",     "catalog",   "orders",
                                                                  "stock",    "payment",    "logistics", "crm",
                                                                  "webhooks", "promotions", "pricing"};
  return kNames[static_cast<std::size_t>(role)];
}

std::optional<Role> parse_role(std::string_view name) {
  for (const Role role : kAllRoles) {
    if (to_string(role) == name) return role;
  }
  return std::nullopt;
}

std::optional<ProcessorKind> processor_of(Role role) {
  return parse_processor(to_string(role));
}

Settings::Settings() {
  for (std::size_t i = 0; i < kTopics; ++i) topics[i].name = ordo::to_string(static_cast<Topic>(i));
}

bool Settings::has_role(Role role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

namespace {

std::string in_data_dir(const std::string& given, const std::string& data_dir, std::string_view name) {
  if (!given.empty()) return given;
  return data_dir + (data_dir.ends_with('/') ? "" : "/") + std::string(name);
}

}  // namespace

std::string Settings::key_file() const {
  return in_data_dir(api_keys, data_dir, "api-keys.json");
}

std::string Settings::audit_file() const {
  return in_data_dir(audit_log, data_dir, "audit.log");
}

Topology Settings::topology() const {
  Topology result;
  for (std::size_t i = 0; i < kTopics; ++i) {
    result.topics[i].name = topics[i].name;
    result.topics[i].partitions = topics[i].partitions == 0 ? partitions : topics[i].partitions;
  }
  return result;
}

std::optional<std::chrono::seconds> Settings::retention_of(Topic topic) const {
  const auto keep = topics[static_cast<std::size_t>(topic)].retention.value_or(retention);
  if (keep != std::chrono::seconds(0)) return keep;
  return embedded() ? std::optional(kForever) : std::nullopt;
}

}  // namespace ordo::settings
