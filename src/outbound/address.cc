#include "outbound/address.h"

#include <arpa/inet.h>

#include <string>

namespace ordo::outbound {
namespace {

struct Block {
  std::uint32_t base;
  int bits;
};

constexpr std::uint32_t ipv4(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  return (a << 24U) | (b << 16U) | (c << 8U);
}

// IANA IPv4 Special-Purpose Address Registry, multicast and class E.
constexpr Block kNotPublic[] = {
    {ipv4(0, 0, 0), 8},        // this network
    {ipv4(10, 0, 0), 8},       // private
    {ipv4(100, 64, 0), 10},    // shared by customers of a provider
    {ipv4(127, 0, 0), 8},      // loopback
    {ipv4(169, 254, 0), 16},   // link-local
    {ipv4(172, 16, 0), 12},    // private
    {ipv4(192, 0, 0), 24},     // protocol assignments
    {ipv4(192, 0, 2), 24},     // documentation
    {ipv4(192, 88, 99), 24},   // 6to4 relays, obsolete
    {ipv4(192, 168, 0), 16},   // private
    {ipv4(198, 18, 0), 15},    // benchmarks
    {ipv4(198, 51, 100), 24},  // documentation
    {ipv4(203, 0, 113), 24},   // documentation
    {ipv4(224, 0, 0), 4},      // multicast
    {ipv4(240, 0, 0), 4},      // reserved, and the broadcast address
};

std::uint32_t ipv4_at(const Ipv6Bytes& address, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = (out << 8U) | address[at + i];
  return out;
}

bool starts_with(const Ipv6Bytes& address, std::initializer_list<std::uint8_t> bytes) {
  std::size_t at = 0;
  for (const auto byte : bytes) {
    if (address[at++] != byte) return false;
  }
  return true;
}

}  // namespace

bool is_public_ipv4(std::uint32_t address) {
  for (const auto& block : kNotPublic) {
    // guard: webhook-private-address
    if ((address >> static_cast<unsigned>(32 - block.bits)) == (block.base >> static_cast<unsigned>(32 - block.bits))) {
      return false;
    }
  }
  return true;
}

bool is_public_ipv6(const Ipv6Bytes& address) {
  // guard: webhook-mapped-address
  if (starts_with(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) {  // ::ffff:0:0/96, IPv4-mapped
    return is_public_ipv4(ipv4_at(address, 12));
  }
  if (starts_with(address, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) {  // 64:ff9b::/96, NAT64
    return is_public_ipv4(ipv4_at(address, 12));
  }
  if (starts_with(address, {0x20, 0x02})) return is_public_ipv4(ipv4_at(address, 2));  // 2002::/16, 6to4
  if ((address[0] & 0xe0U) != 0x20U) return false;                                     // all but 2000::/3
  if (starts_with(address, {0x20, 0x01}) && address[2] < 0x02U) return false;          // 2001::/23, Teredo and others
  if (starts_with(address, {0x20, 0x01, 0x0d, 0xb8})) return false;                    // 2001:db8::/32, documentation
  if (starts_with(address, {0x3f, 0xff}) && address[2] < 0x10U) return false;          // 3fff::/20, documentation
  return true;
}

std::optional<bool> is_public_literal(std::string_view host) {
  const std::string text(host.substr(0, host.find('%')));  // without the zone of a link-local address
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return is_public_ipv4(ntohl(four.s_addr));
  Ipv6Bytes six{};
  if (::inet_pton(AF_INET6, text.c_str(), six.data()) == 1) return is_public_ipv6(six);
  return std::nullopt;
}

}  // namespace ordo::outbound
