// An HTTP/1.1 client for the commands: http and https, few connections, many concurrent requests on each.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ordo::client {

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // JSON; empty: no body
};

struct HttpResponse {
  int status = 0;
  std::string body;
  std::string location = {};  // the header; empty without one
};

// Called once, on the thread that calls wait(). The error is kUnavailable: no answer in time, despite retries. The
// server may have executed the request.
using OnResponse = std::function<void(Result<HttpResponse>)>;

// Sends requests and returns answers. For one thread.
class HttpCaller {
 public:
  virtual ~HttpCaller() = default;

  // Does not block. Callers keep in_flight() at or below window(); they call wait() for that.
  virtual void start(HttpRequest request, OnResponse on_response) = 0;
  virtual std::size_t in_flight() const = 0;
  virtual std::size_t window() const = 0;

  // Blocks until at least one answer was delivered. Returns at once when no request is in flight.
  virtual void wait() = 0;
};

// Sends one request. Waits for its answer, and for those of all other requests in flight.
Result<HttpResponse> call(HttpCaller& caller, HttpRequest request);

struct HttpUrl {
  std::string host;
  std::string port;
  std::string api_key = {};  // sent with every request unless empty; a secret, never part of a text
  bool tls = false;
  // For https: the file of the CAs that verify the server's certificate, which must be for `host`. Empty: the system's
  // CAs.
  std::string tls_ca{};
  // Instead of that: the server's certificate must be the first one in this file; its names do not matter. Empty: any
  // certificate.
  std::string tls_pinned{};

  // Reads "http://127.0.0.1:8080" or "https://shop.example". kInvalid for anything else.
  static Result<HttpUrl> parse(std::string_view text);
  std::string text() const;
};

// The request line and header fields of `request`, with the key of `url`, without the final empty line.
std::string request_head(const HttpUrl& url, const HttpRequest& request);

struct HttpClientOptions {
  std::size_t connections = 4;
  std::size_t pipeline = 64;  // requests in flight per connection
  std::chrono::milliseconds answer_timeout{30'000};
  // How long a request is retried after 503, 429 or no answer. The pauses grow, or come from Retry-After.
  std::chrono::milliseconds retry_for{60'000};
};

// Repeats requests after a lost connection. So every request must be safe to repeat: a read, or a write with an
// Idempotency-Key.
class HttpClient final : public HttpCaller {
 public:
  explicit HttpClient(HttpUrl url, HttpClientOptions options = {});
  ~HttpClient() override;

  void start(HttpRequest request, OnResponse on_response) override;
  std::size_t in_flight() const override;
  std::size_t window() const override;
  void wait() override;

  class Connection;
  struct State;

 private:
  std::unique_ptr<State> state_;
};

// True when a server answers `GET /livez` at `url` within `timeout`.
bool answers(const HttpUrl& url, std::chrono::milliseconds timeout);

}  // namespace ordo::client
