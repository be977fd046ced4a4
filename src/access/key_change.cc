#include "access/key_change.h"

#include <algorithm>
#include <utility>

#include "access/key_file.h"

namespace ordo::access {
namespace {

// The live keys with the name, or the key with the id.
std::vector<ApiKey*> meant(std::vector<ApiKey>& keys, KeyNaming naming, const std::string& name, Timestamp at) {
  std::vector<ApiKey*> found;
  for (auto& key : keys) {
    if (key.id == name) return {&key};
    if (naming == KeyNaming::name_or_id && key.name == name && key.live_at(at)) found.push_back(&key);
  }
  return found;
}

Result<ApiKey*> the_one(std::vector<ApiKey>& keys, KeyNaming naming, const std::string& name, Timestamp at) {
  const auto found = meant(keys, naming, name, at);
  if (found.empty()) return fail(ErrorCode::kNotFound, "unknown_key", "there is no live key " + name);
  if (found.size() == 1) return found.front();
  std::string ids;
  for (const auto* key : found) ids += (ids.empty() ? "" : ", ") + key->id;
  return fail(ErrorCode::kConflict, "ambiguous_key",
              "there are several live keys " + name + ": name one by its id, " + ids);
}

// The file holds at most kMaxKeys keys. If it is full, this removes the oldest key that has ended.
Result<void> make_room(std::vector<ApiKey>& keys, Timestamp at) {
  if (keys.size() < kMaxKeys) return {};
  const auto ended = std::find_if(keys.begin(), keys.end(), [at](const ApiKey& key) { return !key.live_at(at); });
  if (ended == keys.end()) return fail(ErrorCode::kConflict, "too_many_keys", "there are 10000 live keys");
  keys.erase(ended);
  return {};
}

Result<ApiKey> key_of(const KeyRequest& request, Timestamp at) {
  ApiKey key;
  key.name = request.name;
  if (const auto problem = name_problem(key.name); !problem.empty()) {
    return fail(ErrorCode::kInvalid, "bad_name", "the name " + std::string(problem));
  }
  key.role = request.role;
  // guard: key-created-within-its-role
  if (request.scopes && !permissions_of(key.role).contains_all(*request.scopes)) {
    return fail(ErrorCode::kInvalid, "bad_scope",
                "the role " + std::string(to_string(key.role)) + " has only " + to_string(permissions_of(key.role)));
  }
  key.scopes = request.scopes;
  key.expires = request.expires;
  key.created = at;
  return key;
}

Result<void> checked(const KeyCheck& check, const std::vector<ApiKey>& keys, const ApiKey& key) {
  return check ? check(keys, key) : Result<void>();
}

}  // namespace

Result<IssuedKey> create_key(const std::string& path, const KeyRequest& request, Timestamp at, const KeyCheck& check) {
  auto key = key_of(request, at);
  if (!key) return fail(std::move(key.error()));
  IssuedKey issued{std::move(*key), {}};
  auto done = change_key_file(path, [&](std::vector<ApiKey>& keys) -> Result<void> {
    if (auto allowed = checked(check, keys, issued.key); !allowed) return allowed;
    if (!meant(keys, KeyNaming::name_or_id, issued.key.name, at).empty()) {
      return fail(ErrorCode::kConflict, "key_exists",
                  "there is a live key " + issued.key.name + " already; rotate it to replace it");
    }
    if (auto room = make_room(keys, at); !room) return room;
    auto text = issue(issued.key);
    if (!text) return fail(std::move(text.error()));
    issued.text = std::move(*text);
    keys.push_back(issued.key);
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return issued;
}

Result<ApiKey> revoke_key(const std::string& path, KeyNaming naming, const std::string& name, Timestamp at) {
  ApiKey revoked;
  auto done = change_key_file(path, [&](std::vector<ApiKey>& keys) -> Result<void> {
    const auto key = the_one(keys, naming, name, at);
    if (!key) return fail(key.error());
    if (!(*key)->revoked) (*key)->revoked = at;
    revoked = **key;
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return revoked;
}

Result<IssuedKey> rotate_key(const std::string& path, KeyNaming naming, const std::string& name,
                             std::chrono::seconds grace, Timestamp at, const KeyCheck& check) {
  IssuedKey fresh;
  auto done = change_key_file(path, [&](std::vector<ApiKey>& keys) -> Result<void> {
    const auto found = the_one(keys, naming, name, at);
    if (!found) return fail(found.error());
    auto& old = **found;
    if (!old.live_at(at)) return fail(ErrorCode::kNotFound, "unknown_key", "the key " + old.id + " has ended");
    if (auto allowed = checked(check, keys, old); !allowed) return allowed;
    fresh.key = old;
    fresh.key.created = at;
    if (old.expires) fresh.key.expires = at + (*old.expires - old.created);
    auto text = issue(fresh.key);
    if (!text) return fail(std::move(text.error()));
    fresh.text = std::move(*text);
    const auto ends = at + grace;
    if (grace == std::chrono::seconds(0)) {
      old.revoked = at;
    } else if (!old.expires || *old.expires > ends) {
      old.expires = ends;
    }
    if (auto room = make_room(keys, at); !room) return room;  // `old` may be invalid now
    keys.push_back(fresh.key);
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return fresh;
}

}  // namespace ordo::access
