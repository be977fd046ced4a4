// Makes the rows of the table of settings.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "settings/setting_kinds.h"
#include "settings/setting_specs.h"

namespace ordo::settings {

// A setting with its names and its help text, but without a kind yet.
SettingSpec described(std::string key, SettingScope scope, std::string help);

// Adds how the setting is read into `member` and shown. `member` is a member pointer of Settings, or a function from
// Settings to a reference.
template <class Member, class T>
SettingSpec with_kind(SettingSpec spec, const Member& member, Kind<T> kind) {
  spec.shape = kind.shape;
  spec.expects = std::move(kind.expects);
  spec.read = [member, read = std::move(kind.read)](std::string_view text, Settings& settings) {
    auto value = read(text);
    if (value) std::invoke(member, settings) = std::move(*value);
    return value.has_value();
  };
  spec.show = [member, show = std::move(kind.show)](const Settings& settings) {
    return show(std::invoke(member, settings));
  };
  return spec;
}

template <class Member>
using TypeOf = std::type_identity<std::remove_cvref_t<std::invoke_result_t<const Member&, Settings&>>>;

// One setting. Its kind follows from the type of `member`, see setting_kinds.h.
template <class Member>
SettingSpec row(std::string key, SettingScope scope, const Member& member, std::string help) {
  return with_kind(described(std::move(key), scope, std::move(help)), member, kind_of(TypeOf<Member>()));
}
// `limits`: the bounds of a number, duration or size; the check of a text.
template <class Member, class Limits>
SettingSpec row(std::string key, SettingScope scope, const Member& member, const Limits& limits, std::string help) {
  return with_kind(described(std::move(key), scope, std::move(help)), member, kind_of(TypeOf<Member>(), limits));
}

// A setting that may hold a secret. It is shown masked, and also has a file_of(). For `holds_secret` see SettingSpec.
SettingSpec secret(SettingSpec spec, bool (*holds_secret)(std::string_view) = is_not_empty);

// For `files` see SettingSpec::trusted_files.
SettingSpec trusting(SettingSpec spec, std::vector<std::string> (*files)(std::string_view));

// The setting "<key>_file": it names a file that holds the secret, as orchestrators mount them.
SettingSpec file_of(const SettingSpec& whole_secret);

}  // namespace ordo::settings
