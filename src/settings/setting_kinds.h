// How the values of each type of setting are read and shown. The type of a member selects its kind, so a row of the
// table cannot disagree with its member.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/check.h"
#include "settings/setting_checks.h"
#include "settings/setting_specs.h"

namespace ordo::settings {

template <class T>
struct Kind {
  SettingShape shape = SettingShape::text;
  std::string expects;                                     // ends the sentence "expected ..."
  std::function<std::optional<T>(std::string_view)> read;  // nullopt when the text does not match `expects`
  std::function<std::string(const T&)> show;               // the text that `read` accepts
};

// The smallest and the largest value of a setting.
template <class T>
struct Bounds {
  T low;
  T high;
};

constexpr Bounds<std::int64_t> between(std::int64_t low, std::int64_t high) {
  return {low, high};
}
constexpr Bounds<std::chrono::seconds> between(std::chrono::seconds low, std::chrono::seconds high) {
  return {low, high};
}
constexpr Bounds<ByteSize> between(ByteSize low, ByteSize high) {
  return {low, high};
}

constexpr Bounds<std::int64_t> from(std::int64_t low) {
  return {low, std::numeric_limits<std::int64_t>::max()};
}
constexpr Bounds<std::chrono::seconds> from(std::chrono::seconds low) {
  return {low, kForever};
}

// For an optional duration: "default" stands for the value of the setting `key`.
struct OrValueOf {
  std::string_view key;
  Bounds<std::chrono::seconds> bounds;
};

// The kind of a type. Texts need a check. Numbers, durations and sizes need bounds.
Kind<bool> kind_of(std::type_identity<bool>);  // "yes" or "no"
Kind<LogLevel> kind_of(std::type_identity<LogLevel>);
Kind<Carrier> kind_of(std::type_identity<Carrier>);
Kind<Gateway> kind_of(std::type_identity<Gateway>);
Kind<Address> kind_of(std::type_identity<Address>);
Kind<LocationId> kind_of(std::type_identity<LocationId>);
Kind<Currency> kind_of(std::type_identity<Currency>);

Kind<std::string> kind_of(std::type_identity<std::string>, TextCheck check);

Kind<std::int64_t> kind_of(std::type_identity<std::int64_t>, Bounds<std::int64_t> bounds);
// Another type of whole numbers. ORDO_CHECKs that it can represent the bounds.
template <std::integral T>
Kind<T> kind_of(std::type_identity<T>, Bounds<std::int64_t> bounds);
Kind<std::chrono::seconds> kind_of(std::type_identity<std::chrono::seconds>, Bounds<std::chrono::seconds> bounds);
Kind<std::optional<std::chrono::seconds>> kind_of(std::type_identity<std::optional<std::chrono::seconds>>,
                                                  OrValueOf limits);
Kind<ByteSize> kind_of(std::type_identity<ByteSize>, Bounds<ByteSize> bounds);

// Lists. A map is a list of NAME=VALUE, whose values are shown masked.
Kind<std::vector<Role>> kind_of(std::type_identity<std::vector<Role>>);
Kind<std::vector<std::string>> kind_of(std::type_identity<std::vector<std::string>>, TextCheck check);
Kind<std::map<std::string, std::string>> kind_of(std::type_identity<std::map<std::string, std::string>>);

template <std::integral T>
Kind<T> kind_of(std::type_identity<T>, Bounds<std::int64_t> bounds) {
  ORDO_CHECK(std::in_range<T>(bounds.low) && std::in_range<T>(bounds.high), bounds.low, "..", bounds.high);
  auto whole = kind_of(std::type_identity<std::int64_t>(), bounds);
  return {whole.shape, std::move(whole.expects),
          [read = std::move(whole.read)](std::string_view text) {
            const auto number = read(text);
            return number ? std::optional(static_cast<T>(*number)) : std::nullopt;
          },
          [](const T& number) { return std::to_string(number); }};
}

}  // namespace ordo::settings
