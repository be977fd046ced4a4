// The door of this process: who may enter, and what is written down about it, as the settings say.
#pragma once

#include <memory>
#include <string>

#include "access/audit_log.h"
#include "access/authenticator.h"
#include "base/result.h"
#include "cli/settings.h"
#include "http/gate.h"

namespace ordo::cli {

// Outlives the servers that ask it.
class Door {
 public:
  // For `ordo serve`. kInvalid "open_door" when it would listen to other machines and ask nobody for a key; the errors
  // of the key file, of the JWK set and of the audit log.
  static Result<std::unique_ptr<Door>> open(const Settings& settings);
  // For a service inside a command. When the door of the system it serves is closed, so is this one, for everybody but
  // whoever has the fresh key that `key` is set to.
  static Result<std::unique_ptr<Door>> open_inside(const Settings& settings, std::string& key);

  http::Gate* gate() { return gate_.get(); }

  // "The door is closed: ...", for whoever starts the server.
  std::string describe() const;

 private:
  Door() = default;

  std::unique_ptr<access::Authenticator> authenticator_;
  std::unique_ptr<access::AuditLog> audit_;
  std::unique_ptr<http::Gate> gate_;  // null: open for ever
};

// Only reached from this machine.
bool is_loopback(std::string_view host);

}  // namespace ordo::cli
