// Changes of the key file: create, revoke, rotate. The commands and the API use the same functions.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/api_key.h"
#include "access/permission.h"
#include "base/result.h"
#include "base/time.h"

namespace ordo::access {

// A key to create.
struct KeyRequest {
  std::string name;
  AccessRole role = AccessRole::read_only;
  std::optional<PermissionSet> scopes = std::nullopt;  // absent: all permissions of the role
  std::optional<Timestamp> expires = std::nullopt;
};

// A key with its text. The text is the only copy of the secret.
struct IssuedKey {
  ApiKey key;
  std::string text;
};

// How a key is named: by its id, or also by the name of its holder.
enum class KeyNaming { id, name_or_id };

// Checks a change under the lock of the file: `keys` as they are before it, and the key that is created or replaced.
// An error ends the change.
using KeyCheck = std::function<Result<void>(const std::vector<ApiKey>& keys, const ApiKey& key)>;

// kInvalid "bad_name", or "bad_scope" for a permission that the role does not have; kConflict "key_exists" when a live
// key has the name, "too_many_keys"; those of `check` and of change_key_file().
Result<IssuedKey> create_key(const std::string& path, const KeyRequest& request, Timestamp at,
                             const KeyCheck& check = nullptr);

// kNotFound "unknown_key", kConflict "ambiguous_key" when several live keys have the name. A revoked key stays as it
// is.
Result<ApiKey> revoke_key(const std::string& path, KeyNaming naming, const std::string& name, Timestamp at);

// Creates a key with the rights of another one, which ends at once or after `grace`. The lifetime of the new key is
// that of the old one. The errors of both functions; kNotFound "unknown_key" for a key that has ended.
Result<IssuedKey> rotate_key(const std::string& path, KeyNaming naming, const std::string& name,
                             std::chrono::seconds grace, Timestamp at, const KeyCheck& check = nullptr);

}  // namespace ordo::access
