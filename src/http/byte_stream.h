// The byte stream of one connection, plain or TLS. Internal to the server.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

// Declared here so that OpenSSL's headers stay in the .cc file.
struct ssl_st;
struct ssl_ctx_st;

namespace ordo::http {

// For one thread. At most one read, one wait for writing or one handshake is in progress at a time. Their handlers must
// keep the stream alive until they end. OpenSSL uses the socket directly: an idle connection owns no buffers.
class ByteStream {
 public:
  using ErrorCode = boost::system::error_code;
  using Socket = boost::asio::ip::tcp::socket;

  // Without `tls` the stream is plain.
  ByteStream(Socket socket, ssl_ctx_st* tls);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  // Call this first.
  ErrorCode open();

  bool is_tls() const { return tls_ != nullptr; }

  enum class Handshake : std::uint8_t {
    kDone,
    kWaiting,    // async_handshake never passes this
    kPlainHttp,  // the client does not speak TLS; from now on the stream is plain
    kFailed,     // failure() says why
  };

  // Calls `done(Handshake)`, perhaps before it returns. For TLS, call it once, before reading and writing.
  template <class Done>
  void async_handshake(Done done) {
    const auto state = handshake();
    if (state != Handshake::kWaiting) return done(state);
    socket_.async_wait(wants_write_ ? Socket::wait_write : Socket::wait_read,
                       [this, done = std::move(done)](const ErrorCode& error) mutable {
                         if (error) return done(Handshake::kFailed);
                         async_handshake(std::move(done));
                       });
  }
  // True when the handshake resumed an earlier session.
  bool resumed() const;
  // OpenSSL's reason for the failed handshake.
  const std::string& failure() const { return failure_; }

  // Calls `done(error, size)`, never before it returns. The error is eof at the client's end of stream.
  template <class Done>
  void async_read_some(boost::asio::mutable_buffer buffer, Done done) {
    if (!tls_) return socket_.async_read_some(buffer, std::move(done));
    auto step = [this, buffer, done = std::move(done)](const ErrorCode& waited) mutable {
      if (waited) return done(waited, std::size_t{0});
      ErrorCode error;
      const auto size = read_tls(buffer, error);
      if (error == boost::asio::error::would_block) return async_read_some(buffer, std::move(done));
      done(error, size);
    };
    if (has_input_) {
      boost::asio::post(socket_.get_executor(), [step = std::move(step)]() mutable { step(ErrorCode()); });
    } else {
      socket_.async_wait(wants_write_ ? Socket::wait_write : Socket::wait_read, std::move(step));
    }
  }

  // Writes as much as the socket takes at once. Gives would_block when that is nothing; then pass the same bytes again.
  std::size_t write_some(boost::asio::const_buffer buffer, ErrorCode& error);
  // Calls `done(error)` when write_some may succeed again.
  template <class Done>
  void async_wait_writable(Done done) {
    socket_.async_wait(Socket::wait_write, std::move(done));
  }

  // Informs the client that no more bytes follow.
  ErrorCode shutdown_send();
  void close();

  auto get_executor() { return socket_.get_executor(); }

 private:
  Handshake handshake();
  bool speaks_plain_http();
  std::size_t read_tls(boost::asio::mutable_buffer buffer, ErrorCode& error);
  // The error code for the `result` of an OpenSSL operation.
  ErrorCode outcome(int result);

  struct Free {
    void operator()(ssl_st* tls) const;
  };

  Socket socket_;
  std::unique_ptr<ssl_st, Free> tls_;  // null: plain
  std::string failure_;
  bool has_input_ = false;    // OpenSSL holds unread bytes; do not wait for the socket
  bool wants_write_ = false;  // the read or handshake continues when the socket is writable
  bool looked_ = false;       // the first byte was inspected
  bool established_ = false;  // the handshake is done and nothing has failed since
};

}  // namespace ordo::http
