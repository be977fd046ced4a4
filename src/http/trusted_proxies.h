// Who a request comes from when proxies stand before the server.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ordo::http {

// The textual IP address as it is compared and shown: without a scope, and an IPv4 address that came by IPv6
// ("::ffff:192.0.2.1") as IPv4. Empty when `text` is no address.
std::string plain_address(std::string_view text);

// Addresses and networks whose X-Forwarded-For is believed. A value; empty: nobody's.
class TrustedProxies {
 public:
  // "10.0.0.0/8,192.0.2.7,fd00::/8". kInvalid "bad_proxy" that names what is no address or network.
  static Result<TrustedProxies> parse(std::string_view list);

  bool empty() const { return networks_.empty(); }
  bool trusts(std::string_view address) const;

  // The client of a request that came over a connection from `peer`, which is trusted: the right-most address of
  // X-Forwarded-For (all fields joined) that is not trusted. What stands left of it, or of something unreadable, was
  // written by whoever liked to. When all are trusted it is the left-most.
  std::string client_of(std::string_view peer, std::string_view forwarded_for) const;

 private:
  // IPv4 as IPv4-mapped IPv6.
  struct Network {
    std::array<std::uint8_t, 16> address{};
    int bits = 128;
  };
  std::vector<Network> networks_;
};

}  // namespace ordo::http
