// How many connections each address has open.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace ordo::http {

// Any thread. Holds an entry for each address with a connection, so it is bounded by the number of connections.
class AddressCounts {
 public:
  // Counts one more, unless the address has `most` of them already: then false. Addresses of IPv6 count together by
  // their first 64 bits, which are what one client gets. `address` is as http::plain_address writes it.
  bool enter(const std::string& address, std::size_t most);
  // After an enter() that was true.
  void leave(const std::string& address);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> open_;
};

}  // namespace ordo::http
