// The certificate and key that the server proves its name with, read again when their files change.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"

struct ssl_ctx_st;

namespace ordo::http {

// Both in PEM form, the certificate with the chain up to a root that clients know.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

// look() and reload() belong to one thread, the rest to any.
class TlsIdentity {
 public:
  using SystemClock = std::chrono::system_clock;

  // kInvalid "bad_tls" with the setting, the file and what to do about it.
  static Result<std::unique_ptr<TlsIdentity>> load(TlsFiles files);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  // Takes up files that have changed, once they have stopped changing: at the second look that finds them as they are.
  // What cannot be used is logged, once, and changes nothing.
  void look();
  // The same at once, changed or not.
  void reload();

  // For new connections; those that are open keep the one they have.
  std::shared_ptr<ssl_ctx_st> context() const;
  // The end of the certificate's time.
  SystemClock::time_point expires() const;

 private:
  // What tells one state of a file from another.
  struct Stamp {
    std::string text;
    bool operator==(const Stamp&) const = default;
  };
  struct Loaded {
    std::shared_ptr<ssl_ctx_st> context;
    SystemClock::time_point expires;
  };

  explicit TlsIdentity(TlsFiles files);
  Result<Loaded> read() const;
  void warn_about(const Loaded& loaded) const;
  Stamp stamp() const;

  const TlsFiles files_;
  Stamp used_;                // of the files as they were read last, usable or not
  Stamp seen_;                // at the last look
  mutable std::mutex mutex_;  // guards what follows
  Loaded loaded_;
};

}  // namespace ordo::http
