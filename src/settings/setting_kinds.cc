#include "settings/setting_kinds.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "access/host_field.h"
#include "base/text.h"
#include "settings/setting_values.h"

namespace ordo::settings {
namespace {

constexpr std::pair<std::string_view, LogLevel> kLevels[] = {{"debug", LogLevel::kDebug},
                                                             {"info", LogLevel::kInfo},
                                                             {"warn", LogLevel::kWarn},
                                                             {"error", LogLevel::kError},
                                                             {"off", LogLevel::kOff}};

// A cast is safe: `member` only returns a reference, and nothing writes to it.
template <class Member>
auto value_of(const Settings& settings, const Member& member) {
  return member(const_cast<Settings&>(settings));
}

// Calls `take` for each item of a list separated by commas. False when `take` refuses one.
template <class Take>
bool read_list(std::string_view value, const Take& take) {
  if (value.empty()) return true;
  while (true) {
    const auto comma = value.find(',');
    if (!take(value.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    value.remove_prefix(comma + 1);
  }
}

bool read_roles(std::string_view value, Settings& settings) {
  std::vector<Role> roles;
  const bool valid = read_list(value, [&](std::string_view item) {
    const auto role = parse_role(item);
    if (role && std::find(roles.begin(), roles.end(), *role) == roles.end()) roles.push_back(*role);
    return role.has_value();
  });
  if (!valid || roles.empty()) return false;
  settings.roles = std::move(roles);
  return true;
}

bool read_kafka_settings(std::string_view value, Settings& settings) {
  std::map<std::string, std::string> read;
  const bool valid = read_list(value, [&](std::string_view item) {
    const auto equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    read.emplace(item.substr(0, equals), item.substr(equals + 1));
    return true;
  });
  if (!valid) return false;
  settings.kafka_settings = std::move(read);
  return true;
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

// A list of texts. `fits` checks each of them.
SettingSpec texts(SettingSpec spec, std::string expects, bool (*fits)(std::string_view),
                  std::vector<std::string> Settings::*list) {
  spec.shape = SettingShape::list;
  spec.expects = std::move(expects);
  spec.read = [fits, list](std::string_view value, Settings& settings) {
    std::vector<std::string> read;
    const bool valid = read_list(value, [&](std::string_view item) {
      read.emplace_back(item);
      return fits(item);
    });
    if (valid) settings.*list = std::move(read);
    return valid;
  };
  spec.show = [list](const Settings& settings) { return joined(settings.*list, ","); };
  return spec;
}

}  // namespace

SettingSpec described(std::string key, SettingScope scope, std::string help) {
  SettingSpec spec;
  spec.env = "ORDO_";
  spec.flag = "--";
  for (const char c : key) {
    const bool word = c >= 'a' && c <= 'z';
    spec.env.push_back(word ? static_cast<char>(c - 'a' + 'A') : '_');
    spec.flag.push_back(word ? c : '-');
  }
  spec.key = std::move(key);
  spec.scope = scope;
  spec.help = std::move(help);
  return spec;
}

SettingSpec text(SettingSpec spec, const TextMember& member, std::string expects, bool (*valid)(std::string_view)) {
  spec.expects = std::move(expects);
  spec.read = [member, valid](std::string_view value, Settings& settings) {
    if (!valid(value)) return false;
    member(settings) = value;
    return true;
  };
  spec.show = [member, secret = spec.secret](const Settings& settings) {
    const auto value = value_of(settings, member);
    return secret ? mask_uri(value) : value;
  };
  return spec;
}

SettingSpec whole(SettingSpec spec, const WholeMember& member, std::int64_t low, std::int64_t high) {
  spec.shape = SettingShape::whole;
  spec.expects = "a whole number " + (high == kMost ? "from " + std::to_string(low) + " on"
                                                    : std::to_string(low) + ".." + std::to_string(high));
  spec.read = [member, low, high](std::string_view value, Settings& settings) {
    const auto number = read_whole(value);
    if (!number || *number < low || *number > high) return false;
    member(settings) = *number;
    return true;
  };
  spec.show = [member](const Settings& settings) { return std::to_string(value_of(settings, member)); };
  return spec;
}

SettingSpec duration(SettingSpec spec, const WholeMember& member, std::int64_t low, std::int64_t high) {
  spec.expects = high == kMost ? "a duration such as \"24h\" or \"7d\" (s, m, h, d), or \"forever\""
                               : "a duration from " + show_duration(low) + " to " + show_duration(high);
  spec.read = [member, low, high](std::string_view value, Settings& settings) {
    const auto seconds = read_duration(value);
    const bool forever = seconds == kForever && high == kMost;
    if (!seconds || (!forever && (*seconds < low || *seconds > high))) return false;
    member(settings) = *seconds;
    return true;
  };
  spec.show = [member](const Settings& settings) { return show_duration(value_of(settings, member)); };
  return spec;
}

SettingSpec or_as_all_others(SettingSpec spec, const WholeMember& member) {
  spec.expects += ", or \"default\" for the value of `retention`";
  spec.read = [member, read = spec.read](std::string_view value, Settings& settings) {
    if (value != "default") return read(value, settings);
    member(settings) = kAsAllOthers;
    return true;
  };
  spec.show = [member, show = spec.show](const Settings& settings) {
    return value_of(settings, member) == kAsAllOthers ? std::string("default") : show(settings);
  };
  return spec;
}

SettingSpec bytes(SettingSpec spec, const WholeMember& member, std::int64_t low, std::int64_t high) {
  spec.expects = "a size such as \"64KiB\" or \"1MiB\", from " + show_bytes(low) + " to " + show_bytes(high);
  spec.read = [member, low, high](std::string_view value, Settings& settings) {
    const auto size = read_bytes(value);
    if (!size || *size < low || *size > high) return false;
    member(settings) = *size;
    return true;
  };
  spec.show = [member](const Settings& settings) { return show_bytes(value_of(settings, member)); };
  return spec;
}

SettingSpec log_level(SettingSpec spec) {
  spec.expects = "one of debug, info, warn, error, off";
  spec.read = [](std::string_view value, Settings& settings) {
    for (const auto& [name, level] : kLevels) {
      if (name == value) settings.log_level = level;
    }
    return std::any_of(std::begin(kLevels), std::end(kLevels), [&](const auto& known) { return known.first == value; });
  };
  spec.show = [](const Settings& settings) {
    return std::string(kLevels[static_cast<std::size_t>(settings.log_level)].first);
  };
  return spec;
}

SettingSpec roles(SettingSpec spec) {
  spec.shape = SettingShape::list;
  spec.expects = "a list of api, intake, catalog, orders, stock, payment, logistics, crm, webhooks";
  spec.read = read_roles;
  spec.show = [](const Settings& settings) {
    return joined(settings.roles, ",", [](Role role) { return to_string(role); });
  };
  return spec;
}

SettingSpec kafka_settings(SettingSpec spec) {
  spec.shape = SettingShape::list;
  spec.expects = "a list of NAME=VALUE";
  spec.read = read_kafka_settings;
  spec.show = [](const Settings& settings) {
    return joined(settings.kafka_settings, ",", [](const auto& setting) { return setting.first + "=***"; });
  };
  return spec;
}

SettingSpec origins(SettingSpec spec) {
  return texts(std::move(spec), "a list of origins as browsers send them, such as https://shop.example", is_origin,
               &Settings::cors_origins);
}

SettingSpec hosts(SettingSpec spec) {
  return texts(std::move(spec), "a list of host names without a port, such as shop.example", is_host_without_port,
               &Settings::allowed_hosts);
}

SettingSpec secret(SettingSpec spec, bool (*holds_secret)(std::string_view)) {
  spec.secret = true;
  if (holds_secret != nullptr) {
    spec.holds_secret = holds_secret;
  } else {
    spec.holds_secret = [](std::string_view value) { return !value.empty(); };
  }
  return spec;
}

SettingSpec file_of(const SettingSpec& whole_secret) {
  auto spec = described(whole_secret.key + "_file", whole_secret.scope, "File that contains " + whole_secret.key);
  spec.secret_of = whole_secret.key;
  spec.expects = "a file";
  spec.read = [key = whole_secret.key](std::string_view value, Settings& settings) {
    settings.secret_files.erase(key);
    if (!value.empty()) settings.secret_files[key] = value;
    return true;
  };
  spec.show = [key = whole_secret.key](const Settings& settings) {
    const auto found = settings.secret_files.find(key);
    return found == settings.secret_files.end() ? std::string() : found->second;
  };
  return spec;
}

}  // namespace ordo::settings
