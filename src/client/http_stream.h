// An endless answer of HTTP/1.1: returns its body as it arrives.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "client/http_client.h"

namespace ordo::client {

// One request on its own connection. For one thread. Every wait has the given limit.
class HttpStream {
 public:
  explicit HttpStream(const HttpUrl& url);
  // Closes the connection.
  ~HttpStream();
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;

  enum class Step : std::uint8_t {
    kWaiting,  // nothing within the time; call again
    kHead,     // status() is known
    kBody,     // more of the body was appended
    kEnd,      // the body is complete
  };

  // Connects and sends the request. Call it once, before the first next().
  void start(const HttpRequest& request);

  // Waits for the next step, at most `timeout`. Appends to `body`. kUnavailable "no_answer" when the connection is
  // lost.
  Result<Step> next(std::chrono::milliseconds timeout, std::string& body);

  int status() const;
  // Retry-After; zero without that field.
  std::chrono::seconds retry_after() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ordo::client
