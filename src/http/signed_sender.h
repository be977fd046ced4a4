// One party that signs its requests: the gateway or the carriers. Checks the signature and whether the message is new.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "access/signature.h"
#include "base/result.h"
#include "base/sha256.h"
#include "base/time.h"
#include "http/message.h"

namespace ordo::http {

// Thread-safe. Remembers the ids of valid messages for ten minutes, at most the 65,536 newest. Ten minutes suffice: a
// signature is valid from five minutes before to five minutes after its timestamp.
class SignedSender {
 public:
  static constexpr std::chrono::minutes kRemembered{10};

  // `name`: as in the audit log, "signed:gateway". Without secrets no request is signed.
  SignedSender(std::string name, std::vector<access::SigningSecret> secrets, std::size_t max_remembered = 65'536)
      : name_(std::move(name)), secrets_(std::move(secrets)), max_remembered_(max_remembered) {}

  bool signs() const { return !secrets_.empty(); }
  const std::string& name() const { return name_; }

  // Succeeds when the signature is valid, also for a repeated message: the route recognizes it.
  // kInvalid with the reasons of access::verify(). kConflict "message_reused" when its id came before with another path
  // or body.
  Result<void> check(const Request& request, Timestamp now);

 private:
  bool is_new_or_same(const std::string& id, const Sha256& content, Timestamp now);

  const std::string name_;
  const std::vector<access::SigningSecret> secrets_;
  const std::size_t max_remembered_;

  std::mutex mutex_;  // guards the members below
  std::unordered_map<std::string, Sha256> known_;
  std::deque<std::pair<Timestamp, std::string>> ids_;  // the ids in known_, oldest first
};

}  // namespace ordo::http
