// HttpCaller against a TLS server with a self-signed certificate.
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <future>

#include "outbound/http_caller.h"
#include "outbound/testing/test_peer.h"

namespace ordo::outbound {
namespace {

template <class T, void (*kFree)(T*)>
struct Free {
  void operator()(T* object) const { kFree(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509, X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX, SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Free<SSL, SSL_free>>;

// Self-signed, for the hosts in `names` ("IP:127.0.0.1"), valid for an hour.
Certificate certificate_for(EVP_PKEY* key, const char* names) {
  Certificate out(X509_new());
  X509_set_version(out.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), 3'600);
  X509_set_pubkey(out.get(), key);
  auto* name = X509_get_subject_name(out.get());
  const std::string common = "ordo test";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common.data()),
                             static_cast<int>(common.size()), -1, 0);
  X509_set_issuer_name(out.get(), name);
  const std::pair<int, const char*> extensions[] = {{NID_basic_constraints, "critical,CA:TRUE"},
                                                    {NID_subject_alt_name, names}};
  for (const auto& [kind, value] : extensions) {
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(out.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(out.get(), key, EVP_sha256());
  return out;
}

// A peer that answers one request per connection over TLS. A file holds its certificate.
class TlsPeer {
 public:
  explicit TlsPeer(const char* names)
      : key_(EVP_EC_gen("P-256")),
        certificate_(certificate_for(key_.get(), names)),
        context_(SSL_CTX_new(TLS_server_method())),
        ca_file_(testing::TempDir() + "ordo_outbound_XXXXXX"),
        peer_([this](TestConnection& connection) { play(connection); }) {
    SSL_CTX_use_certificate(context_.get(), certificate_.get());
    SSL_CTX_use_PrivateKey(context_.get(), key_.get());
    const int fd = ::mkstemp(ca_file_.data());
    EXPECT_GE(fd, 0);
    FILE* file = ::fdopen(fd, "w");
    PEM_write_X509(file, certificate_.get());
    std::fclose(file);
  }
  ~TlsPeer() { ::unlink(ca_file_.c_str()); }

  std::string url() const { return "https://127.0.0.1:" + std::to_string(peer_.port()) + "/"; }
  const std::string& ca_file() const { return ca_file_; }
  int requests() const { return requests_; }

 private:
  void play(TestConnection& connection) {
    const Session session(SSL_new(context_.get()));
    SSL_set_fd(session.get(), connection.fd());
    if (SSL_accept(session.get()) != 1) return;
    char request[4096];
    if (SSL_read(session.get(), request, sizeof request) <= 0) return;
    ++requests_;
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsafe";
    SSL_write(session.get(), answer.data(), static_cast<int>(answer.size()));
    SSL_shutdown(session.get());
  }

  Key key_;
  Certificate certificate_;
  Context context_;
  std::string ca_file_;
  std::atomic<int> requests_ = 0;
  TestPeer peer_;  // last: its threads use the others
};

Result<HttpReply> ask(const std::string& ca_file, const std::string& url) {
  HttpCallerOptions options;
  options.ca_file = ca_file;
  auto caller = HttpCaller::start(options);
  if (!caller) return fail(std::move(caller.error()));
  std::promise<Result<HttpReply>> promise;
  HttpCall call;
  call.url = url;
  call.body = "a secret";
  (*caller)->call(std::move(call), [&](Result<HttpReply> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();  // the call's own timeout bounds it
}

std::string reason(const Result<HttpReply>& result) {
  return result ? result->body : result.error().reason;
}

TEST(HttpCallerTls, TrustsThoseWhomItIsToldTo) {
  const TlsPeer peer("IP:127.0.0.1");
  EXPECT_EQ(reason(ask(peer.ca_file(), peer.url())), "safe");
  EXPECT_EQ(peer.requests(), 1);
}

TEST(HttpCallerTls, SaysNothingToStrangers) {
  const TlsPeer peer("IP:127.0.0.1");
  const TlsPeer other("IP:127.0.0.1");
  EXPECT_EQ(reason(ask("", peer.url())), "tls_failed");
  EXPECT_EQ(reason(ask(other.ca_file(), peer.url())), "tls_failed");
  const TlsPeer misnamed("DNS:shop.example");
  EXPECT_EQ(reason(ask(misnamed.ca_file(), misnamed.url())), "tls_failed");
  EXPECT_EQ(peer.requests() + misnamed.requests(), 0);
}

}  // namespace
}  // namespace ordo::outbound
