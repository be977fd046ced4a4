// The server that a command talks to: the one that `url` names, the one on this machine, or one inside the command.
#pragma once

#include <memory>

#include "base/result.h"
#include "client/http_client.h"
#include "settings/settings.h"

namespace ordo::app {
class RunningService;
}

namespace ordo::cli {

// Gives access to a server. Destroying it gracefully stops a server inside the command. For one thread.
class ServerAccess {
 public:
  // With a url in `settings`, uses that server. Otherwise uses the server at the address `listen` if it answers.
  // Otherwise starts a service inside this process, on a free port of 127.0.0.1, with the configured data directory or
  // Kafka and MongoDB. kInvalid for a bad url; otherwise the errors of starting a service.
  static Result<ServerAccess> open(const settings::Settings& settings);

  ServerAccess(ServerAccess&&) noexcept;
  ServerAccess& operator=(ServerAccess&&) = delete;
  ~ServerAccess();

  client::HttpCaller& caller() { return *caller_; }
  const client::HttpUrl& url() const { return url_; }
  // True when the server is inside this process. Then a signal ends it: see ending().
  bool inside() const { return service_ != nullptr; }
  // True when a signal ends the service inside this process, or when it failed. Any thread may call it.
  bool ending() const;

 private:
  ServerAccess();

  client::HttpUrl url_;
  std::unique_ptr<settings::Settings> inside_;    // settings of the service
  std::unique_ptr<app::RunningService> service_;  // null: another process runs the server
  std::unique_ptr<client::HttpClient> caller_;    // declared after the service, so it is destroyed first
};

// Prints the error to stderr and returns its exit code.
int report_error(const Error& error);

}  // namespace ordo::cli
