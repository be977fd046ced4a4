// For tests: self-signed certificates and a client that speaks TLS.
#pragma once

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "http/testing/test_client.h"

namespace ordo::http {

template <class T, void (*kFree)(T*)>
struct FreeTls {
  void operator()(T* object) const { kFree(object); }
};
using TestKey = std::unique_ptr<EVP_PKEY, FreeTls<EVP_PKEY, EVP_PKEY_free>>;
using TestCertificate = std::unique_ptr<X509, FreeTls<X509, X509_free>>;

// A key and a self-signed certificate, in files of a private folder.
class TestIdentity {
 public:
  TestIdentity() : folder_(testing::TempDir() + "ordo_tls_XXXXXX") {
    ORDO_CHECK(::mkdtemp(folder_.data()) != nullptr, folder_);
    make();
  }
  ~TestIdentity() { std::filesystem::remove_all(folder_); }
  TestIdentity(const TestIdentity&) = delete;
  TestIdentity& operator=(const TestIdentity&) = delete;

  std::string certificate() const { return folder_ + "/cert.pem"; }
  std::string key() const { return folder_ + "/key.pem"; }
  // The serial number of the newest certificate.
  long serial() const { return serial_; }

  // Replaces the key and certificate with a new pair for localhost.
  void make(long valid_s = 30 * 24 * 3600 + 60) {
    ++serial_;
    const TestKey made(EVP_EC_gen("P-256"));
    const auto signed_by_itself = certificate_for(made.get(), valid_s);
    fill_file(certificate(), [&](FILE* file) { PEM_write_X509(file, signed_by_itself.get()); });
    fill_file(key(),
              [&](FILE* file) { PEM_write_PrivateKey(file, made.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    std::filesystem::permissions(key(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  static void write(const std::string& path, const std::string& text) {
    fill_file(path, [&](FILE* file) { std::fwrite(text.data(), 1, text.size(), file); });
  }

 private:
  template <class Fill>
  static void fill_file(const std::string& path, const Fill& fill) {
    FILE* const file = std::fopen(path.c_str(), "w");
    ORDO_CHECK(file != nullptr, path);
    fill(file);
    std::fclose(file);
  }

  TestCertificate certificate_for(EVP_PKEY* key, long valid_s) const {
    TestCertificate out(X509_new());
    X509_set_version(out.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(out.get()), serial_);
    X509_gmtime_adj(X509_getm_notBefore(out.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(out.get()), valid_s);
    X509_set_pubkey(out.get(), key);
    auto* const name = X509_get_subject_name(out.get());
    const std::string common = "ordo test";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common.data()), -1, -1,
                               0);
    X509_set_issuer_name(out.get(), name);
    for (const auto& [kind, value] : {std::pair(NID_basic_constraints, "critical,CA:TRUE"),
                                      std::pair(NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1")}) {
      auto* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
      X509_add_ext(out.get(), extension, -1);
      X509_EXTENSION_free(extension);
    }
    X509_sign(out.get(), key, EVP_sha256());
    return out;
  }

  std::string folder_;
  long serial_ = 0;
};

struct TestTlsOptions {
  int max_version = 0;             // of TLS; 0: the newest
  std::string_view protocols;      // for ALPN, each with its length in front: "\x08http/1.1"
  SSL_SESSION* session = nullptr;  // to resume
};

// Trusts every server: checking a server's identity is tested elsewhere, with the clients.
class TestTlsClient final : public TestClient {
 public:
  explicit TestTlsClient(std::uint16_t port, const TestTlsOptions& options = {})
      : TestClient(port), context_(SSL_CTX_new(TLS_client_method())), tls_(SSL_new(context_.get())) {
    if (options.max_version != 0) SSL_set_max_proto_version(tls_.get(), options.max_version);
    if (!options.protocols.empty()) {
      SSL_set_alpn_protos(tls_.get(), reinterpret_cast<const unsigned char*>(options.protocols.data()),
                          static_cast<unsigned int>(options.protocols.size()));
    }
    if (options.session != nullptr) SSL_set_session(tls_.get(), options.session);
    SSL_set_fd(tls_.get(), fd_);
    connected_ = SSL_connect(tls_.get()) == 1;
    ERR_clear_error();
  }

  bool connected() const { return connected_; }
  SSL* tls() { return tls_.get(); }
  long serial() const {
    const TestCertificate shown(SSL_get1_peer_certificate(tls_.get()));
    return ASN1_INTEGER_get(X509_get0_serialNumber(shown.get()));
  }

  bool send(std::string_view bytes) override {
    return SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
  }

 protected:
  long read(char* bytes, std::size_t size) override { return SSL_read(tls_.get(), bytes, static_cast<int>(size)); }

 private:
  std::unique_ptr<SSL_CTX, FreeTls<SSL_CTX, SSL_CTX_free>> context_;
  std::unique_ptr<SSL, FreeTls<SSL, SSL_free>> tls_;
  bool connected_ = false;
};

}  // namespace ordo::http
