// A change of an order's tags: the shop's own words for finding it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "domain/rules.h"

namespace ordo {

inline constexpr std::size_t kMaxTags = 50;
inline constexpr std::size_t kMaxTag = 64;

struct ChangedTags {
  std::optional<std::vector<std::string>> add;
  std::optional<std::vector<std::string>> remove;

  friend bool operator==(const ChangedTags&, const ChangedTags&) = default;
};
BOOST_DESCRIBE_STRUCT(ChangedTags, (), (add, remove))
constexpr auto rules(RulesOf<ChangedTags>) {
  return std::array{list_of_lines("add", kMaxTags, 1, kMaxTag, Privacy::kept, "tags that the order gets"),
                    list_of_lines("remove", kMaxTags, 1, kMaxTag, Privacy::kept, "tags that the order loses")};
}
inline const ChangedTags& changed_tags_of(const ChangedTags& carrier) {
  return carrier;
}

// Adds the errors of a change: those of its tags, and a tag that is added and removed.
void check_tags(const ChangedTags& change, TextRule texts, std::vector<Violation>& found);

// The tags after the change, in their order, with new ones at the end.
std::vector<std::string> changed_tags(const std::optional<std::vector<std::string>>& tags, const ChangedTags& change);

}  // namespace ordo
