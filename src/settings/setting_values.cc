#include "settings/setting_values.h"

#include <limits>
#include <span>
#include <utility>

#include "base/number.h"

namespace ordo::settings {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t size;
};
// From small to large.
constexpr Unit kTimeUnits[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
constexpr Unit kByteUnits[] = {{"", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};

std::optional<std::int64_t> read_with_unit(std::string_view text, std::span<const Unit> units) {
  const auto digits = text.find_first_not_of("0123456789");
  const auto number = read_whole(text.substr(0, digits));
  if (!number) return std::nullopt;
  const auto name = digits == std::string_view::npos ? std::string_view() : text.substr(digits);
  for (const auto& unit : units) {
    if (unit.name != name) continue;
    if (*number > std::numeric_limits<std::int64_t>::max() / unit.size) return std::nullopt;
    return *number * unit.size;
  }
  return std::nullopt;
}

std::string show_with_unit(std::int64_t value, std::span<const Unit> units) {
  const Unit* best = &units.front();
  for (const auto& unit : units) {
    if (value != 0 && value % unit.size == 0) best = &unit;
  }
  return std::to_string(value / best->size) + std::string(best->name);
}

}  // namespace

std::optional<std::int64_t> read_whole(std::string_view text) {
  return parse_integer<std::int64_t>(text);
}

std::optional<std::chrono::seconds> read_duration(std::string_view text) {
  if (text == "forever") return kForever;
  const auto seconds = read_with_unit(text, kTimeUnits);
  return seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
}

std::string show_duration(std::chrono::seconds duration) {
  return duration == kForever ? "forever" : show_with_unit(duration.count(), kTimeUnits);
}

std::optional<ByteSize> read_bytes(std::string_view text) {
  const auto bytes = read_with_unit(text, kByteUnits);
  return bytes ? std::optional(ByteSize{static_cast<std::uint64_t>(*bytes)}) : std::nullopt;
}

std::string show_bytes(ByteSize size) {
  return show_with_unit(static_cast<std::int64_t>(size.bytes), kByteUnits);
}

std::optional<Address> read_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  // Neither a name nor an address in brackets may contain brackets: show_address() could not tell the two apart.
  if (host.find_first_of("[]") != std::string_view::npos) return std::nullopt;
  const auto port = read_whole(text.substr(colon + 1));
  if (host.empty() || !port || *port < 0 || *port > 65535) return std::nullopt;
  return Address{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::string show_address(const Address& address) {
  const bool six = address.host.find(':') != std::string::npos;
  return (six ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

std::string mask_uri(std::string_view uri) {
  const auto scheme = uri.find("://");
  if (scheme == std::string_view::npos) return uri.empty() ? "" : "***";
  const auto begin = scheme + 3;
  std::string masked(uri.substr(0, begin));
  auto rest = uri.substr(begin);
  // An unescaped password may contain any character, even '@'. So everything before the last '@' is masked.
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    masked += "***";
    rest = rest.substr(at);
  }
  const auto options = rest.find('?');
  masked += rest.substr(0, options);
  if (options != std::string_view::npos) masked += "?***";
  return masked;
}

}  // namespace ordo::settings
