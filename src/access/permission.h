// What somebody may do, and the roles that bundle it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ordo::access {

// One for each kind of thing that a request can do. Order and names are public: they stand in key files and tokens.
enum class Permission : std::uint8_t {
  server_read,  // metrics, the descriptions of the API, details of readiness
  orders_read,
  orders_write,  // place them
  orders_cancel,
  refunds_write,  // refunds and returns
  payments_read,
  payments_write,
  shipments_read,
  shipments_write,
  customers_read,
  customers_write,  // change and erase them as well
  products_read,
  products_write,
  stock_read,
  stock_write,
  events_read,  // the topics as they grow, personal data among them
  webhooks_read,
  webhooks_write,
  dlq_read,  // records that could not be taken, byte for byte
  dlq_write,
};
inline constexpr std::size_t kPermissions = 20;

// "orders:read"
std::string_view to_string(Permission permission);
std::optional<Permission> parse_permission(std::string_view name);

// A set of permissions; a plain value.
class PermissionSet {
 public:
  constexpr PermissionSet() = default;
  constexpr bool contains(Permission permission) const { return (bits_ & bit(permission)) != 0; }
  constexpr PermissionSet& add(Permission permission) {
    bits_ |= bit(permission);
    return *this;
  }
  constexpr bool contains_all(PermissionSet other) const { return (other.bits_ & ~bits_) == 0; }
  constexpr PermissionSet both(PermissionSet other) const {
    PermissionSet set;
    set.bits_ = bits_ & other.bits_;
    return set;
  }
  constexpr bool empty() const { return bits_ == 0; }
  bool operator==(const PermissionSet&) const = default;

 private:
  static constexpr std::uint32_t bit(Permission permission) { return 1U << static_cast<unsigned>(permission); }
  std::uint32_t bits_ = 0;
};

// "orders:read orders:write", in the order of the enum: as a token's scope has it.
std::string to_string(PermissionSet set);
// Reads that form. Names that nobody knows are left out when `unknown` is null, otherwise the first is put there.
PermissionSet parse_permissions(std::string_view text, std::string* unknown = nullptr);

enum class AccessRole : std::uint8_t { admin, merchant, support, service, read_only };
inline constexpr std::size_t kAccessRoles = 5;
inline constexpr std::array<AccessRole, kAccessRoles> kAllAccessRoles = {
    AccessRole::admin, AccessRole::merchant, AccessRole::support, AccessRole::service, AccessRole::read_only};

// "read-only"
std::string_view to_string(AccessRole role);
std::optional<AccessRole> parse_access_role(std::string_view name);

// The one table of who may do what.
PermissionSet permissions_of(AccessRole role);

}  // namespace ordo::access
