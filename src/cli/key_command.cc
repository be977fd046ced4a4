// ordo key: create, list, revoke, rotate. The commands change the key file. Running servers read the change within a
// second.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <utility>

#include "access/key_change.h"
#include "access/key_file.h"
#include "app/command_audit.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "client/output.h"
#include "records/json_text.h"
#include "settings/setting_values.h"

namespace ordo::cli {
namespace {

using access::ApiKey;

struct KeyOptions {
  std::string name;  // or an id
  std::string role;
  std::vector<std::string> scopes;
  std::string expires = "forever";
  std::string grace = "0s";
  bool all = false;
  std::string format = "table";
};
using KeyOptionsPtr = std::shared_ptr<KeyOptions>;

std::string_view state_of(const ApiKey& key, Timestamp at) {
  if (key.revoked) return "revoked";
  return key.live_at(at) ? "live" : "expired";
}

JsonObject describe(const ApiKey& key, Timestamp at) {
  JsonObject object;
  object.add_string("id", key.id).add_string("name", key.name).add_string("role", access::to_string(key.role));
  object.add_string("permissions", access::to_string(key.permissions()));
  object.add_string("state", state_of(key, at)).add_string("created", to_rfc3339(key.created));
  if (key.expires) object.add_string("expires", to_rfc3339(*key.expires));
  if (key.revoked) object.add_string("revoked", to_rfc3339(*key.revoked));
  return object;
}

tl::unexpected<Error> bad_flag(std::string message) {
  return fail(ErrorCode::kInvalid, "bad_flag", std::move(message));
}

int report(const Error& error) {
  report_error(error);
  for (const auto* reason : {"bad_flag", "bad_name", "bad_scope", "key_exists", "ambiguous_key"}) {
    if (error.reason == reason) return kExitUsage;
  }
  return error.code == ErrorCode::kNotFound ? kExitNotFound : kExitFailed;
}

// Also records in the audit log what was done, by which user of this machine, and to which key.
void write_down(const settings::Settings& settings, std::string_view action, const ApiKey& key) {
  access::AuditEntry entry;
  entry.method = "key " + std::string(action);
  entry.target = key.id;
  entry.name = key.name;
  entry.role = access::to_string(key.role);
  app::write_down(settings, std::move(entry));
}

// Prints only the key to stdout, so that a script can read it. It is never shown again.
int show_new(const ApiKey& key, const std::string& text, const KeyOptions& options) {
  if (options.format == "json") {
    std::cout << describe(key, now()).add_string("key", text).text() << '\n';
  } else {
    std::cout << text << '\n';
    std::cerr << "ordo: this is " << key.name << " (" << access::to_string(key.role)
              << "). The key is shown only this once. Clients send it from ORDO_API_KEY.\n";
  }
  std::cout << std::flush;
  return kExitOk;
}

Result<access::KeyRequest> wanted_key(const KeyOptions& options, Timestamp at) {
  access::KeyRequest request{options.name, *access::parse_key_role(options.role)};
  if (!options.scopes.empty()) {
    access::PermissionSet scopes;
    for (const auto& name : options.scopes) {
      const auto permission = access::parse_permission(name);
      if (!permission || !access::permissions_of(request.role).contains(*permission)) {
        return bad_flag("--scope " + name + " is none that " + options.role +
                        " has: " + access::to_string(access::permissions_of(request.role)));
      }
      scopes.add(*permission);
    }
    request.scopes = scopes;
  }
  const auto lasts = settings::read_duration(options.expires);
  if (!lasts || *lasts == std::chrono::seconds(0)) {
    return bad_flag("--expires: expected a duration such as \"90d\", or \"forever\"");
  }
  if (*lasts != settings::kForever) request.expires = at + *lasts;
  return request;
}

int run_create(const settings::Settings& settings, const KeyOptions& options) {
  const auto at = now();
  const auto wanted = wanted_key(options, at);
  if (!wanted) return report(wanted.error());
  const auto issued = access::create_key(settings.key_file(), *wanted, at);
  if (!issued) return report(issued.error());
  write_down(settings, "create", issued->key);
  return show_new(issued->key, issued->text, options);
}

int run_list(const settings::Settings& settings, const KeyOptions& options) {
  auto keys = access::read_key_file(settings.key_file());
  if (!keys && keys.error().code != ErrorCode::kNotFound) return report(keys.error());
  const auto at = now();
  client::Table table({{"ID"}, {"NAME"}, {"ROLE"}, {"STATE"}, {"CREATED"}, {"EXPIRES"}, {"SCOPES"}});
  JsonArray list;
  for (const auto& key : keys ? *keys : std::vector<ApiKey>()) {
    if (!options.all && !key.live_at(at)) continue;
    list.add(describe(key, at).text());
    table.add({key.id, key.name, std::string(access::to_string(key.role)), std::string(state_of(key, at)),
               to_rfc3339(key.created), key.expires ? to_rfc3339(*key.expires) : "never",
               key.scopes ? access::to_string(*key.scopes) : "of the role"});
  }
  if (options.format == "json") {
    std::cout << list.text() << '\n';
  } else if (list.empty()) {
    std::cerr << "No keys found.\n";
  } else {
    table.print(std::cout);
  }
  std::cout << std::flush;
  return kExitOk;
}

int run_revoke(const settings::Settings& settings, const KeyOptions& options) {
  const auto revoked = access::revoke_key(settings.key_file(), access::KeyNaming::name_or_id, options.name, now());
  if (!revoked) return report(revoked.error());
  write_down(settings, "revoke", *revoked);
  std::cerr << "ordo: " << revoked->name << " (" << revoked->id << ") is revoked; servers apply that within a second\n";
  return kExitOk;
}

// Creates a new key with the same rights. The old key ends at once, or after a grace period.
int run_rotate(const settings::Settings& settings, const KeyOptions& options) {
  const auto grace = settings::read_duration(options.grace);
  if (!grace || *grace == settings::kForever)
    return report(bad_flag("--grace: expected a duration such as \"24h\"").value());
  const auto issued =
      access::rotate_key(settings.key_file(), access::KeyNaming::name_or_id, options.name, *grace, now());
  if (!issued) return report(issued.error());
  write_down(settings, "rotate", issued->key);
  return show_new(issued->key, issued->text, options);
}

using Run = int (*)(const settings::Settings&, const KeyOptions&);

CLI::App* add(CLI::App& keys, CommandLine& line, const KeyOptionsPtr& options, const std::string& name,
              const std::string& help, Run run) {
  auto* command = keys.add_subcommand(name, help);
  line.flags.add(*command, settings::SettingScope::kAccess);
  line.flags.add(*command, settings::SettingScope::kStorage);
  command->callback([&line, options, run] {
    line.run = [options, run](const settings::Settings& settings) { return run(settings, *options); };
  });
  return command;
}

void add_format(CLI::App& command, KeyOptions& options) {
  command.add_option("-o,--output", options.format, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

void add_who(CLI::App& command, KeyOptions& options) {
  command.add_option("key", options.name, "Its name or id")->required();
}

}  // namespace

void add_key(CLI::App& app, CommandLine& line) {
  auto* keys = app.add_subcommand("key", "Manage API keys in the file that api_keys names");
  keys->require_subcommand(1);
  const auto make = [] { return std::make_shared<KeyOptions>(); };

  auto options = make();
  auto* command = add(*keys, line, options, "create",
                      "Create a key and print it, once. With the first key, every request needs one", run_create);
  command->add_option("name", options->name, "Name of the owner")->required();
  command->add_option("--role", options->role, "admin, merchant, support, service or read-only")
      ->required()
      ->check(CLI::IsMember({"admin", "merchant", "support", "service", "read-only"}));
  command->add_option("--scope", options->scopes, "Only this permission of the role, such as orders:read. Repeatable")
      ->delimiter(',');
  command->add_option("--expires", options->expires, "Lifetime of the key: 90d, forever")->capture_default_str();
  add_format(*command, *options);

  options = make();
  command = add(*keys, line, options, "list", "List the live keys", run_list);
  command->add_flag("--all", options->all, "Also list revoked and expired keys");
  add_format(*command, *options);

  options = make();
  command = add(*keys, line, options, "revoke", "Revoke a key for good", run_revoke);
  add_who(*command, *options);

  options = make();
  command = add(*keys, line, options, "rotate", "Replace a key by a new one with the same rights, and print it, once",
                run_rotate);
  add_who(*command, *options);
  command->add_option("--grace", options->grace, "How long the old key stays valid: 24h")->capture_default_str();
  add_format(*command, *options);
}

}  // namespace ordo::cli
