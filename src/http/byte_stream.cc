#include "http/byte_stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <limits>

#include "base/check.h"

namespace ordo::http {
namespace asio = boost::asio;
namespace {

// A socket for OpenSSL. OpenSSL's own socket writes raise SIGPIPE when the client has gone.

int descriptor_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool may_be_tried_again() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int write_to_socket(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const auto sent = ::send(descriptor_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && may_be_tried_again()) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int read_from_socket(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  const auto received = ::recv(descriptor_of(bio), data, static_cast<std::size_t>(size), 0);
  if (received < 0 && may_be_tried_again()) BIO_set_retry_read(bio);
  if (received == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(received);
}

long control_socket(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* socket_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without signals");
    ORDO_CHECK(made != nullptr, "no memory");
    BIO_meth_set_write(made, write_to_socket);
    BIO_meth_set_read(made, read_from_socket);
    BIO_meth_set_ctrl(made, control_socket);
    return made;
  }();
  return method;
}

int bounded(std::size_t size) {
  return static_cast<int>(std::min(size, static_cast<std::size_t>(std::numeric_limits<int>::max())));
}

}  // namespace

void ByteStream::Free::operator()(ssl_st* tls) const {
  SSL_free(tls);
}

ByteStream::ByteStream(Socket socket, ssl_ctx_st* tls) : socket_(std::move(socket)) {
  if (tls == nullptr) return;
  tls_.reset(SSL_new(tls));
  BIO* const bio = BIO_new(socket_method());
  ORDO_CHECK(tls_ != nullptr && bio != nullptr, "no memory");
  // NOLINTNEXTLINE(performance-no-int-to-ptr): OpenSSL stores it so
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket_.native_handle())));
  BIO_set_init(bio, 1);
  SSL_set_bio(tls_.get(), bio, bio);
  SSL_set_accept_state(tls_.get());
}

ByteStream::~ByteStream() = default;

ByteStream::ErrorCode ByteStream::open() {
  ErrorCode error;
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
  if (!error) socket_.non_blocking(true, error);
  return error;
}

// A TLS handshake begins with the byte 22, an HTTP request with a letter.
bool ByteStream::speaks_plain_http() {
  char first = 0;
  const auto size = ::recv(socket_.native_handle(), &first, 1, MSG_PEEK);
  return size == 1 && first >= 'A' && first <= 'Z';
}

ByteStream::Handshake ByteStream::handshake() {
  if (!std::exchange(looked_, true)) return Handshake::kWaiting;
  if (SSL_in_before(tls_.get()) != 0 && speaks_plain_http()) {
    tls_.reset();
    return Handshake::kPlainHttp;
  }
  ERR_clear_error();
  const auto error = outcome(SSL_do_handshake(tls_.get()));
  if (error == asio::error::would_block) return Handshake::kWaiting;
  if (error) return Handshake::kFailed;
  established_ = true;
  has_input_ = SSL_has_pending(tls_.get()) != 0;
  return Handshake::kDone;
}

bool ByteStream::resumed() const {
  return tls_ && SSL_session_reused(tls_.get()) != 0;
}

ByteStream::ErrorCode ByteStream::outcome(int result) {
  wants_write_ = false;
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_NONE:
      return {};
    case SSL_ERROR_WANT_WRITE:
      wants_write_ = true;
      return asio::error::would_block;
    case SSL_ERROR_WANT_READ:
      return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN:
      return asio::error::eof;
    default:
      break;
  }
  established_ = false;
  if (const auto code = ERR_peek_error(); code != 0) {
    const char* const reason = ERR_reason_error_string(code);
    failure_ = reason != nullptr ? reason : "error " + std::to_string(code);
  } else {
    failure_ = "the client closed the connection";
  }
  ERR_clear_error();
  return asio::error::connection_reset;
}

std::size_t ByteStream::read_tls(asio::mutable_buffer buffer, ErrorCode& error) {
  ERR_clear_error();
  const int size = SSL_read(tls_.get(), buffer.data(), bounded(buffer.size()));
  error = outcome(size);
  // After would_block, OpenSSL holds only a part of a record. The rest must come from the socket.
  has_input_ = !error && SSL_has_pending(tls_.get()) != 0;
  return error ? 0 : static_cast<std::size_t>(size);
}

std::size_t ByteStream::write_some(asio::const_buffer buffer, ErrorCode& error) {
  if (!tls_) return socket_.write_some(buffer, error);
  if (buffer.size() == 0) return 0;
  // A write must not change what the read waits for.
  const bool wanted = wants_write_;
  ERR_clear_error();
  const int size = SSL_write(tls_.get(), buffer.data(), bounded(buffer.size()));
  error = outcome(size);
  wants_write_ = wanted;
  return error ? 0 : static_cast<std::size_t>(size);
}

ByteStream::ErrorCode ByteStream::shutdown_send() {
  ErrorCode error;
  if (established_) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
  }
  socket_.shutdown(Socket::shutdown_send, error);
  return error;
}

void ByteStream::close() {
  if (std::exchange(established_, false)) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
  }
  ErrorCode ignored;
  socket_.close(ignored);
}

}  // namespace ordo::http
