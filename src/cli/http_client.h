// A client of HTTP/1.1 for the commands: http and https, a few connections, many requests under way on each.
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

namespace ordo::cli {

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // JSON; empty: none
};

struct HttpResponse {
  int status = 0;
  std::string body;
};

// Called once, on the thread that calls wait(). An error is kUnavailable: no answer in time, however often it was
// tried; the request may have been carried out.
using OnResponse = std::function<void(Result<HttpResponse>)>;

// Sends requests and gives back answers. One thread.
class HttpCaller {
 public:
  virtual ~HttpCaller() = default;

  // Does not block. Callers keep in_flight() at or below window() and call wait() to get there.
  virtual void start(HttpRequest request, OnResponse on_response) = 0;
  virtual std::size_t in_flight() const = 0;
  virtual std::size_t window() const = 0;

  // Blocks until at least one answer was handed out; returns at once when nothing is in flight.
  virtual void wait() = 0;
};

// Sends one request and waits for its answer, and for those of all others in flight.
Result<HttpResponse> call(HttpCaller& caller, HttpRequest request);

struct HttpUrl {
  std::string host;
  std::string port;
  std::string api_key = {};  // sent with every request unless it is empty; a secret, never part of a text
  bool tls = false;
  // For https. The server's certificate has to be for `host` and signed by a CA of this file; empty: by one that the
  // system knows.
  std::string tls_ca{};
  // Instead of both: the server shows the first certificate of this file, whatever name is in it. Empty: any.
  std::string tls_pinned{};

  // "http://127.0.0.1:8080" or "https://shop.example". kInvalid for anything else.
  static Result<HttpUrl> parse(std::string_view text);
  std::string text() const;
};

// The request line and header fields of `request`, with the key of `url`, but for the empty line that ends them.
std::string request_head(const HttpUrl& url, const HttpRequest& request);

struct HttpClientOptions {
  std::size_t connections = 4;
  std::size_t pipeline = 64;  // requests under way on one connection
  std::chrono::milliseconds answer_timeout{30'000};
  // How long a request that got 503, 429 or no answer is tried again, with growing pauses or those of Retry-After.
  std::chrono::milliseconds retry_for{60'000};
};

// Requests are repeated after a lost connection, so each must be one whose repetition does no harm: reads, and writes
// that carry an Idempotency-Key.
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

// Escapes a query value or a segment of a path.
std::string percent_encoded(std::string_view text);

}  // namespace ordo::cli
