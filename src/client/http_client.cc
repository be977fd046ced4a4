#include "client/http_client.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <deque>
#include <optional>

#include "base/number.h"
#include "client/client_socket.h"

namespace ordo::client {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using Clock = std::chrono::steady_clock;
using boost::system::error_code;

constexpr std::uint64_t kMaxAnswer = 256 * 1024 * 1024;
constexpr std::chrono::milliseconds kFirstPause{50};
constexpr std::chrono::milliseconds kLongestPause{5'000};

// A request in progress, in its written form.
struct Call {
  std::string wire;
  OnResponse on_response;
  Clock::time_point give_up;
  std::chrono::milliseconds pause = kFirstPause;
};

std::string to_wire(const HttpUrl& url, const HttpRequest& request) {
  std::string wire = request_head(url, request) + "Accept: application/json\r\n";
  if (!request.body.empty()) wire += "Content-Type: application/json\r\n";
  if (!request.body.empty() || request.method != "GET") {
    wire += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return wire + "\r\n" + request.body;
}

// Retry-After in seconds. A date is ignored.
std::optional<std::chrono::milliseconds> retry_after(std::string_view text) {
  const auto seconds = parse_natural<int>(text);
  if (!seconds) return std::nullopt;
  return std::chrono::seconds(std::min(*seconds, 30));
}

}  // namespace

std::string request_head(const HttpUrl& url, const HttpRequest& request) {
  const auto where = url.text();
  std::string head = request.method + " " + request.target +
                     " HTTP/1.1\r\nHost: " + where.substr(where.find("//") + 2) +
                     "\r\nUser-Agent: ordo/" ORDO_VERSION "\r\n";
  if (!url.api_key.empty()) head += "Authorization: Bearer " + url.api_key + "\r\n";
  for (const auto& [name, value] : request.headers) head.append(name).append(": ").append(value).append("\r\n");
  return head;
}

struct HttpClient::State {
  State(HttpUrl where, HttpClientOptions how) : url(std::move(where)), options(how) {}

  void send(std::unique_ptr<Call> call);
  void finish(std::unique_ptr<Call> call, Result<HttpResponse> result);
  // Retries after a pause, or gives up with `result`.
  void retry(std::unique_ptr<Call> call, std::optional<std::chrono::milliseconds> asked, Result<HttpResponse> result);

  asio::io_context io{1};
  HttpUrl url;
  HttpClientOptions options;
  std::vector<std::unique_ptr<Connection>> connections;
  std::size_t in_flight = 0;
  std::size_t finished = 0;
};

// One connection. It opens on first use, and again after it was lost.
class HttpClient::Connection {
 public:
  explicit Connection(State& state) : state_(state) {}

  std::size_t load() const { return sent_.size(); }

  void send(std::unique_ptr<Call> call) {
    outgoing_ += call->wire;
    sent_.push_back(std::move(call));
    if (!link_) return open();
    if (!link_->open) return;
    write();
    if (!link_->reading) read();
  }

 private:
  // The state of one socket. Handlers keep it alive, and do nothing if the connection has another socket by then.
  struct Link {
    Link(asio::io_context& io, const HttpUrl& url) : socket(io, url), deadline(io), resolver(io) {}
    ClientSocket socket;
    asio::steady_timer deadline;
    asio::ip::tcp::resolver resolver;
    bool open = false;
    bool reading = false;
    std::string written;  // being written now
    boost::beast::flat_buffer buffer;
    std::optional<beast_http::response_parser<beast_http::string_body>> parser;
  };
  using LinkPtr = std::shared_ptr<Link>;

  void open() {
    link_ = std::make_shared<Link>(state_.io, state_.url);
    arm();
    link_->resolver.async_resolve(state_.url.host, state_.url.port,
                                  [this, link = link_](error_code error, const auto& endpoints) {
                                    if (link != link_) return;
                                    if (error) return lost(error.message());
                                    connect(endpoints);
                                  });
  }

  void connect(const asio::ip::tcp::resolver::results_type& endpoints) {
    link_->socket.async_connect(endpoints, [this, link = link_](const ClientSocket::Problem* problem) {
      if (link != link_) return;
      if (problem != nullptr) return lost(problem->why, problem->lasting);
      link->open = true;
      write();
      read();
    });
  }

  // Writes all requests since the last write in one piece.
  void write() {
    if (!link_->written.empty() || outgoing_.empty()) return;
    link_->written.swap(outgoing_);
    asio::async_write(link_->socket, asio::buffer(link_->written), [this, link = link_](error_code error, std::size_t) {
      if (link != link_) return;
      link->written.clear();
      if (error) return lost(error.message());
      write();
    });
  }

  void read() {
    link_->reading = true;
    arm();
    link_->parser.emplace();
    link_->parser->body_limit(kMaxAnswer);
    beast_http::async_read(
        link_->socket, link_->buffer, *link_->parser, [this, link = link_](error_code error, std::size_t) {
          if (link != link_) return;
          link->reading = false;
          if (error) {
            return lost(error == beast_http::error::end_of_stream ? "the server closed the connection"
                                                                  : error.message());
          }
          answered();
        });
  }

  void answered() {
    auto message = link_->parser->release();
    if (sent_.empty()) return lost("the server sent an answer without a request");
    std::unique_ptr<Call> call = std::move(sent_.front());
    sent_.pop_front();
    const int status = static_cast<int>(message.result_int());
    const auto asked = retry_after(std::string_view(message[beast_http::field::retry_after]));
    if (!message.keep_alive()) {
      lost("the server closed the connection");
    } else if (!sent_.empty()) {
      read();
    } else {
      link_->deadline.cancel();
    }
    const auto location = message[beast_http::field::location];
    HttpResponse response{status, std::move(message.body()), std::string(location.data(), location.size())};
    if (status == 503 || status == 429) {
      state_.retry(std::move(call), asked, std::move(response));
    } else {
      state_.finish(std::move(call), std::move(response));
    }
  }

  // Closes the connection when no answer comes within the timeout, counted from the last answer.
  void arm() {
    link_->deadline.expires_after(state_.options.answer_timeout);
    link_->deadline.async_wait([this, link = link_](error_code error) {
      if (error || link != link_ || link->deadline.expiry() > Clock::now()) return;
      lost("no answer within " + std::to_string(state_.options.answer_timeout.count()) + " ms");
    });
  }

  // Drops the socket. Requests without an answer are sent again later, on any connection.
  void lost(const std::string& why, bool lasting = false) {
    link_->socket.close();
    link_->resolver.cancel();
    link_->deadline.cancel();
    link_.reset();
    outgoing_.clear();
    std::deque<std::unique_ptr<Call>> calls;
    calls.swap(sent_);
    for (auto& call : calls) {
      if (lasting) call->give_up = Clock::now();
      state_.retry(std::move(call), std::nullopt,
                   fail(ErrorCode::kUnavailable, "no_answer", "no answer from " + state_.url.text() + ": " + why));
    }
  }

  State& state_;
  LinkPtr link_;                            // null: closed
  std::string outgoing_;                    // not yet being written; the client's window bounds it
  std::deque<std::unique_ptr<Call>> sent_;  // in the order of their answers
};

void HttpClient::State::send(std::unique_ptr<Call> call) {
  const auto least = std::min_element(connections.begin(), connections.end(),
                                      [](const auto& a, const auto& b) { return a->load() < b->load(); });
  (*least)->send(std::move(call));
}

void HttpClient::State::finish(std::unique_ptr<Call> call, Result<HttpResponse> result) {
  --in_flight;
  ++finished;
  call->on_response(std::move(result));
}

void HttpClient::State::retry(std::unique_ptr<Call> call, std::optional<std::chrono::milliseconds> asked,
                              Result<HttpResponse> result) {
  const auto pause = asked ? std::max(*asked, call->pause) : call->pause;
  if (Clock::now() + pause > call->give_up) {
    // Not in the handler that called this, because on_response may start further requests.
    asio::post(io, [this, call = std::move(call), result = std::move(result)]() mutable {
      finish(std::move(call), std::move(result));
    });
    return;
  }
  call->pause = std::min(call->pause * 2, kLongestPause);
  auto timer = std::make_shared<asio::steady_timer>(io, pause);
  timer->async_wait([this, timer, call = std::move(call)](error_code) mutable { send(std::move(call)); });
}

HttpClient::HttpClient(HttpUrl url, HttpClientOptions options)
    : state_(std::make_unique<State>(std::move(url), options)) {
  for (std::size_t i = 0; i < std::max<std::size_t>(options.connections, 1); ++i) {
    state_->connections.push_back(std::make_unique<Connection>(*state_));
  }
}

HttpClient::~HttpClient() = default;

void HttpClient::start(HttpRequest request, OnResponse on_response) {
  auto call = std::make_unique<Call>();
  call->wire = to_wire(state_->url, request);
  call->on_response = std::move(on_response);
  call->give_up = Clock::now() + state_->options.retry_for;
  ++state_->in_flight;
  state_->send(std::move(call));
}

std::size_t HttpClient::in_flight() const {
  return state_->in_flight;
}

std::size_t HttpClient::window() const {
  return state_->connections.size() * state_->options.pipeline;
}

void HttpClient::wait() {
  const std::size_t before = state_->finished;
  while (state_->in_flight > 0 && state_->finished == before) {
    if (state_->io.stopped()) state_->io.restart();
    state_->io.run_one();
  }
  // Also runs the other ready handlers, so that writes are combined.
  if (state_->io.stopped()) state_->io.restart();
  state_->io.poll();
}

Result<HttpResponse> call(HttpCaller& caller, HttpRequest request) {
  Result<HttpResponse> answer = fail(ErrorCode::kUnavailable, "no_answer", "no answer");
  bool done = false;
  caller.start(std::move(request), [&](Result<HttpResponse> result) {
    answer = std::move(result);
    done = true;
  });
  while (!done) caller.wait();
  return answer;
}

Result<HttpUrl> HttpUrl::parse(std::string_view text) {
  const auto refuse = [] {
    return fail(ErrorCode::kInvalid, "bad_url", "expected an address such as http://127.0.0.1:8080 or https://shop");
  };
  const bool tls = text.starts_with("https://");
  if (!tls && !text.starts_with("http://")) return refuse();
  text.remove_prefix(text.find("://") + 3);
  if (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty() || text.find_first_of("/?#@ ") != std::string_view::npos) return refuse();
  HttpUrl url;
  url.tls = tls;
  std::size_t colon = text.rfind(':');
  if (text.front() == '[') {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return refuse();
    url.host = text.substr(1, close - 1);
    colon = close + 1 < text.size() && text[close + 1] == ':' ? close + 1 : std::string_view::npos;
  } else {
    url.host = text.substr(0, colon);
  }
  url.port = colon == std::string_view::npos ? (tls ? "443" : "80") : text.substr(colon + 1);
  if (url.host.empty() || url.port.empty() || url.port.find_first_not_of("0123456789") != std::string::npos) {
    return refuse();
  }
  return url;
}

std::string HttpUrl::text() const {
  const bool six = host.find(':') != std::string::npos;
  return (tls ? "https://" : "http://") + (six ? "[" + host + "]" : host) + ":" + port;
}

bool answers(const HttpUrl& url, std::chrono::milliseconds timeout) {
  HttpClientOptions options;
  options.connections = 1;
  options.answer_timeout = timeout;
  options.retry_for = std::chrono::milliseconds(0);
  HttpClient client(url, options);
  const auto answer = call(client, {"GET", "/livez", {}, {}});
  return answer && answer->status == 200;
}

}  // namespace ordo::client
