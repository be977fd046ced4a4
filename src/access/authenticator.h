// Who shows this key or token? Reads the key file and the JWK set, again when they change.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "access/api_key.h"
#include "access/jwt.h"
#include "access/principal.h"
#include "access/small_file.h"
#include "base/result.h"

namespace ordo::access {

struct AuthenticatorOptions {
  std::string key_file;   // need not be there
  std::string jwks_file;  // empty: no tokens are taken; otherwise it has to be there
  TokenOptions tokens;
  std::chrono::milliseconds look{500};  // how often the files are looked at
  std::size_t max_cached_tokens = 10'000;
};

using PrincipalPtr = std::shared_ptr<const Principal>;

// Thread-safe. Bounded: the tokens that are remembered, the keys of the files.
class Authenticator {
 public:
  // The errors of reading the two files: a file that is wrong is refused at the start. A key file that is not there
  // leaves the door open, until there is one.
  static Result<std::unique_ptr<Authenticator>> open(AuthenticatorOptions options);
  // Closed, with this one key, known to this process alone: for a service inside a command. kIo without randomness.
  static Result<std::unique_ptr<Authenticator>> for_inside(std::string& key_text);
  ~Authenticator();
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;

  // From the first key or JWK set on, and then for ever: a key file that goes away again opens nothing.
  bool closed() const { return closed_.load(std::memory_order_relaxed); }
  std::size_t live_keys(Timestamp now) const;
  bool takes_tokens() const { return !options_.jwks_file.empty(); }

  // What stands behind "Bearer " or in X-Api-Key. kInvalid with a reason for programs: "invalid_key", "key_expired",
  // "key_revoked", and those of verify_token(). Does not block.
  Result<PrincipalPtr> authenticate(std::string_view credential, Timestamp now);

  // Whether who was let in once would be let in now: false after the key was revoked or replaced, when key or token
  // have expired, and when the key that signed the token is gone.
  bool still_valid(const Principal& principal, Timestamp now) const;

 private:
  struct KnownKey {
    ApiKey key;
    PrincipalPtr principal;
  };
  struct KeyTable {
    std::unordered_map<std::string, KnownKey> by_id;
  };
  struct DigestHash {
    std::size_t operator()(const Digest& digest) const;
  };

  explicit Authenticator(AuthenticatorOptions options);
  static std::shared_ptr<const KeyTable> table_of(std::vector<ApiKey> keys);
  std::shared_ptr<const KeyTable> keys() const;
  std::shared_ptr<const JwkSet> jwks() const;
  Result<void> load_keys();
  Result<void> load_jwks();
  Result<PrincipalPtr> authenticate_key(const KeyText& text, Timestamp now) const;
  Result<PrincipalPtr> authenticate_token(std::string_view token, Timestamp now);
  void remember(const Digest& digest, const PrincipalPtr& principal, const std::shared_ptr<const JwkSet>& set,
                Timestamp now);
  void watch();
  void look();

  const AuthenticatorOptions options_;
  std::atomic<bool> closed_{false};

  mutable std::shared_mutex files_mutex_;  // guards the two, not what they point to
  std::shared_ptr<const KeyTable> keys_;
  std::shared_ptr<const JwkSet> jwks_;  // null: no tokens

  std::mutex cache_mutex_;  // guards cache_
  std::unordered_map<Digest, PrincipalPtr, DigestHash> cache_;

  // Of the watching thread, after open().
  FileStamp key_stamp_;
  FileStamp jwks_stamp_;
  std::mutex stop_mutex_;
  std::condition_variable stop_changed_;
  bool stopping_ = false;
  std::thread watcher_;  // last: uses all of the above
};

}  // namespace ordo::access
