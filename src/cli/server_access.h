// The server a command talks to: the one that was named, the one that runs here, or one inside the command.
#pragma once

#include <memory>

#include "base/result.h"
#include "cli/http_client.h"
#include "cli/settings.h"

namespace ordo::cli {

class RunningService;

// While it lives there is a server. Destroying it stops, gracefully, the one inside the command. One thread.
class ServerAccess {
 public:
  // With a url in `settings` that server; without one the server at the address `listen` when it answers, else a
  // service inside this process on a free port of 127.0.0.1, over the configured data directory or Kafka and MongoDB.
  // kInvalid for a bad url, otherwise the errors of starting a service.
  static Result<ServerAccess> open(const Settings& settings);

  ServerAccess(ServerAccess&&) noexcept;
  ServerAccess& operator=(ServerAccess&&) = delete;
  ~ServerAccess();

  HttpCaller& caller() { return *caller_; }
  const HttpUrl& url() const { return url_; }
  // The server is inside this process, and a signal ends it: see ending().
  bool inside() const { return service_ != nullptr; }
  // True when the service inside this process was told to end, by a signal, or failed. Any thread.
  bool ending() const;

 private:
  ServerAccess();

  HttpUrl url_;
  std::unique_ptr<Settings> inside_;         // of the service
  std::unique_ptr<RunningService> service_;  // null: the server is elsewhere
  std::unique_ptr<HttpClient> caller_;       // after the service: it is gone first
};

// The exit code for an error, and the error on stderr.
int report_error(const Error& error);

}  // namespace ordo::cli
