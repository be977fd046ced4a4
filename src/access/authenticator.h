// Identifies the caller by an API key or token. It rereads the key file and the JWK set when they change.
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
  std::string key_file;   // may be absent
  std::string jwks_file;  // empty: tokens are not accepted; else the file must exist
  TokenOptions tokens;
  std::chrono::milliseconds look{500};  // interval of the checks for changed files
  std::size_t max_cached_tokens = 10'000;
};

using PrincipalPtr = std::shared_ptr<const Principal>;

// Thread-safe. The number of cached tokens and of keys in the files is bounded.
class Authenticator {
 public:
  // Returns the errors of reading the two files: an invalid file is refused at the start. Without a key file the server
  // needs no authentication, until the file exists.
  static Result<std::unique_ptr<Authenticator>> open(AuthenticatorOptions options);
  // Requires authentication with one key that only this process knows: for a service inside a command. kIo without
  // randomness.
  static Result<std::unique_ptr<Authenticator>> for_inside(std::string& key_text);
  ~Authenticator();
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;

  // True once there was a key or a JWK set, and from then on: removing the key file does not end authentication.
  bool closed() const { return closed_.load(std::memory_order_relaxed); }
  std::size_t live_keys(Timestamp now) const;
  bool takes_tokens() const { return !options_.jwks_file.empty(); }

  // Checks the text after "Bearer " or in X-Api-Key. kInvalid with one of the reasons "invalid_key", "key_expired",
  // "key_revoked", and those of verify_token(). Does not block.
  Result<PrincipalPtr> authenticate(std::string_view credential, Timestamp now);

  // Reads the key file now, after a change by this process. Does nothing for a service inside a command. Blocks.
  Result<void> reload_keys();

  // Whether an authenticated caller would still be accepted. False after its key was revoked or replaced, and when key
  // or token have expired. For tokens also when their signing key was removed, or another key has its kid.
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
    std::size_t operator()(const Sha256& digest) const;
  };

  explicit Authenticator(AuthenticatorOptions options);
  static std::shared_ptr<const KeyTable> table_of(std::vector<ApiKey> keys, bool inside = false);
  std::shared_ptr<const KeyTable> keys() const;
  std::shared_ptr<const JwkSet> jwks() const;
  Result<void> load_keys();
  Result<void> load_jwks();
  Result<PrincipalPtr> authenticate_key(const KeyText& text, Timestamp now) const;
  Result<PrincipalPtr> authenticate_token(std::string_view token, Timestamp now);
  void remember(const Sha256& digest, const PrincipalPtr& principal, const std::shared_ptr<const JwkSet>& set,
                Timestamp now);
  void watch();
  void look();

  const AuthenticatorOptions options_;
  std::atomic<bool> closed_{false};

  std::mutex load_mutex_;  // held while the key file is read: an older version never replaces a newer one
  mutable std::shared_mutex files_mutex_;  // guards the two pointers, not the objects
  std::shared_ptr<const KeyTable> keys_;
  std::shared_ptr<const JwkSet> jwks_;  // null: no tokens

  std::mutex cache_mutex_;  // guards cache_
  std::unordered_map<Sha256, PrincipalPtr, DigestHash> cache_;

  // For the watching thread only, after open().
  FileStamp key_stamp_;
  FileStamp jwks_stamp_;
  std::mutex stop_mutex_;
  std::condition_variable stop_changed_;
  bool stopping_ = false;
  std::thread watcher_;  // last: uses all of the above
};

}  // namespace ordo::access
