#include "settings/setting_row.h"

namespace ordo::settings {

SettingSpec described(std::string key, SettingScope scope, std::string help) {
  SettingSpec spec;
  spec.env = "ORDO_";
  spec.flag = "--";
  for (const char c : key) {
    const bool word = c >= 'a' && c <= 'z';
    spec.env.push_back(word ? static_cast<char>(c - 'a' + 'A') : '_');
    spec.flag.push_back(word ? c : '-');
  }
  spec.key = std::move(key);
  spec.scope = scope;
  spec.help = std::move(help);
  return spec;
}

SettingSpec secret(SettingSpec spec, bool (*holds_secret)(std::string_view)) {
  spec.secret = true;
  spec.holds_secret = holds_secret;
  // A list of NAME=VALUE already shows its values masked.
  if (spec.shape == SettingShape::text) {
    spec.show = [show = std::move(spec.show)](const Settings& settings) { return mask_uri(show(settings)); };
  }
  return spec;
}

SettingSpec trusting(SettingSpec spec, std::vector<std::string> (*files)(std::string_view)) {
  spec.trusted_files = files;
  return spec;
}

SettingSpec file_of(const SettingSpec& whole_secret) {
  auto spec = described(whole_secret.key + "_file", whole_secret.scope, "File that contains " + whole_secret.key);
  spec.secret_of = whole_secret.key;
  spec.expects = "a file";
  spec.read = [key = whole_secret.key](std::string_view value, Settings& settings) {
    settings.secret_files.erase(key);
    if (!value.empty()) settings.secret_files[key] = value;
    return true;
  };
  spec.show = [key = whole_secret.key](const Settings& settings) {
    const auto found = settings.secret_files.find(key);
    return found == settings.secret_files.end() ? std::string() : found->second;
  };
  return spec;
}

}  // namespace ordo::settings
