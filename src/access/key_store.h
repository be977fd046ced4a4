// The keys of a running server, for callers of its API.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "access/authenticator.h"
#include "access/key_change.h"
#include "access/principal.h"
#include "base/result.h"

namespace ordo::access {

// Any thread. All functions block: a change waits for the lock of the key file and for the disk. When a change returns,
// the authenticator knows it.
class KeyStore {
 public:
  // `authenticator` reads the same file, and outlives this.
  KeyStore(std::string path, Authenticator& authenticator) : path_(std::move(path)), authenticator_(authenticator) {}

  // All keys, the oldest first; none without a file. The errors of read_key_file().
  Result<std::vector<ApiKey>> list() const;

  // `by`: the caller, null on a server without keys. kForbidden "forbidden" for rights that the caller does not have.
  // Without a caller, the key is the first one: kConflict "first_key_exists" if there is another. Also the errors of
  // access/key_change.h.
  Result<IssuedKey> create(const KeyRequest& request, const Principal* by, Timestamp at);
  Result<IssuedKey> rotate(const std::string& id, std::chrono::seconds grace, const Principal* by, Timestamp at);
  Result<ApiKey> revoke(const std::string& id, Timestamp at);

 private:
  void take_effect();

  const std::string path_;
  Authenticator& authenticator_;
};

}  // namespace ordo::access
