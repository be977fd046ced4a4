#include "access/permission.h"

#include <algorithm>

namespace ordo::access {
namespace {

constexpr std::array<std::string_view, kPermissions> kNames = {
    "server:read",    "orders:read",    "orders:write",    "orders:cancel",  "refunds:write",   "payments:read",
    "payments:write", "shipments:read", "shipments:write", "customers:read", "customers:write", "products:read",
    "products:write", "stock:read",     "stock:write",     "events:read",    "webhooks:read",   "webhooks:write",
    "dlq:read",       "dlq:write",      "pricing:read",    "pricing:write",  "orders:price",    "notes:write",
    "orders:import",  "access:read",    "access:write"};

constexpr std::array<std::string_view, kAccessRoles> kRoleNames = {"admin",   "merchant",  "support",
                                                                   "service", "read-only", "customer"};

constexpr PermissionSet all() {
  PermissionSet set;
  for (std::size_t i = 0; i < kPermissions; ++i) set.add(static_cast<Permission>(i));
  return set;
}

using enum Permission;

// Runs the shop, but not the machine: no dead letters, no keys.
constexpr PermissionSet kMerchant{server_read,     orders_read,    orders_write,   orders_cancel,   refunds_write,
                                  payments_read,   payments_write, shipments_read, shipments_write, customers_read,
                                  customers_write, products_read,  products_write, stock_read,      stock_write,
                                  events_read,     webhooks_read,  webhooks_write, pricing_read,    pricing_write,
                                  orders_price,    notes_write,    orders_import};
// Helps customers: cancels orders, refunds, corrects addresses. Changes nothing else of the shop.
constexpr PermissionSet kSupport{server_read,   orders_read,    orders_cancel,  refunds_write,
                                 payments_read, shipments_read, customers_read, customers_write,
                                 products_read, stock_read,     pricing_read,   notes_write};
// Another program: a shop front, a warehouse, an importer. Makes no refunds and administers nothing.
constexpr PermissionSet kService{server_read,    orders_read,     orders_write,   orders_cancel, payments_read,
                                 shipments_read, shipments_write, customers_read, products_read, products_write,
                                 stock_read,     stock_write,     events_read,    pricing_read,  orders_price,
                                 notes_write,    orders_import};
constexpr PermissionSet kReadOnly{server_read,    orders_read,   payments_read, shipments_read,
                                  customers_read, products_read, stock_read,    events_read,
                                  webhooks_read,  dlq_read,      pricing_read};

// A shopper. Each route limits access to the customer's own data.
constexpr PermissionSet kCustomer{orders_read,    orders_write,    orders_cancel,
                                  customers_read, customers_write, products_read};

constexpr std::array<PermissionSet, kAccessRoles> kTable = {all(), kMerchant, kSupport, kService, kReadOnly, kCustomer};

template <class Enum, std::size_t size>
std::optional<Enum> named(const std::array<std::string_view, size>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view to_string(Permission permission) {
  return kNames[static_cast<std::size_t>(permission)];
}

std::optional<Permission> parse_permission(std::string_view name) {
  return named<Permission>(kNames, name);
}

std::string to_string(PermissionSet set) {
  std::string text;
  for (std::size_t i = 0; i < kPermissions; ++i) {
    if (!set.contains(static_cast<Permission>(i))) continue;
    if (!text.empty()) text.push_back(' ');
    text += kNames[i];
  }
  return text;
}

PermissionSet parse_permissions(std::string_view text, std::string* unknown) {
  PermissionSet set;
  while (!text.empty()) {
    const auto name = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), name.size() + 1));
    if (name.empty()) continue;
    if (const auto permission = parse_permission(name)) {
      set.add(*permission);
    } else if (unknown != nullptr && unknown->empty()) {
      *unknown = name;
    }
  }
  return set;
}

std::string_view to_string(AccessRole role) {
  return kRoleNames[static_cast<std::size_t>(role)];
}

std::optional<AccessRole> parse_access_role(std::string_view name) {
  return named<AccessRole>(kRoleNames, name);
}

std::optional<AccessRole> parse_key_role(std::string_view name) {
  const auto role = parse_access_role(name);
  return role == AccessRole::customer ? std::nullopt : role;
}

PermissionSet permissions_of(AccessRole role) {
  return kTable[static_cast<std::size_t>(role)];
}

}  // namespace ordo::access
