// Tells public internet addresses from those that lead into the operator's own network.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ordo::outbound {

using Ipv6Bytes = std::array<std::uint8_t, 16>;  // in network order

// `address` in host order. False for the addresses in the IANA registry of special-purpose addresses: loopback,
// private, link-local (which includes cloud metadata services), shared, documentation, multicast, reserved.
bool is_public_ipv4(std::uint32_t address);

// True only for global unicast. If the address embeds an IPv4 address (mapped, 6to4, NAT64), that one decides.
bool is_public_ipv6(const Ipv6Bytes& address);

// Whether a literal ("127.0.0.1", "::1", without brackets) is public. Nothing when `host` is a name.
std::optional<bool> is_public_literal(std::string_view host);

}  // namespace ordo::outbound
