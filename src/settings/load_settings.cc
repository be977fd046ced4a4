#include "settings/load_settings.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>
#include <utility>

#include "access/file_exposure.h"
#include "base/text.h"
#include "settings/setting_specs.h"
#include "settings/setting_values.h"
#include "settings/settings_file.h"

namespace ordo::settings {
namespace {

constexpr std::size_t kMaxProblems = 20;
constexpr std::size_t kMaxSecret = 64 * 1024;
constexpr std::string_view kConfigVariable = "ORDO_CONFIG";
// Prefixes of the development tools' variables. The program ignores these variables.
constexpr std::string_view kForeignPrefixes[] = {"ORDO_TEST_", "ORDO_STACK_", "ORDO_BENCH_"};

class Loader {
 public:
  void read_file(const std::string& path);
  void read_environment(const std::vector<std::pair<std::string, std::string>>& environment);
  void read_flags(const std::map<std::string, std::string>& flags);
  Result<Settings> finish() &&;

 private:
  void take(const SettingSpec& spec, std::string_view text, const std::string& origin);
  void take_file(const SettingSpec& spec, const std::string& path, const std::string& origin);
  void refuse(std::string where, std::string detail) {
    if (problems_.size() < kMaxProblems) problems_.push_back({std::move(where), std::move(detail)});
  }
  void read_foreign_names(const std::vector<std::pair<std::string, std::string>>& environment);
  void check_together();

