// Writes the actions of commands that work beside the server to the audit log.
#pragma once

#include <string>

#include "access/audit_log.h"
#include "settings/settings.h"

namespace ordo::app {

access::AuditOptions audit_options(const settings::Settings& settings);

// "user:1000": the user of this process, for `who` in the audit log.
std::string user_of_machine();

// Adds the time and the user of this machine, and writes the entry. Prints an error to stderr when that fails.
void write_down(const settings::Settings& settings, access::AuditEntry entry);

}  // namespace ordo::app
