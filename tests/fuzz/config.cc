// The settings file and its values: every accepted value is shown as a text that is accepted as the same value.
#include <string>

#include "base/check.h"
#include "settings/setting_specs.h"
#include "settings/setting_values.h"
#include "settings/settings_file.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

using namespace settings;  // NOLINT(google-build-using-namespace): all of it is under fuzz

void check_values(std::string_view text) {
  if (const auto duration = settings::read_duration(text)) {
    ORDO_CHECK(duration->count() >= 0, text);
    ORDO_CHECK(settings::read_duration(settings::show_duration(*duration)) == duration, text);
  }
  if (const auto bytes = settings::read_bytes(text)) {
    ORDO_CHECK(settings::read_bytes(settings::show_bytes(*bytes)) == bytes, text);
  }
  if (const auto number = settings::read_whole(text))
    ORDO_CHECK(settings::read_whole(std::to_string(*number)) == number, text);
  if (const auto address = settings::read_address(text)) {
    ORDO_CHECK(settings::read_address(settings::show_address(*address)) == address, text);
  }
}

void check_masked(std::string_view text) {
  const auto masked = settings::mask_uri(text);
  const auto at = text.rfind('@');
  const auto scheme = text.find("://");
  if (scheme == text.npos) {
    ORDO_CHECK(masked == (text.empty() ? "" : "***"), text);
  } else if (at != text.npos && at > scheme + 3 && at - scheme - 3 > 3) {
    const auto user = text.substr(scheme + 3, at - scheme - 3);
    ORDO_CHECK(masked.substr(scheme + 3, 4) == "***@", masked, " shows ", user);
  }
  ORDO_CHECK(settings::mask_uri(masked) == masked, masked);
}

void check_setting(const settings::SettingSpec& spec, std::string_view text) {
  settings::Settings settings;
  if (!spec.read(text, settings)) return;
  const auto shown = spec.show(settings);
  if (spec.secret) {
    // In a list with secrets, the names are shown.
    const bool named = text.find("://") != text.npos || text.find('=') != text.npos;
    ORDO_CHECK(text.size() < 12 || named || shown.find(text) == std::string::npos, spec.key);
    return;
  }
  settings::Settings again;
  ORDO_CHECK(spec.read(shown, again), spec.key, ": ", text, " is shown as ", shown);
  ORDO_CHECK(spec.show(again) == shown, spec.key, ": ", shown);
}

}  // namespace

void config(std::string_view input) {
  check_values(input);
  check_masked(input);
  for (const auto& spec : settings::setting_specs()) check_setting(spec, input);
  const auto values = settings::parse_settings(input, "ordo.toml");
  if (!values) {
    ORDO_CHECK(values.error().reason == "bad_toml", values.error().text());
    return;
  }
  for (const auto& value : *values) {
    ORDO_CHECK(value.shape || !value.type.empty(), value.key);
    check_values(value.text);
    if (const auto* spec = settings::find_setting(value.key)) check_setting(*spec, value.text);
  }
}

}  // namespace ordo::fuzz
