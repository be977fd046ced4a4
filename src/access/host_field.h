// The Host field of a request.
#pragma once

#include <string_view>

namespace ordo::access {

// Whether it has the form of RFC 9110 section 7.2: a name or an address, not empty, with an optional port.
bool is_host(std::string_view host);

// The host without the port; an IPv6 address keeps its brackets. `host` must pass is_host(), and outlive the result.
std::string_view host_name(std::string_view host);

// Whether a name (without a port) means this machine: "localhost" and names below it (RFC 6761 section 6.3),
// 127.0.0.0/8 and [::1]. The author of a foreign web page cannot own any of these names.
bool names_this_machine(std::string_view name);

}  // namespace ordo::access
