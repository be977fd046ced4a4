#include "client/http_stream.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <memory>

#include "client/client_socket.h"

namespace ordo::client {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using boost::system::error_code;

}  // namespace

class HttpStream::Impl {
 public:
  explicit Impl(HttpUrl url) : url_(std::move(url)), socket_(io_, url_) {
    parser_.body_limit(boost::none);
    parser_.eager(true);
  }

  void start(const HttpRequest& request) {
    wire_ = request_head(url_, request) + "\r\n";
    resolver_.async_resolve(url_.host, url_.port, [this](error_code error, const auto& endpoints) {
      if (error) return finish(error.message());
      connect(endpoints);
    });
  }

  Result<Step> next(std::chrono::milliseconds timeout, std::string& body) {
    const auto until = std::chrono::steady_clock::now() + timeout;
    while (true) {
      if (parser_.is_header_done() && !told_head_) {
        told_head_ = true;
        return Step::kHead;
      }
      if (std::string& come = parser_.get().body(); told_head_ && !come.empty()) {
        body += come;
        come.clear();
        return Step::kBody;
      }
      if (ended_ && told_head_ && parser_.is_done()) return Step::kEnd;
      if (ended_) return fail(ErrorCode::kUnavailable, "no_answer", problem());
      read();
      const auto left = until - std::chrono::steady_clock::now();
      if (left <= std::chrono::seconds(0)) return Step::kWaiting;
      if (io_.stopped()) io_.restart();
      io_.run_one_for(left);
    }
  }

  int status() const { return parser_.get().result_int(); }

  std::chrono::seconds retry_after() const {
    const auto text = parser_.get()[beast_http::field::retry_after];
    int seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    return std::chrono::seconds(read.ec == std::errc() && seconds > 0 ? seconds : 0);
  }

 private:
  void connect(const asio::ip::tcp::resolver::results_type& endpoints) {
    socket_.async_connect(endpoints, [this](const ClientSocket::Problem* problem) {
      if (problem != nullptr) return finish(problem->why);
      asio::async_write(socket_, asio::buffer(wire_), [this](error_code failure, std::size_t) {
        if (failure) return finish(failure.message());
        open_ = true;
      });
    });
  }

  void read() {
    if (!open_ || reading_) return;
    if (parser_.is_done()) {
      ended_ = true;
      return;
    }
    reading_ = true;
    beast_http::async_read_some(socket_, buffer_, parser_, [this](error_code error, std::size_t) {
      reading_ = false;
      const bool closed = error == beast_http::error::end_of_stream || error == beast_http::error::partial_message;
      if (error) finish(closed ? "the server closed the connection" : error.message());
    });
  }

  void finish(std::string why) {
    ended_ = true;
    why_ = std::move(why);
  }

  std::string problem() const { return url_.text() + ": " + why_; }

  const HttpUrl url_;
  asio::io_context io_{1};
  asio::ip::tcp::resolver resolver_{io_};
  ClientSocket socket_;
  boost::beast::flat_buffer buffer_;
  beast_http::response_parser<beast_http::string_body> parser_;
  std::string wire_;
  bool open_ = false;
  bool reading_ = false;
  bool told_head_ = false;
  bool ended_ = false;
  std::string why_;
};

HttpStream::HttpStream(const HttpUrl& url) : impl_(std::make_unique<Impl>(url)) {}
HttpStream::~HttpStream() = default;

void HttpStream::start(const HttpRequest& request) {
  impl_->start(request);
}
Result<HttpStream::Step> HttpStream::next(std::chrono::milliseconds timeout, std::string& body) {
  return impl_->next(timeout, body);
}
int HttpStream::status() const {
  return impl_->status();
}
std::chrono::seconds HttpStream::retry_after() const {
  return impl_->retry_after();
}

}  // namespace ordo::client
