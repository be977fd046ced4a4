// The settings file and the values in it: whatever is taken is shown as a text that is taken as the same.
#include <string>

#include "base/check.h"
#include "cli/setting_specs.h"
#include "cli/setting_values.h"
#include "cli/settings_file.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

using namespace cli;  // NOLINT(google-build-using-namespace): all of it is under fuzz

void check_values(std::string_view text) {
  if (const auto seconds = read_duration(text)) {
    ORDO_CHECK(*seconds >= 0 || *seconds == kForever, text);
    ORDO_CHECK(read_duration(show_duration(*seconds)) == seconds, text);
  }
  if (const auto bytes = read_bytes(text)) {
    ORDO_CHECK(*bytes >= 0 && read_bytes(show_bytes(*bytes)) == bytes, text);
  }
  if (const auto number = read_whole(text)) ORDO_CHECK(read_whole(std::to_string(*number)) == number, text);
  if (const auto address = read_address(text)) {
    const auto again = read_address(show_address(*address));
    ORDO_CHECK(again && again->host == address->host && again->port == address->port, text);
  }
}

void check_masked(std::string_view text) {
  const auto masked = mask_uri(text);
  const auto at = text.rfind('@');
  const auto scheme = text.find("://");
  if (scheme == text.npos) {
    ORDO_CHECK(masked == (text.empty() ? "" : "***"), text);
  } else if (at != text.npos && at > scheme + 3 && at - scheme - 3 > 3) {
    const auto user = text.substr(scheme + 3, at - scheme - 3);
    ORDO_CHECK(masked.substr(scheme + 3, 4) == "***@", masked, " shows ", user);
  }
  ORDO_CHECK(mask_uri(masked) == masked, masked);
}

void check_setting(const SettingSpec& spec, std::string_view text) {
  Settings settings;
  if (!spec.read(text, settings)) return;
  const auto shown = spec.show(settings);
  if (spec.secret) {
    // Where a secret is one of several values, their names are shown.
    const bool named = text.find("://") != text.npos || text.find('=') != text.npos;
    ORDO_CHECK(text.size() < 12 || named || shown.find(text) == std::string::npos, spec.key);
    return;
  }
  Settings again;
  ORDO_CHECK(spec.read(shown, again), spec.key, ": ", text, " is shown as ", shown);
  ORDO_CHECK(spec.show(again) == shown, spec.key, ": ", shown);
}

}  // namespace

void config(std::string_view input) {
  check_values(input);
  check_masked(input);
  for (const auto& spec : setting_specs()) check_setting(spec, input);
  const auto values = parse_settings(input, "ordo.toml");
  if (!values) {
    ORDO_CHECK(values.error().reason == "bad_toml", values.error().text());
    return;
  }
  for (const auto& value : *values) {
    ORDO_CHECK(value.shape || !value.type.empty(), value.key);
    check_values(value.text);
    if (const auto* spec = find_setting(value.key)) check_setting(*spec, value.text);
  }
}

}  // namespace ordo::fuzz
