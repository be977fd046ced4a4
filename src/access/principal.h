// An authenticated caller.
#pragma once

#include <optional>
#include <string>

#include "access/permission.h"
#include "base/time.h"

namespace ordo::access {

struct Principal {
  enum class Kind : std::uint8_t { key, token };

  Kind kind = Kind::key;
  std::string id;    // of the key, or the token's subject; unique together with the kind, and no secret
  std::string name;  // for people: the key's name, the token's subject
  AccessRole role = AccessRole::read_only;
  PermissionSet permissions;
  std::optional<Timestamp> expires;
  std::optional<std::string> customer;  // for the role customer: the only customer whose data it may use
  bool inside = false;                  // ordo itself, in a command that works without a server
  std::string signed_by;                // identifies a token's key and kid; no secret
};

inline std::string_view to_string(Principal::Kind kind) {
  return kind == Principal::Kind::key ? "key" : "token";
}

}  // namespace ordo::access
