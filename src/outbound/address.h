// Which internet addresses are anybody's to call, and which lead into the operator's own network.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ordo::outbound {

using Ipv6Bytes = std::array<std::uint8_t, 16>;  // in network order

// `address` in host order. False for what the IANA registry of special-purpose addresses sets apart: loopback, private,
// link-local (where clouds keep their metadata), shared, documentation, multicast, reserved.
bool is_public_ipv4(std::uint32_t address);

// Global unicast only. An address that carries an IPv4 address (mapped, 6to4, NAT64) is as public as that one.
bool is_public_ipv6(const Ipv6Bytes& address);

// Whether a literal ("127.0.0.1", "::1", without brackets) is public; nothing when it is no address but a name.
std::optional<bool> is_public_literal(std::string_view host);

}  // namespace ordo::outbound
