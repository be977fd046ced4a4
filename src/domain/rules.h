// Rules beside descriptions: the allowed texts of a type's members, their privacy and their meaning. From the rules
// follow checks wherever input arrives, redaction, sizes, schemas and the API documents.
//   struct Address { std::string city; ... };
//   BOOST_DESCRIBE_STRUCT(Address, (), (city, ...))
//   constexpr auto rules(RulesOf<Address>) {
//     return std::array{one_line("city", 1, 128, Privacy::personal, "of the city")};
//   }
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/described.h"
#include "base/result.h"
#include "domain/text_rule.h"

namespace ordo {

// Whether a member is removed with the personal data of its document.
enum class Privacy { kept, personal };

// The problem of a text, or an empty view.
using TextCheck = std::string_view (*)(std::string_view);

// A rule of one member. `least` and `most` count bytes: of a text, or of each text of a list.
struct Rule {
  std::string_view member;
  std::size_t least = 0;
  std::size_t most = 0;
  Privacy privacy = Privacy::kept;
  std::string_view text = {};        // the meaning, for the API documents
  TextCheck problem = line_problem;  // further checks of a text
  std::size_t entries = 0;           // most elements of a list; 0: the member is no list
};

template <class T>
struct RulesOf {};

template <class T>
concept Ruled = requires {
  rules(RulesOf<T>{});
};

constexpr Rule one_line(std::string_view member, std::size_t least, std::size_t most, Privacy privacy,
                        std::string_view text) {
  return {member, least, most, privacy, text};
}
// A list of texts of one line.
constexpr Rule list_of_lines(std::string_view member, std::size_t entries, std::size_t least, std::size_t most,
                             Privacy privacy, std::string_view text) {
  return {member, least, most, privacy, text, line_problem, entries};
}
// A list of elements with rules of their own.
constexpr Rule list_of(std::string_view member, std::size_t entries, Privacy privacy, std::string_view text) {
  return {member, 0, 0, privacy, text, line_problem, entries};
}
// A map of texts, or a type with rules of its own.
constexpr Rule parts(std::string_view member, Privacy privacy, std::string_view text) {
  return {member, 0, 0, privacy, text};
}

template <Ruled T>
inline constexpr auto kRulesOf = rules(RulesOf<T>{});

// The rule of T's own member `name`; null when there is none.
template <class T>
constexpr const Rule* find_rule(std::string_view name) {
  if constexpr (Ruled<T>) {
    for (const auto& rule : kRulesOf<T>) {
      if (rule.member == name) return &rule;
    }
  }
  return nullptr;
}

// --- free texts by name: metadata of orders and customers

inline constexpr std::size_t kMaxMetadataEntries = 50;
inline constexpr std::size_t kMaxMetadataKey = 64;
inline constexpr std::size_t kMaxMetadataValue = 512;
inline constexpr std::string_view kMetadataText =
    "keys are 1 to 64 bytes without dots and dollar signs, values at most 512 bytes";

using Metadata = std::map<std::string, std::string>;

// --- consequences of the rules

namespace ruled {

// Both add the violations of a value, with pointers relative to it.
void check(std::string_view value, const Rule& rule, TextRule texts, std::vector<Violation>& found);
void check(const Metadata& value, TextRule texts, std::vector<Violation>& found);
// False, with a violation, if a list has too many elements.
bool check_count(std::size_t count, const Rule& rule, std::vector<Violation>& found);
// The violations from `first` on are those of the member `name`: completes their pointers.
void place(std::string_view name, std::size_t first, std::vector<Violation>& found);

inline void clear(std::string& value) {
  value.clear();
}
inline void clear(Metadata& value) {
  value.clear();
}
template <class T>
void clear(std::optional<T>& value) {
  value.reset();
}

}  // namespace ruled

template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;

// Adds the errors of the members of `value` that have rules, including those of its bases. The pointers are relative to
// `value`. With TextRule::as_written, control characters from older releases are accepted.
template <class T>
void check_rules(const T& value, TextRule texts, std::vector<Violation>& found) {
  const auto check_part = [&]<class M>(const Rule& rule, const M& part) {
    if constexpr (std::is_same_v<M, std::string>) {
      ruled::check(part, rule, texts, found);
    } else if constexpr (std::is_same_v<M, Metadata>) {
      ruled::check(part, texts, found);
    } else if constexpr (std::is_enum_v<M> || std::is_same_v<M, bool>) {
      // Every value is allowed.
    } else {
      static_assert(kDescribed<M>, "no rule is known for members of this type");
      check_rules(part, texts, found);
    }
  };
  const auto check_one = [&]<class M>(const Rule& rule, const M& member) {
    const std::size_t first = found.size();
    if constexpr (!kIsList<M>) {
      check_part(rule, member);
    } else if (ruled::check_count(member.size(), rule, found)) {
      for (std::size_t i = 0; i < member.size(); ++i) {
        const std::size_t of_element = found.size();
        check_part(rule, member[i]);
        ruled::place(std::to_string(i), of_element, found);
      }
    }
    ruled::place(rule.member, first, found);
  };
  boost::mp11::mp_for_each<OwnMembers<T>>([&]<class D>(D descriptor) {
    static constexpr const Rule* kRule = find_rule<T>(member_name_of<D>());
    if constexpr (kRule != nullptr) {
      const auto& member = value.*descriptor.pointer;
      if constexpr (requires { member.has_value(); }) {
        if (member) check_one(*kRule, *member);
      } else {
        check_one(*kRule, member);
      }
    }
  });
  for_each_base(value, [&](const auto& base) { check_rules(base, texts, found); });
}

// Removes the personal members of `value`.
template <class T>
void redact(T& value) {
  boost::mp11::mp_for_each<OwnMembers<T>>([&]<class D>(D descriptor) {
    static constexpr const Rule* kRule = find_rule<T>(member_name_of<D>());
    if constexpr (kRule != nullptr) {
      if constexpr (kRule->privacy == Privacy::personal) ruled::clear(value.*descriptor.pointer);
    }
  });
  for_each_base(value, [](auto& base) { redact(base); });
}

// Whether redact() would change `value`.
template <class T>
bool has_personal_data(const T& value) {
  T redacted = value;
  redact(redacted);
  return redacted != value;
}

// Bytes of all texts in `value`: of strings and maps, including those in optionals, lists and described types, with
// some for each entry of a list or map.
template <class T>
std::size_t text_bytes(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return value.size();
  } else if constexpr (std::is_same_v<T, Metadata>) {
    std::size_t bytes = 0;
    for (const auto& [key, text] : value) bytes += 8 + key.size() + text.size();
    return bytes;
  } else if constexpr (kIsList<T>) {
    std::size_t bytes = 0;
    for (const auto& element : value) bytes += 4 + text_bytes(element);
    return bytes;
  } else if constexpr (requires { value.has_value(); }) {
    return value ? text_bytes(*value) : 0;
  } else if constexpr (kDescribed<T>) {
    std::size_t bytes = 0;
    for_each_member(value, [&](std::string_view, const auto& member) { bytes += text_bytes(member); });
    return bytes;
  } else {
    return 0;
  }
}

}  // namespace ordo
