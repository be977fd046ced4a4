// The kinds of settings, such as text, duration and size. Each function adds to a description how values are read and
// shown.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

#include "settings/setting_specs.h"

namespace ordo::settings {

// Access to the member of Settings that holds the value, for reading and for writing.
using TextMember = std::function<std::string&(Settings&)>;
using WholeMember = std::function<std::int64_t&(Settings&)>;

// No upper limit.
inline constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// A setting with its names and its help text, but without a kind yet.
SettingSpec described(std::string key, SettingScope scope, std::string help);

SettingSpec text(SettingSpec spec, const TextMember& member, std::string expects, bool (*valid)(std::string_view));
SettingSpec whole(SettingSpec spec, const WholeMember& member, std::int64_t low, std::int64_t high);
// Without an upper limit, the value may also be "forever".
SettingSpec duration(SettingSpec spec, const WholeMember& member, std::int64_t low, std::int64_t high);
// For a setting of one topic: "default" stands for the setting of all topics.
SettingSpec or_as_all_others(SettingSpec spec, const WholeMember& member);
SettingSpec bytes(SettingSpec spec, const WholeMember& member, std::int64_t low, std::int64_t high);
SettingSpec log_level(SettingSpec spec);

// Lists.
SettingSpec roles(SettingSpec spec);
SettingSpec kafka_settings(SettingSpec spec);
SettingSpec origins(SettingSpec spec);
SettingSpec hosts(SettingSpec spec);

// Call it before text(). For `holds_secret` see SettingSpec. If it is null, every value that is not empty is a secret.
SettingSpec secret(SettingSpec spec, bool (*holds_secret)(std::string_view) = nullptr);
// The setting "<key>_file": it names a file that holds the secret, as orchestrators mount them.
SettingSpec file_of(const SettingSpec& whole_secret);

}  // namespace ordo::settings