  Settings settings_;
  std::set<std::string> secrets_here_;  // secrets that the current source has set
  std::vector<Violation> problems_;
};

std::string quoted(const SettingSpec& spec, std::string_view text) {
  return spec.secret ? "the given value" : '"' + std::string(text) + '"';
}

void Loader::take(const SettingSpec& spec, std::string_view text, const std::string& origin) {
  if ((spec.secret || !spec.secret_of.empty()) && !text.empty()) {
    const auto& key = spec.secret ? spec.key : spec.secret_of;
    if (!secrets_here_.insert(key).second) return refuse(origin, "give " + key + " or " + key + "_file, not both");
    settings_.secret_files.erase(key);
  }
  if (!spec.read(text, settings_)) {
    refuse(origin, quoted(spec, text) + " is not possible for " + spec.key + ": expected " + spec.expects);
    return;
  }
  for (const auto& file : spec.trusted_files ? spec.trusted_files(text) : std::vector<std::string>()) {
    if (const auto safe = access::check_not_writable_by_others(file); !safe) refuse(origin, safe.error().message);
  }
  settings_.origins[spec.key] = origin;
  if (!spec.secret_of.empty() && !text.empty()) take_file(*find_setting(spec.secret_of), std::string(text), origin);
}

// Reads a secret from a file. A line end at the end of the file is not part of the secret.
void Loader::take_file(const SettingSpec& spec, const std::string& path, const std::string& origin) {
  // guard: secret-file-writable-by-others
  if (const auto safe = access::check_not_writable_by_others(path); !safe) return refuse(origin, safe.error().message);
  std::ifstream stream(path, std::ios::binary);
  std::string text(kMaxSecret + 1, '\0');
  if (stream) stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (text.empty() || text.size() > kMaxSecret) {
    return refuse(origin, "the file " + path + (text.empty() ? " cannot be read, or is empty" : " is too large"));
  }
  // In the file of a list, each element may be on its own line.
  if (spec.shape == SettingShape::list) std::replace(text.begin(), text.end(), '\n', ',');
  if (!spec.read(text, settings_)) {
    return refuse(origin, "the content of " + path + " is not possible for " + spec.key + ": expected " + spec.expects);
  }
  settings_.origins[spec.key] = origin + ", file " + path;
}

std::string hint(std::string_view name, const std::vector<std::string>& known) {
  const auto near = nearest(name, known);
  return near.empty() ? "" : ", did you mean " + std::string(near) + "?";
}

void Loader::read_file(const std::string& path) {
  secrets_here_.clear();
  // Anyone who can write to this file decides where orders and secrets go.
  if (const auto safe = access::check_not_writable_by_others(path); !safe) return refuse(path, safe.error().message);
  auto values = read_settings_file(path);
  if (!values) return refuse(path, values.error().message);
  std::vector<std::string> known;
  for (const auto& spec : setting_specs()) known.push_back(spec.key);
  for (const auto& value : *values) {
    const auto origin = "file " + path + ":" + std::to_string(value.line);
    const auto* spec = find_setting(value.key);
    if (spec == nullptr) {
      refuse(origin, "there is no setting " + value.key + hint(value.key, known));
    } else if (value.shape == spec->shape || (value.shape == SettingShape::text && spec->shape == SettingShape::list)) {
      take(*spec, value.text, origin);
    } else {
      refuse(origin, value.key + " is " + value.type + ": expected " + spec->expects +
                         (spec->shape == SettingShape::text ? ", in quotes" : ""));
    }
  }
}

// Hosting services set DATABASE_URL and PORT. ordo's own variables override them.
void Loader::read_foreign_names(const std::vector<std::pair<std::string, std::string>>& environment) {
  secrets_here_.clear();
  for (const auto& [name, value] : environment) {
    if (name == "DATABASE_URL") {
      take(*find_setting("mongo"), value, "environment DATABASE_URL");
    } else if (name == "PORT") {
      const auto port = read_address("host:" + value);
      if (!port) {
        refuse("environment PORT", '"' + value + "\" is not possible: expected a port, 0..65535");
        continue;
      }
      take(*find_setting("listen"), show_address({settings_.listen.host, port->port}), "environment PORT");
    }
  }
}

void Loader::read_environment(const std::vector<std::pair<std::string, std::string>>& environment) {
  read_foreign_names(environment);
  secrets_here_.clear();  // ordo's own names override DATABASE_URL
  const auto& specs = setting_specs();
  std::vector<std::string> known = {std::string(kConfigVariable)};
  for (const auto& spec : specs) known.push_back(spec.env);
  for (const auto& [name, value] : environment) {
    if (!name.starts_with("ORDO_") || name == kConfigVariable) continue;
    if (std::any_of(std::begin(kForeignPrefixes), std::end(kForeignPrefixes),
                    [&name = name](std::string_view prefix) { return name.starts_with(prefix); })) {
      continue;
    }
    const auto spec = std::find_if(specs.begin(), specs.end(), [&name = name](const auto& s) { return s.env == name; });
    if (spec == specs.end()) {
      refuse("environment " + name, "there is no setting of this name" + hint(name, known));
    } else {
      take(*spec, value, "environment " + name);
    }
  }
}

void Loader::read_flags(const std::map<std::string, std::string>& flags) {
  secrets_here_.clear();
  for (const auto& [key, text] : flags) {
    const auto& spec = *find_setting(key);
    if (spec.secret && spec.holds_secret(text)) {
      // Every user of this machine can list the processes and their command lines.
      refuse("flag " + spec.flag, "do not pass a secret on the command line: put it into the environment variable " +
                                      spec.env + ", or into a file that you name with " + spec.flag + "-file");
      continue;
    }
    take(spec, text, "flag " + spec.flag);
  }
}

void Loader::check_together() {
  if (settings_.kafka.empty() != settings_.mongo.empty()) {
    const bool kafka = !settings_.kafka.empty();
    const std::string given = kafka ? "kafka" : "mongo";
    const std::string missing = kafka ? "mongo" : "kafka";
    const auto origin = settings_.origins.find(given);
    refuse(origin == settings_.origins.end() ? given : origin->second,
           given + " is set and " + missing +
               " is not: give both (--kafka and --mongo), or neither for the embedded store");
  }
  if (!settings_.jwt_keys.empty() && (settings_.jwt_issuer.empty() || settings_.jwt_audience.empty())) {
    refuse(
        "jwt_keys",
        "jwt_issuer and jwt_audience are also needed: the owner of these keys may also sign tokens for other services");
  }
  if (settings_.tls_cert.empty() != settings_.tls_key.empty()) {
    const bool cert = !settings_.tls_cert.empty();
    const std::string given = cert ? "tls_cert" : "tls_key";
    refuse(settings_.origins.at(given),
           given + " is set and " + (cert ? "tls_key" : "tls_cert") + " is not: https needs both, http needs neither");
  }
  std::map<std::string, std::string> used;
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto canonical = std::string(ordo::to_string(static_cast<Topic>(i)));
    for (const auto& name : {settings_.topics[i].name, settings_.topics[i].name + ".dlq"}) {
      const auto [at, fresh] = used.emplace(name, canonical);
      if (!fresh) refuse("topics." + canonical + ".name", "the topic " + name + " is also that of " + at->second);
    }
  }
}

Result<Settings> Loader::finish() && {
  if (problems_.empty()) check_together();
  if (problems_.empty()) return std::move(settings_);
  return fail(Error{ErrorCode::kInvalid, "bad_settings", "the settings are wrong", std::move(problems_)});
}

}  // namespace

Result<Settings> load_settings(const SettingSources& sources) {
  Loader loader;
  auto file = sources.config_file;
  for (const auto& [name, value] : sources.environment) {
    if (!file && name == kConfigVariable && !value.empty()) file = value;
  }
  std::error_code ignored;
  if (file) {
    if (!std::filesystem::exists(*file, ignored)) {
      return fail(ErrorCode::kNotFound, "no_config_file", "there is no configuration file " + *file);
    }
    loader.read_file(*file);
  } else if (sources.default_config_file && std::filesystem::exists(*sources.default_config_file, ignored)) {
    loader.read_file(*sources.default_config_file);
  }
  loader.read_environment(sources.environment);
  loader.read_flags(sources.flags);
  return std::move(loader).finish();
}

std::vector<std::pair<std::string, std::string>> process_environment() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view line = *entry;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace_back(line.substr(0, equals), line.substr(equals + 1));
  }
  return variables;
}

}  // namespace ordo::settings
