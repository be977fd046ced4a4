// ordo audit verify: checks that the audit log is complete and unchanged.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "access/audit_verify.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "settings/settings.h"

namespace ordo::cli {
namespace {

struct AuditFlags {
  std::vector<std::string> paths;
  std::string head;
};

Result<access::AuditVerdict> verify(const settings::Settings& settings, const AuditFlags& flags) {
  std::optional<access::AuditHead> kept;
  if (!flags.head.empty()) kept = access::parse_audit_head(flags.head);
  std::error_code ignored;
  if (flags.paths.empty()) return access::verify_audit_log(settings.audit_file(), kept);
  const auto& first = flags.paths.front();
  if (flags.paths.size() > 1 || !std::filesystem::is_directory(first, ignored)) {
    return access::verify_audit(flags.paths, false, kept);
  }
  return access::verify_audit_log((std::filesystem::path(first) / "audit.log").string(), kept);
}

int run_verify(const settings::Settings& settings, const AuditFlags& flags) {
  const auto verdict = verify(settings, flags);
  if (!verdict) return report_error(verdict.error());
  if (!verdict->fault.empty()) {
    std::cout << "broken: " << verdict->fault << '\n' << std::flush;
    return kExitViolated;
  }
  std::cout << "unbroken: " << verdict->lines << " lines, seq " << verdict->first_seq << " to " << verdict->last.seq
            << '\n'
            << "head: " << verdict->last.seq << ':' << verdict->last.digest << '\n';
  if (verdict->unchained > 0)
    std::cout << verdict->unchained << " older lines have no chain: an earlier version wrote them\n";
  if (verdict->torn > 0) std::cout << verdict->torn << " lines are torn; the chain goes on after them\n";
  if (!verdict->torn_end.empty()) {
    std::cout << verdict->torn_end << " has an unfinished line: a server is writing it, or its writer was killed\n";
  }
  std::cout << std::flush;
  return kExitOk;
}

}  // namespace

void add_audit(CLI::App& app, CommandLine& line) {
  auto* audit = app.add_subcommand("audit", "The audit log: who changed what");
  audit->require_subcommand(1);
  auto* command = audit->add_subcommand("verify", "Check that no line was changed, removed, moved or inserted");
  line.flags.add(*command, settings::SettingScope::kAccess);
  line.flags.add(*command, settings::SettingScope::kStorage);
  const auto flags = std::make_shared<AuditFlags>();
  command->add_option("paths", flags->paths,
                      "The folder of audit.log, or the files, oldest first. Default: the log that audit_log names");
  command
      ->add_option(
          "--head", flags->head,
          "The end of the log that you stored elsewhere: SEQ, as the metric ordo_audit_head shows it, or SEQ:SHA256")
      ->check([](const std::string& text) {
        return access::parse_audit_head(text) ? std::string() : std::string("expected SEQ or SEQ:SHA256");
      });
  command->footer(
      "Each line has a number and the SHA-256 of the line before it. The check also reads the rotated files\n"
      "audit.log.1 to .9. It needs the first line until there is an audit.log.9. If you name files, they may begin\n"
      "anywhere. Only a head that you stored elsewhere shows that the end of the log was cut off or written again.\n\n"
      "Examples:\n"
      "  ordo audit verify --data-dir ./ordo-data\n"
      "  ordo audit verify /var/lib/ordo --head 81234\n\n"
      "Exit codes: 0 unbroken; 1 failed; 2 wrong flags; 4 no such log; 5 broken; 6 try again\n");
  command->callback([&line, flags] {
    line.run = [flags](const settings::Settings& settings) { return run_verify(settings, *flags); };
  });
}

}  // namespace ordo::cli
