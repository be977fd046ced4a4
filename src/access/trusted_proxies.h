// Finds the client of a request that came through proxies.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ordo::access {

// The IP address in the form that is compared and shown: without a scope, and an IPv4-mapped address
// ("::ffff:192.0.2.1") as IPv4. Empty when `text` is not an address.
std::string plain_address(std::string_view text);

// Addresses and networks whose X-Forwarded-For is used. A value type; empty: none.
class TrustedProxies {
 public:
  // "10.0.0.0/8,192.0.2.7,fd00::/8". kInvalid "bad_proxy" names the item that is neither an address nor a network.
  static Result<TrustedProxies> parse(std::string_view list);

  bool empty() const { return networks_.empty(); }
  bool trusts(std::string_view address) const;

  // The client of a request from `peer`, which is trusted: the right-most address of X-Forwarded-For (all fields
  // joined) that is not trusted. Anyone could have written the part to the left of it, or of an unreadable item. When
  // all addresses are trusted, the client is the left-most.
  std::string client_of(std::string_view peer, std::string_view forwarded_for) const;

 private:
  // IPv4 as IPv4-mapped IPv6.
  struct Network {
    std::array<std::uint8_t, 16> address{};
    int bits = 128;
  };
  std::vector<Network> networks_;
};

}  // namespace ordo::access
