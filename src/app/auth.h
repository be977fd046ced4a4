// Authentication and the audit log of this process, according to the settings.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "access/audit_log.h"
#include "access/authenticator.h"
#include "base/result.h"
#include "http/request_guard.h"
#include "settings/settings.h"

namespace ordo::app {

// Outlives the servers that use it.
class Auth {
 public:
  // For `ordo serve`. When it listens, the audit log records its start and its stop. kInvalid "open_door" when it would
  // listen to other machines without keys. Also the errors of the key file, the JWK set and the audit log.
  static Result<std::unique_ptr<Auth>> open(const settings::Settings& settings);
  // For a service inside a command: only the new key, which is stored in `key`, gives access. The audit log records
  // changes.
  static Result<std::unique_ptr<Auth>> open_inside(const settings::Settings& settings, std::string& key);

  ~Auth();
  Auth(const Auth&) = delete;
  Auth& operator=(const Auth&) = delete;

  http::RequestGuard* guard() { return guard_.get(); }

  // One line for the user who starts the server: whether requests need authentication.
  std::string describe() const;

 private:
  Auth() = default;
  void write_down(std::string_view what);

  std::unique_ptr<access::Authenticator> authenticator_;
  std::unique_ptr<access::AuditLog> audit_;
  std::unique_ptr<http::RequestGuard> guard_;  // never null
  bool serves_ = false;                        // the audit log has the start, and will get the stop
};

// True for addresses that only this machine can reach.
bool is_loopback(std::string_view host);

}  // namespace ordo::app
