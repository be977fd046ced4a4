#include "access/trusted_proxies.h"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>

#include "base/number.h"

namespace ordo::access {
namespace {

using Bytes = std::array<std::uint8_t, 16>;
constexpr std::size_t kMappedBytes = 12;  // before the four bytes of an IPv4 address

struct Parsed {
  Bytes bytes{};
  bool is_v4 = false;
};

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<Parsed> parse_address(std::string_view text) {
  text = text.substr(0, text.find('%'));
  const std::string terminated(text);
  Parsed parsed;
  if (inet_pton(AF_INET, terminated.c_str(), parsed.bytes.data() + kMappedBytes) == 1) {
    parsed.bytes[10] = parsed.bytes[11] = 0xff;
    parsed.is_v4 = true;
    return parsed;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), parsed.bytes.data()) != 1) return std::nullopt;
  parsed.is_v4 = parsed.bytes[10] == 0xff && parsed.bytes[11] == 0xff &&
                 std::all_of(parsed.bytes.begin(), parsed.bytes.begin() + 10, [](auto byte) { return byte == 0; });
  return parsed;
}

std::string show(const Parsed& parsed) {
  char text[INET6_ADDRSTRLEN];
  const auto* shown = parsed.is_v4 ? inet_ntop(AF_INET, parsed.bytes.data() + kMappedBytes, text, sizeof text)
                                   : inet_ntop(AF_INET6, parsed.bytes.data(), text, sizeof text);
  return shown != nullptr ? shown : "";
}

// Proxies write "192.0.2.1", "192.0.2.1:4711", "2001:db8::1" or "[2001:db8::1]:4711".
std::string_view without_port(std::string_view hop) {
  if (hop.starts_with('[')) return hop.substr(1, std::min(hop.find(']'), hop.size()) - 1);
  const auto colon = hop.find(':');
  return colon != std::string_view::npos && hop.find(':', colon + 1) == std::string_view::npos ? hop.substr(0, colon)
                                                                                               : hop;
}

bool same_prefix(const Bytes& a, const Bytes& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) return false;
  if (bits % 8 == 0) return true;
  return ((a[whole] ^ b[whole]) >> (8 - bits % 8)) == 0;
}

}  // namespace

std::string plain_address(std::string_view text) {
  const auto parsed = parse_address(text);
  return parsed ? show(*parsed) : std::string();
}

Result<TrustedProxies> TrustedProxies::parse(std::string_view list) {
  TrustedProxies proxies;
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto item = trimmed(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    const auto slash = item.find('/');
    const auto parsed = parse_address(item.substr(0, slash));
    int bits = parsed && parsed->is_v4 ? 32 : 128;
    bool readable = parsed.has_value();
    if (readable && slash != std::string_view::npos) {
      const auto given = parse_natural<int>(item.substr(slash + 1));
      readable = given && *given <= bits;
      bits = given.value_or(0);
    }
    if (!readable) {
      return fail(ErrorCode::kInvalid, "bad_proxy",
                  "'" + std::string(item) + "' is neither an address nor a network such as 10.0.0.0/8");
    }
    proxies.networks_.push_back({parsed->bytes, parsed->is_v4 ? bits + 96 : bits});
  }
  return proxies;
}

bool TrustedProxies::trusts(std::string_view address) const {
  const auto parsed = parse_address(address);
  return parsed && std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
           return same_prefix(network.address, parsed->bytes, network.bits);
         });
}

std::string TrustedProxies::client_of(std::string_view peer, std::string_view forwarded_for) const {
  std::string client(peer);
  while (!forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    const auto hop = comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1);
    forwarded_for = comma == std::string_view::npos ? std::string_view() : forwarded_for.substr(0, comma);
    auto address = plain_address(without_port(trimmed(hop)));
    if (address.empty()) break;
    client = std::move(address);
    if (!trusts(client)) break;
  }
  return client;
}

}  // namespace ordo::access
