// ordo key: create, list, revoke, rotate. Works on the key file; servers that run see a change within a second.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "access/audit_log.h"
#include "access/key_file.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "cli/setting_values.h"
#include "records/json_text.h"

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
  return error.reason == "bad_flag" ? kExitUsage : error.code == ErrorCode::kNotFound ? kExitNotFound : kExitFailed;
}

// What was done goes into the audit log too: by whom on this machine, and to which key.
void write_down(const Settings& settings, std::string_view action, const ApiKey& key) {
  access::AuditEntry entry;
  entry.at = now();
  entry.who = "user:" + std::to_string(::geteuid());
  entry.method = "key " + std::string(action);
  entry.target = key.id;
  entry.name = key.name;
  entry.role = access::to_string(key.role);
  if (const auto written = access::append_audit_line(settings.audit_file(), entry); !written) {
    std::cerr << "ordo: it is done, but " << written.error().message << '\n';
  }
}

// The key goes to stdout by itself, so that a script can take it; it is not shown again.
int show_new(const ApiKey& key, const std::string& text, const KeyOptions& options) {
  if (options.format == "json") {
    std::cout << describe(key, now()).add_string("key", text).text() << '\n';
  } else {
    std::cout << text << '\n';
    std::cerr << "ordo: this is " << key.name << " (" << access::to_string(key.role)
              << "). It is shown this once; give it to clients as ORDO_API_KEY.\n";
  }
  std::cout << std::flush;
  return kExitOk;
}

// Those that are meant: one by its id, or the live ones of a name.
std::vector<ApiKey*> meant(std::vector<ApiKey>& keys, const std::string& name, Timestamp at) {
  std::vector<ApiKey*> found;
  for (auto& key : keys) {
    if (key.id == name) return {&key};
    if (key.name == name && key.live_at(at)) found.push_back(&key);
  }
  return found;
}

Result<ApiKey*> the_one(std::vector<ApiKey>& keys, const std::string& name, Timestamp at) {
  const auto found = meant(keys, name, at);
  if (found.empty()) return fail(ErrorCode::kNotFound, "unknown_key", "there is no live key " + name);
  if (found.size() == 1) return found.front();
  std::string ids;
  for (const auto* key : found) ids += (ids.empty() ? "" : ", ") + key->id;
  return bad_flag("there are several live keys " + name + ": say which by its id, " + ids);
}

// The file keeps no more than it can read: of those that ended, the oldest make room.
Result<void> make_room(std::vector<ApiKey>& keys, Timestamp at) {
  if (keys.size() < access::kMaxKeys) return {};
  const auto ended = std::find_if(keys.begin(), keys.end(), [at](const ApiKey& key) { return !key.live_at(at); });
  if (ended == keys.end()) return fail(ErrorCode::kInvalid, "too_many_keys", "there are 10000 live keys");
  keys.erase(ended);
  return {};
}

Result<ApiKey> wanted_key(const KeyOptions& options, Timestamp at) {
  ApiKey key;
  key.name = options.name;
  if (const auto problem = access::name_problem(key.name); !problem.empty()) {
    return bad_flag("the name " + std::string(problem));
  }
  key.role = *access::parse_access_role(options.role);
  if (!options.scopes.empty()) {
    access::PermissionSet scopes;
    for (const auto& name : options.scopes) {
      const auto permission = access::parse_permission(name);
      if (!permission || !access::permissions_of(key.role).contains(*permission)) {
        return bad_flag("--scope " + name + " is none that " + options.role +
                        " has: " + access::to_string(access::permissions_of(key.role)));
      }
      scopes.add(*permission);
    }
    key.scopes = scopes;
  }
  const auto lasts = read_duration(options.expires);
  if (!lasts || *lasts == 0) return bad_flag("--expires: expected a duration such as \"90d\", or \"forever\"");
  key.created = at;
  if (*lasts != kForever) key.expires = at + std::chrono::seconds(*lasts);
  return key;
}

int run_create(const Settings& settings, const KeyOptions& options) {
  const auto at = now();
  auto key = wanted_key(options, at);
  if (!key) return report(key.error());
  std::string text;
  const auto done = access::change_key_file(settings.key_file(), [&](std::vector<ApiKey>& keys) -> Result<void> {
    if (!meant(keys, key->name, at).empty()) {
      return bad_flag("there is a live key " + key->name + " already: ordo key rotate replaces it");
    }
    if (auto room = make_room(keys, at); !room) return room;
    auto issued = access::issue(*key);
    if (!issued) return fail(std::move(issued.error()));
    text = std::move(*issued);
    keys.push_back(*key);
    return {};
  });
  if (!done) return report(done.error());
  write_down(settings, "create", *key);
  return show_new(*key, text, options);
}

