#include "http/tls_identity.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string_view>
#include <utility>

#include "access/file_exposure.h"
#include "base/check.h"
#include "base/log.h"

namespace ordo::http {
namespace {

using std::chrono::hours;

constexpr auto kExpiresSoon = hours(14 * 24);
// Forward secrecy and authenticated encryption. All cipher suites of TLS 1.3 have both.
constexpr const char* kCiphers12 = "ECDHE+AESGCM:ECDHE+CHACHA20";

tl::unexpected<Error> bad_tls(std::string message) {
  ERR_clear_error();
  return fail(ErrorCode::kInvalid, "bad_tls", std::move(message));
}

std::string last_reason() {
  const auto code = ERR_peek_last_error();
  const char* const reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return reason != nullptr ? std::string(" (") + reason + ")" : "";
}

// Checks first whether the file can be opened: OpenSSL's errors for that are hard to read.
Result<void> check_readable(std::string_view setting, const std::string& path) {
  errno = 0;
  std::ifstream file(path);
  char byte = 0;
  if (file.get(byte)) return {};
  const std::string why = errno != 0 ? std::strerror(errno) : "it is empty";
  return bad_tls(std::string(setting) + ": cannot read " + path + ": " + why +
                 "; name a file in PEM form that this process may read");
}

// Chooses HTTP/1.1, the only supported protocol. A client that needs another one gets an alert in the handshake.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  static constexpr std::string_view kProtocol = "http/1.1";
  for (unsigned int at = 0; at < offered_size; at += offered[at] + 1U) {
    const unsigned int length = offered[at];
    if (length != kProtocol.size() || at + 1 + length > offered_size) continue;
    if (std::memcmp(offered + at + 1, kProtocol.data(), length) != 0) continue;
    *chosen = offered + at + 1;
    *size = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// There is no one to type a passphrase.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

void set_up(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, kCiphers12);
  // A client may close without a TLS close message: HTTP itself marks the end of a request.
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);
  // Clients keep session tickets, so the server stores no sessions.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  constexpr std::string_view kName = "ordo";
  SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(kName.data()), kName.size());
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
}

std::chrono::system_clock::time_point to_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

}  // namespace

TlsIdentity::TlsIdentity(TlsFiles files) : files_(std::move(files)) {}
TlsIdentity::~TlsIdentity() = default;

Result<std::unique_ptr<TlsIdentity>> TlsIdentity::load(TlsFiles files) {
  std::unique_ptr<TlsIdentity> identity(new TlsIdentity(std::move(files)));
  identity->used_ = identity->seen_ = identity->stamp();
  auto loaded = identity->read();
  if (!loaded) return fail(std::move(loaded.error()));
  identity->warn_about(*loaded);
  identity->loaded_ = std::move(*loaded);
  return identity;
}

Result<TlsIdentity::Loaded> TlsIdentity::read() const {
  if (auto readable = check_readable("tls_cert", files_.certificate); !readable) return fail(readable.error());
  if (auto readable = check_readable("tls_key", files_.key); !readable) return fail(readable.error());
  if (auto safe = access::check_not_writable_by_others(files_.key); !safe) {
    return bad_tls("tls_key: " + safe.error().message);
  }
  ERR_clear_error();
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  ORDO_CHECK(context != nullptr, "no memory");
  set_up(context.get());
  if (SSL_CTX_use_certificate_chain_file(context.get(), files_.certificate.c_str()) != 1) {
    return bad_tls("tls_cert: " + files_.certificate + " is not a usable certificate chain" + last_reason() +
                   "; it must hold the server's certificate in PEM form, then the certificates that signed it");
  }
  // The certificate is loaded, so a key that does not match is refused here.
  if (SSL_CTX_use_PrivateKey_file(context.get(), files_.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    if (ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH) {
      return bad_tls("tls_key: the key in " + files_.key + " does not belong to the certificate in " +
                     files_.certificate + "; use a matching pair");
    }
    return bad_tls("tls_key: " + files_.key + " is not a usable private key" + last_reason() +
                   "; it must be in PEM form without a passphrase, as `openssl pkey -in OLD -out NEW` writes it");
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) {
    return bad_tls("tls_key: the key in " + files_.key + " does not belong to the certificate in " +
                   files_.certificate + "; use a matching pair");
  }
  return Loaded{context, to_time(X509_get0_notAfter(SSL_CTX_get0_certificate(context.get())))};
}

void TlsIdentity::warn_about(const Loaded& loaded) const {
  struct stat status {};
  if (::stat(files_.key.c_str(), &status) == 0 && (status.st_mode & S_IRWXO) != 0) {
    log_warn("everybody on this machine can get at the private key of TLS",
             {{"file", files_.key}, {"mend", "chmod 600 " + files_.key}});
  }
  const auto left = loaded.expires - SystemClock::now();
  if (left < SystemClock::duration::zero()) {
    log_warn("the certificate of TLS has expired: clients will refuse it",
             {{"file", files_.certificate}, {"mend", "install a new certificate and key"}});
  } else if (left < kExpiresSoon) {
    log_warn("the certificate of TLS expires soon",
             {{"file", files_.certificate}, {"hours", std::chrono::duration_cast<hours>(left).count()}});
  }
}

TlsIdentity::Stamp TlsIdentity::stamp() const {
  Stamp stamp;
  for (const auto* path : {&files_.certificate, &files_.key}) {
    struct stat status {};
    if (::stat(path->c_str(), &status) == 0) {
      for (const auto part : {static_cast<long long>(status.st_dev), static_cast<long long>(status.st_ino),
                              static_cast<long long>(status.st_size), static_cast<long long>(status.st_mtim.tv_sec),
                              static_cast<long long>(status.st_mtim.tv_nsec)}) {
        stamp.text += std::to_string(part) + ' ';
      }
    }
    stamp.text += ';';
  }
  return stamp;
}

void TlsIdentity::look() {
  auto now = stamp();
  const bool still = now == std::exchange(seen_, now);
  if (still && now != used_) reload();
}

void TlsIdentity::reload() {
  used_ = seen_ = stamp();
  auto loaded = read();
  if (!loaded) {
    log_error("the new certificate or key of TLS cannot be used; the old one stays in use",
              {{"error", loaded.error().message}});
    return;
  }
  warn_about(*loaded);
  log_info("the certificate of TLS was read again", {{"file", files_.certificate}});
  const std::lock_guard lock(mutex_);
  loaded_ = std::move(*loaded);
}

std::shared_ptr<ssl_ctx_st> TlsIdentity::context() const {
  const std::lock_guard lock(mutex_);
  return loaded_.context;
}

TlsIdentity::SystemClock::time_point TlsIdentity::expires() const {
  const std::lock_guard lock(mutex_);
  return loaded_.expires;
}

}  // namespace ordo::http
