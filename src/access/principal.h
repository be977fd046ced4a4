// Who asks, once that is proven.
#pragma once

#include <optional>
#include <string>

#include "access/permission.h"
#include "base/time.h"

namespace ordo::access {

struct Principal {
  enum class Kind : std::uint8_t { key, token };

  Kind kind = Kind::key;
  std::string id;    // of the key; the token's subject. With the kind it is unique, and no secret
  std::string name;  // for people: the key's name, the token's subject
  AccessRole role = AccessRole::read_only;
  PermissionSet permissions;
  std::optional<Timestamp> expires;
  std::string signed_by;  // the kid of a token's key; empty when that has none
};

inline std::string_view to_string(Principal::Kind kind) {
  return kind == Principal::Kind::key ? "key" : "token";
}

}  // namespace ordo::access
