#include "access/key_store.h"

#include "access/key_file.h"
#include "base/log.h"

namespace ordo::access {
namespace {

// A caller gives only rights that it has. Without a caller, there must be no key yet: from the first key on,
// every change needs one.
KeyCheck check_rights(const Principal* by) {
  if (by == nullptr) {
    return [](const std::vector<ApiKey>& keys, const ApiKey&) -> Result<void> {
      // guard: key-first-is-first
      if (keys.empty()) return {};
      return fail(ErrorCode::kConflict, "first_key_exists", "there is a first key already: use it");
    };
  }
  return [own = by->permissions](const std::vector<ApiKey>&, const ApiKey& key) -> Result<void> {
    // guard: key-gives-own-rights-only
    if (own.contains_all(key.permissions())) return {};
    return fail(ErrorCode::kConflict, "beyond_own_rights",
                "the key would have permissions that you do not have: " + to_string(key.permissions().without(own)));
  };
}

}  // namespace

Result<std::vector<ApiKey>> KeyStore::list() const {
  auto keys = read_key_file(path_);
  if (!keys && keys.error().code == ErrorCode::kNotFound) return std::vector<ApiKey>();
  return keys;
}

Result<IssuedKey> KeyStore::create(const KeyRequest& request, const Principal* by, Timestamp at) {
  auto issued = create_key(path_, request, at, check_rights(by));
  if (issued) take_effect();
  return issued;
}

Result<IssuedKey> KeyStore::rotate(const std::string& id, std::chrono::seconds grace, const Principal* by,
                                   Timestamp at) {
  auto issued = rotate_key(path_, KeyNaming::id, id, grace, at, check_rights(by));
  if (issued) take_effect();
  return issued;
}

Result<ApiKey> KeyStore::revoke(const std::string& id, Timestamp at) {
  auto revoked = revoke_key(path_, KeyNaming::id, id, at);
  if (revoked) take_effect();
  return revoked;
}

// The change is durable. If it cannot be read now, the authenticator tries again when the file changes.
void KeyStore::take_effect() {
  const auto read = authenticator_.reload_keys();
  if (!read) log_error("the changed key file cannot be read", {{"file", path_}, {"error", read.error().text()}});
}

}  // namespace ordo::access
