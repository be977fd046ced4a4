// The server's TLS certificate and key. They are read again when their files change.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"

struct ssl_ctx_st;

namespace ordo::http {

// Both in PEM form. The certificate file has the chain up to a root that clients know.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

// Call look() and reload() from one thread, the others from any.
class TlsIdentity {
 public:
  using SystemClock = std::chrono::system_clock;

  // kInvalid "bad_tls" names the setting and the file, and says how to fix it.
  static Result<std::unique_ptr<TlsIdentity>> load(TlsFiles files);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  // Loads changed files once they are stable: the second look that finds them in the same state loads them. Files that
  // cannot be used are logged once, and change nothing.
  void look();
  // Loads the files at once, changed or not.
  void reload();

  // For new connections. Open connections keep their context.
  std::shared_ptr<ssl_ctx_st> context() const;
  // When the certificate expires.
  SystemClock::time_point expires() const;

 private:
  // Identifies one state of a file.
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
  Stamp used_;                // of the files when they were last read, usable or not
  Stamp seen_;                // at the last look
  mutable std::mutex mutex_;  // guards the members below
  Loaded loaded_;
};

}  // namespace ordo::http
