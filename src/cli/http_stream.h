// An answer of HTTP/1.1 that has no end: its body as it comes.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "cli/http_client.h"

namespace ordo::cli {

// One request on a connection of its own. One thread. Every wait is bounded by what it is given.
class HttpStream {
 public:
  explicit HttpStream(const HttpUrl& url);
  // Closes the connection.
  ~HttpStream();
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;

  enum class Step : std::uint8_t {
    kWaiting,  // nothing within the time; ask again
    kHead,     // status() is known
    kBody,     // more of the body was appended
    kEnd,      // the body is complete
  };

  // Connects and sends; once, before the first next().
  void start(const HttpRequest& request);

  // What happens next, within `timeout`. Appends to `body`. kUnavailable "no_answer" when the connection is lost.
  Result<Step> next(std::chrono::milliseconds timeout, std::string& body);

  int status() const;
  // Retry-After; zero when there is none.
  std::chrono::seconds retry_after() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ordo::cli
