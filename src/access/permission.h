// Permissions, and the roles that bundle them.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace ordo::access {

// One for each kind of action of a request. Order and names are public: key files and tokens contain them.
enum class Permission : std::uint8_t {
  server_read,  // metrics, the descriptions of the API, details of readiness
  orders_read,
  orders_write,  // place orders
  orders_cancel,
  refunds_write,  // refunds and returns
  payments_read,
  payments_write,  // record payments; the answers of a gateway need its signature too
  shipments_read,
  shipments_write,
  customers_read,
  customers_write,  // change and erase customers
  products_read,
  products_write,
  stock_read,
  stock_write,
  events_read,  // read topics as they grow, including personal data
  webhooks_read,
  webhooks_write,
  dlq_read,  // refused records, byte for byte
  dlq_write,
  pricing_read,  // tax rates, shipping methods and promotions
  pricing_write,
  orders_price,   // state the prices of an order
  notes_write,    // write notes about orders
  orders_import,  // import orders of the past
  access_read,    // keys without their secrets, the audit log, the settings
  access_write,   // create, replace and revoke keys
};
inline constexpr std::size_t kPermissions = 27;

// "orders:read"
std::string_view to_string(Permission permission);
std::optional<Permission> parse_permission(std::string_view name);

// A set of permissions; a plain value.
class PermissionSet {
 public:
  constexpr PermissionSet() = default;
  constexpr PermissionSet(std::initializer_list<Permission> permissions) {
    for (const auto permission : permissions) add(permission);
  }
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
  constexpr PermissionSet without(PermissionSet other) const {
    PermissionSet set;
    set.bits_ = bits_ & ~other.bits_;
    return set;
  }
  constexpr bool empty() const { return bits_ == 0; }
  bool operator==(const PermissionSet&) const = default;

 private:
  static constexpr std::uint32_t bit(Permission permission) { return 1U << static_cast<unsigned>(permission); }
  std::uint32_t bits_ = 0;
};

// "orders:read orders:write", in the order of the enum, as in a token's scope.
std::string to_string(PermissionSet set);
// Reads that form. Unknown names are ignored when `unknown` is null; otherwise the first one is stored there.
PermissionSet parse_permissions(std::string_view text, std::string* unknown = nullptr);

// Only tokens have the role `customer`. They name a customer and give access to that customer's own data.
enum class AccessRole : std::uint8_t { admin, merchant, support, service, read_only, customer };
inline constexpr std::size_t kAccessRoles = 6;
inline constexpr std::array<AccessRole, kAccessRoles> kAllAccessRoles = {AccessRole::admin,     AccessRole::merchant,
                                                                         AccessRole::support,   AccessRole::service,
                                                                         AccessRole::read_only, AccessRole::customer};

// "read-only"
std::string_view to_string(AccessRole role);
std::optional<AccessRole> parse_access_role(std::string_view name);
// As parse_access_role, but nothing for `customer`, which no key has.
std::optional<AccessRole> parse_key_role(std::string_view name);

// The only definition of what each role may do.
PermissionSet permissions_of(AccessRole role);

}  // namespace ordo::access
