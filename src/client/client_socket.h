// The connection of a client command, plain or TLS. For http_client.cc and http_stream.cc.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "client/http_client.h"

namespace ordo::client {

// An AsyncStream for Asio and Beast. For one thread. Outlives its operations.
class ClientSocket {
 public:
  using Tcp = boost::asio::ip::tcp;
  using executor_type = Tcp::socket::executor_type;

  struct Problem {
    std::string why;
    bool lasting = false;  // a retry would fail the same way: this is the wrong server
  };
  // Null when the connection is open.
  using OnConnect = std::function<void(const Problem*)>;

  ClientSocket(boost::asio::io_context& io, HttpUrl url);
  ~ClientSocket();
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;

  // Connects to one of `endpoints`. For https, checks that it is the server of the URL. Never calls back before it
  // returns. `done` keeps this object alive.
  void async_connect(const Tcp::resolver::results_type& endpoints, OnConnect done);
  void close();

  executor_type get_executor() { return socket_.get_executor(); }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (!tls_) return socket_.async_read_some(buffers, std::forward<Handler>(handler));
    tls_->async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (!tls_) return socket_.async_write_some(buffers, std::forward<Handler>(handler));
    tls_->async_write_some(buffers, std::forward<Handler>(handler));
  }

 private:
  std::optional<Problem> prepare_tls();
  void shake_hands(OnConnect done);
  Problem tls_problem(const boost::system::error_code& error);

  const HttpUrl url_;
  Tcp::socket socket_;
  boost::asio::ssl::context context_;
  std::optional<boost::asio::ssl::stream<Tcp::socket&>> tls_;
};

}  // namespace ordo::client
