// The kinds of settings: what a value of each looks like, and how it is read and shown. Each function completes the
// description of one setting.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

#include "cli/setting_specs.h"

namespace ordo::cli {

// Members are reached through one function for reading and writing.
using TextMember = std::function<std::string&(Settings&)>;
using WholeMember = std::function<std::int64_t&(Settings&)>;

// No upper limit.
inline constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// A setting with its names, and nothing said of its values yet.
SettingSpec described(std::string key, SettingScope scope, std::string help);

SettingSpec text(SettingSpec spec, const TextMember& member, std::string expects, bool (*valid)(std::string_view));
SettingSpec whole(SettingSpec spec, const WholeMember& member, std::int64_t low, std::int64_t high);
// Without an upper limit it may be "forever".
SettingSpec duration(SettingSpec spec, const WholeMember& member, std::int64_t low, std::int64_t high);
// Of one topic: "default" for what the setting for all topics says.
SettingSpec or_as_all_others(SettingSpec spec, const WholeMember& member);
SettingSpec bytes(SettingSpec spec, const WholeMember& member, std::int64_t low, std::int64_t high);
SettingSpec log_level(SettingSpec spec);

// Lists.
SettingSpec roles(SettingSpec spec);
SettingSpec kafka_settings(SettingSpec spec);
SettingSpec origins(SettingSpec spec);

// To be called before text(). `holds_secret` as in SettingSpec; null: every value that is not empty does.
SettingSpec secret(SettingSpec spec, bool (*holds_secret)(std::string_view) = nullptr);
// Each secret may stand in a file instead, as orchestrators mount them: the setting "<key>_file" names it.
SettingSpec file_of(const SettingSpec& whole_secret);

}  // namespace ordo::cli