int run_list(const Settings& settings, const KeyOptions& options) {
  auto keys = access::read_key_file(settings.key_file());
  if (!keys && keys.error().code != ErrorCode::kNotFound) return report(keys.error());
  const auto at = now();
  Table table({{"ID"}, {"NAME"}, {"ROLE"}, {"STATE"}, {"CREATED"}, {"EXPIRES"}, {"SCOPES"}});
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
    std::cerr << "There are none.\n";
  } else {
    table.print(std::cout);
  }
  std::cout << std::flush;
  return kExitOk;
}

int run_revoke(const Settings& settings, const KeyOptions& options) {
  const auto at = now();
  ApiKey revoked;
  const auto done = access::change_key_file(settings.key_file(), [&](std::vector<ApiKey>& keys) -> Result<void> {
    const auto key = the_one(keys, options.name, at);
    if (!key) return fail(key.error());
    if (!(*key)->revoked) (*key)->revoked = at;
    revoked = **key;
    return {};
  });
  if (!done) return report(done.error());
  write_down(settings, "revoke", revoked);
  std::cerr << "ordo: " << revoked.name << " (" << revoked.id << ") is revoked; servers know within a second\n";
  return kExitOk;
}

// A new key that may do the same; the old one ends at once, or after a time in which both are good.
int run_rotate(const Settings& settings, const KeyOptions& options) {
  const auto at = now();
  const auto grace = read_duration(options.grace);
  if (!grace || *grace == kForever) return report(bad_flag("--grace: expected a duration such as \"24h\"").value());
  ApiKey fresh;
  std::string text;
  const auto done = access::change_key_file(settings.key_file(), [&](std::vector<ApiKey>& keys) -> Result<void> {
    const auto found = the_one(keys, options.name, at);
    if (!found) return fail(found.error());
    auto& old = **found;
    if (!old.live_at(at)) return fail(ErrorCode::kNotFound, "unknown_key", "the key " + old.id + " has ended");
    fresh = old;
    fresh.created = at;
    if (old.expires) fresh.expires = at + (*old.expires - old.created);
    auto issued = access::issue(fresh);
    if (!issued) return fail(std::move(issued.error()));
    text = std::move(*issued);
    const auto ends = at + std::chrono::seconds(*grace);
    if (*grace == 0) {
      old.revoked = at;
    } else if (!old.expires || *old.expires > ends) {
      old.expires = ends;
    }
    if (auto room = make_room(keys, at); !room) return room;  // `old` is no more
    keys.push_back(fresh);
    return {};
  });
  if (!done) return report(done.error());
  write_down(settings, "rotate", fresh);
  return show_new(fresh, text, options);
}

using Run = int (*)(const Settings&, const KeyOptions&);

CLI::App* add(CLI::App& keys, CommandLine& line, const KeyOptionsPtr& options, const std::string& name,
              const std::string& help, Run run) {
  auto* command = keys.add_subcommand(name, help);
  line.flags.add(*command, SettingScope::kAccess);
  line.flags.add(*command, SettingScope::kStorage);
  command->callback([&line, options, run] {
    line.run = [options, run](const Settings& settings) { return run(settings, *options); };
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
  auto* keys = app.add_subcommand("key", "Who may use the server: API keys, in the file that api_keys names");
  keys->require_subcommand(1);
  const auto make = [] { return std::make_shared<KeyOptions>(); };

  auto options = make();
  auto* command =
      add(*keys, line, options, "create", "Make a key; prints it, once. The first one closes the door", run_create);
  command->add_option("name", options->name, "Who holds it")->required();
  command->add_option("--role", options->role, "admin, merchant, support, service or read-only")
      ->required()
      ->check(CLI::IsMember({"admin", "merchant", "support", "service", "read-only"}));
  command->add_option("--scope", options->scopes, "Only this of what the role may, such as orders:read; more than once")
      ->delimiter(',');
  command->add_option("--expires", options->expires, "How long it is good: 90d, forever")->capture_default_str();
  add_format(*command, *options);

  options = make();
  command = add(*keys, line, options, "list", "List the keys that are good", run_list);
  command->add_flag("--all", options->all, "Those that were revoked or have expired too");
  add_format(*command, *options);

  options = make();
  command = add(*keys, line, options, "revoke", "End a key, for good", run_revoke);
  add_who(*command, *options);

  options = make();
  command =
      add(*keys, line, options, "rotate", "Replace a key by one that may do the same; prints it, once", run_rotate);
  add_who(*command, *options);
  command->add_option("--grace", options->grace, "How long the old one is good beside it: 24h")->capture_default_str();
  add_format(*command, *options);
}

}  // namespace ordo::cli
