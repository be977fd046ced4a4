#include "app/command_audit.h"

#include <unistd.h>

#include <iostream>

#include "base/time.h"

namespace ordo::app {

access::AuditOptions audit_options(const settings::Settings& settings) {
  access::AuditOptions options;
  options.most_bytes = settings.audit_log_max.bytes;
  return options;
}

std::string user_of_machine() {
  return "user:" + std::to_string(::geteuid());
}

void write_down(const settings::Settings& settings, access::AuditEntry entry) {
  entry.at = now();
  entry.who = user_of_machine();
  const auto written = access::append_audit_line(settings.audit_file(), audit_options(settings).most_bytes, entry);
  if (!written) std::cerr << "ordo: the command is done, but " << written.error().message << '\n';
}

}  // namespace ordo::app
