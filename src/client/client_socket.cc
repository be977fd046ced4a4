#include "client/client_socket.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/connect.hpp>
#include <cstdio>
#include <memory>

namespace ordo::client {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Certificate = std::shared_ptr<X509>;

// Null when the file contains no certificate.
Certificate read_certificate(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return nullptr;
  Certificate read(PEM_read_X509(file, nullptr, nullptr, nullptr), X509_free);
  std::fclose(file);
  return read;
}

// Sets the name or address that must be in the server's certificate.
bool expect_name(SSL* tls, const std::string& host) {
  error_code no_address;
  asio::ip::make_address(host, no_address);
  if (!no_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1;
  // SSL_set_tlsext_host_name without its C-style cast.
  std::string name = host;
  return SSL_set1_host(tls, name.c_str()) == 1 &&
         SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

}  // namespace

ClientSocket::ClientSocket(asio::io_context& io, HttpUrl url)
    : url_(std::move(url)), socket_(io), context_(asio::ssl::context::tls_client) {}
ClientSocket::~ClientSocket() = default;

void ClientSocket::close() {
  error_code ignored;
  socket_.close(ignored);
}

void ClientSocket::async_connect(const Tcp::resolver::results_type& endpoints, OnConnect done) {
  asio::async_connect(socket_, endpoints, [this, done = std::move(done)](error_code error, const auto&) mutable {
    if (error) {
      const Problem problem{error.message()};
      return done(&problem);
    }
    error_code ignored;
    socket_.set_option(Tcp::no_delay(true), ignored);
    if (!url_.tls) return done(nullptr);
    if (const auto problem = prepare_tls()) return done(&*problem);
    shake_hands(std::move(done));
  });
}

std::optional<ClientSocket::Problem> ClientSocket::prepare_tls() {
  error_code error;
  SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context_.native_handle(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (url_.tls_ca.empty()) {
    context_.set_default_verify_paths(error);
  } else {
    context_.load_verify_file(url_.tls_ca, error);
    if (error) {
      return Problem{"tls_ca: cannot use " + url_.tls_ca + ": " + error.message() +
                         "; the file must contain certificates in PEM format",
                     true};
    }
  }
  tls_.emplace(socket_, context_);
  tls_->set_verify_mode(asio::ssl::verify_peer, error);
  if (url_.tls_pinned.empty()) {
    if (!expect_name(tls_->native_handle(), url_.host))
      return Problem{"cannot verify the server's name " + url_.host, true};
    return std::nullopt;
  }
  const auto pinned = read_certificate(url_.tls_pinned);
  if (!pinned) return Problem{"tls_cert: there is no certificate in " + url_.tls_pinned, true};
  tls_->set_verify_callback(
      [pinned](bool, asio::ssl::verify_context& shown) {
        auto* const store = shown.native_handle();
        return X509_STORE_CTX_get_error_depth(store) > 0 ||
               X509_cmp(X509_STORE_CTX_get_current_cert(store), pinned.get()) == 0;
      },
      error);
  return std::nullopt;
}

void ClientSocket::shake_hands(OnConnect done) {
  tls_->async_handshake(asio::ssl::stream_base::client, [this, done = std::move(done)](error_code error) {
    if (!error) return done(nullptr);
    const auto problem = tls_problem(error);
    done(&problem);
  });
}

ClientSocket::Problem ClientSocket::tls_problem(const error_code& error) {
  if (error.category() != asio::error::get_ssl_category()) return {"the TLS handshake failed: " + error.message()};
  const auto verdict = SSL_get_verify_result(tls_->native_handle());
  if (verdict == X509_V_OK) return {"the TLS handshake failed: " + error.message(), true};
  if (!url_.tls_pinned.empty())
    return {"the server's certificate is not the one in tls_cert, " + url_.tls_pinned, true};
  std::string mend = "; set tls_ca to the file of the CA that signed it";
  if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
    mend = "; use a host name that is in the certificate";
  } else if (verdict == X509_V_ERR_CERT_HAS_EXPIRED) {
    mend = "; the server needs a new one";
  }
  return {std::string("the server's certificate is not trusted: ") + X509_verify_cert_error_string(verdict) + mend,
          true};
}

}  // namespace ordo::client
