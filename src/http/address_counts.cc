#include "http/address_counts.h"

#include <arpa/inet.h>

#include "base/check.h"

namespace ordo::http {
namespace {

std::string group_of(const std::string& address) {
  char bytes[16];
  if (inet_pton(AF_INET6, address.c_str(), bytes) != 1) return address;
  return std::string(bytes, 8);
}

}  // namespace

bool AddressCounts::enter(const std::string& address, std::size_t most) {
  const std::lock_guard lock(mutex_);
  const auto entry = open_.try_emplace(group_of(address), 0).first;
  if (entry->second >= most) return false;
  ++entry->second;
  return true;
}

void AddressCounts::leave(const std::string& address) {
  const std::lock_guard lock(mutex_);
  const auto entry = open_.find(group_of(address));
  ORDO_CHECK(entry != open_.end(), "left without having entered: ", address);
  if (--entry->second == 0) open_.erase(entry);
}

}  // namespace ordo::http
