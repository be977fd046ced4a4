#include "settings/setting_kinds.h"

#include <algorithm>
#include <span>

#include "base/text.h"

namespace ordo::settings {
namespace {

template <class T>
struct Choice {
  std::string_view name;
  T value;
};
constexpr Choice<LogLevel> kLogLevels[] = {{"debug", LogLevel::kDebug},
                                           {"info", LogLevel::kInfo},
                                           {"warn", LogLevel::kWarn},
                                           {"error", LogLevel::kError},
                                           {"off", LogLevel::kOff}};
constexpr Choice<Carrier> kCarriers[] = {{"simulated", Carrier::simulated}, {"external", Carrier::external}};
constexpr Choice<bool> kYesOrNo[] = {{"yes", true}, {"no", false}};

constexpr std::string_view kSimulated = "simulated";

// `choices` names each value of T, and outlives the kind.
template <class T>
Kind<T> one_of(std::span<const Choice<T>> choices, std::string expects) {
  return {SettingShape::text, std::move(expects),
          [choices](std::string_view text) -> std::optional<T> {
            for (const auto& choice : choices) {
              if (choice.name == text) return choice.value;
            }
            return std::nullopt;
          },
          [choices](const T& value) {
            const auto found = std::find_if(choices.begin(), choices.end(),
                                            [&value](const auto& choice) { return choice.value == value; });
            return std::string(found->name);
          }};
}

// A value that lies between two others.
template <class T>
Kind<T> bounded(SettingShape shape, std::string expects, std::optional<T> (*read)(std::string_view),
                std::string (*show)(T), Bounds<T> bounds) {
  return {shape, std::move(expects),
          [read, bounds](std::string_view text) {
            auto value = read(text);
            if (value && (*value < bounds.low || *value > bounds.high)) value.reset();
            return value;
          },
          show};
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

std::optional<std::vector<Role>> read_roles(std::string_view text) {
  std::vector<Role> roles;
  const bool valid = read_list(text, [&](std::string_view item) {
    const auto role = parse_role(item);
    if (role && std::find(roles.begin(), roles.end(), *role) == roles.end()) roles.push_back(*role);
    return role.has_value();
  });
  if (!valid || roles.empty()) return std::nullopt;
  return roles;
}

std::optional<std::map<std::string, std::string>> read_names_and_values(std::string_view text) {
  std::map<std::string, std::string> values;
  const bool valid = read_list(text, [&](std::string_view item) {
    const auto equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    values.emplace(item.substr(0, equals), item.substr(equals + 1));
    return true;
  });
  if (!valid) return std::nullopt;
  return values;
}

std::string show_whole(std::int64_t number) {
  return std::to_string(number);
}

std::optional<Gateway> read_gateway(std::string_view text) {
  if (text == kSimulated) return SimulatedGateway{};
  if (is_http_url(text)) return HttpGateway{std::string(text)};
  return std::nullopt;
}

std::string show_gateway(const Gateway& gateway) {
  const auto* http = std::get_if<HttpGateway>(&gateway);
  return http != nullptr ? http->url : std::string(kSimulated);
}

}  // namespace

Kind<bool> kind_of(std::type_identity<bool>) {
  return one_of<bool>(kYesOrNo, "\"yes\" or \"no\"");
}

Kind<LogLevel> kind_of(std::type_identity<LogLevel>) {
  return one_of<LogLevel>(kLogLevels, "one of debug, info, warn, error, off");
}

Kind<Carrier> kind_of(std::type_identity<Carrier>) {
  return one_of<Carrier>(kCarriers, "\"simulated\" or \"external\"");
}

Kind<Gateway> kind_of(std::type_identity<Gateway>) {
  return {SettingShape::text, "\"simulated\" or a URL", read_gateway, show_gateway};
}

Kind<Address> kind_of(std::type_identity<Address>) {
  return {SettingShape::text, "host:port", read_address, show_address};
}

Kind<LocationId> kind_of(std::type_identity<LocationId>) {
  return {
      SettingShape::text, "an id",
      [](std::string_view text) { return id_problem(text).empty() ? std::optional(LocationId(text)) : std::nullopt; },
      [](const LocationId& location) { return location.str(); }};
}

Kind<Currency> kind_of(std::type_identity<Currency>) {
  return {SettingShape::text, "an ISO 4217 code in capitals, such as \"USD\"",
          [](std::string_view text) {
            const auto currency = Currency::parse(text);
            return currency ? std::optional(*currency) : std::nullopt;
          },
          [](const Currency& currency) { return std::string(currency.code()); }};
}

Kind<std::string> kind_of(std::type_identity<std::string>, TextCheck check) {
  return {SettingShape::text, std::string(check.expects),
          [fits = check.fits](std::string_view text) {
            return fits(text) ? std::optional(std::string(text)) : std::nullopt;
          },
          [](const std::string& text) { return text; }};
}

Kind<std::int64_t> kind_of(std::type_identity<std::int64_t>, Bounds<std::int64_t> bounds) {
  const bool open = bounds.high == std::numeric_limits<std::int64_t>::max();
  const auto low = show_whole(bounds.low);
  return bounded(SettingShape::whole,
                 "a whole number " + (open ? "from " + low + " on" : low + ".." + show_whole(bounds.high)), read_whole,
                 show_whole, bounds);
}

Kind<std::chrono::seconds> kind_of(std::type_identity<std::chrono::seconds>, Bounds<std::chrono::seconds> bounds) {
  return bounded(SettingShape::text,
                 bounds.high == kForever
                     ? "a duration such as \"24h\" or \"7d\" (s, m, h, d), or \"forever\""
                     : "a duration from " + show_duration(bounds.low) + " to " + show_duration(bounds.high),
                 read_duration, show_duration, bounds);
}

Kind<std::optional<std::chrono::seconds>> kind_of(std::type_identity<std::optional<std::chrono::seconds>>,
                                                  OrValueOf limits) {
  using Value = std::optional<std::chrono::seconds>;
  auto own = kind_of(std::type_identity<std::chrono::seconds>(), limits.bounds);
  return {own.shape, own.expects + ", or \"default\" for the value of `" + std::string(limits.key) + "`",
          [read = std::move(own.read)](std::string_view text) -> std::optional<Value> {
            if (text == "default") return Value();
            const auto value = read(text);
            if (!value) return std::nullopt;
            return Value(value);
          },
          [show = std::move(own.show)](const Value& value) { return value ? show(*value) : std::string("default"); }};
}

Kind<ByteSize> kind_of(std::type_identity<ByteSize>, Bounds<ByteSize> bounds) {
  return bounded(
      SettingShape::text,
      "a size such as \"64KiB\" or \"1MiB\", from " + show_bytes(bounds.low) + " to " + show_bytes(bounds.high),
      read_bytes, show_bytes, bounds);
}

Kind<std::vector<Role>> kind_of(std::type_identity<std::vector<Role>>) {
  const auto name = [](Role role) { return to_string(role); };
  return {SettingShape::list, "a list of " + joined(kAllRoles, ", ", name), read_roles,
          [name](const std::vector<Role>& roles) { return joined(roles, ",", name); }};
}

Kind<std::vector<std::string>> kind_of(std::type_identity<std::vector<std::string>>, TextCheck check) {
  using Value = std::vector<std::string>;
  return {SettingShape::list, std::string(check.expects),
          [fits = check.fits](std::string_view text) {
            Value items;
            const bool valid = read_list(text, [&](std::string_view item) {
              items.emplace_back(item);
              return fits(item);
            });
            return valid ? std::optional(std::move(items)) : std::nullopt;
          },
          [](const Value& items) { return joined(items, ","); }};
}

Kind<std::map<std::string, std::string>> kind_of(std::type_identity<std::map<std::string, std::string>>) {
  using Value = std::map<std::string, std::string>;
  return {SettingShape::list, "a list of NAME=VALUE", read_names_and_values, [](const Value& values) {
            return joined(values, ",", [](const auto& value) { return value.first + "=***"; });
          }};
}

}  // namespace ordo::settings
