// What tax rates, shipping methods and promotions have in common. They are the rules by which the shop sets prices.
// Each is created, changed and ended, and never removed: orders name the rules that priced them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/money.h"
#include "domain/past_change.h"
#include "domain/rules.h"

namespace ordo {

enum class ShopRuleStatus { active, ended };
BOOST_DESCRIBE_ENUM(ShopRuleStatus, active, ended)

enum class ShopRuleStep { create, update, end };
BOOST_DESCRIBE_ENUM(ShopRuleStep, create, update, end)

// The part of a requested change that all rules share. Beside it, a change has the members of the rule, all optional.
// An absent member stays as it is. `clear` names optional members that are to be absent.
struct ShopRuleChange {
  ShopRuleStep change = ShopRuleStep::create;
  std::string id;
  std::optional<std::vector<std::string>> clear;
  std::optional<std::string> change_id;      // id of the request, if it has one
  std::optional<std::int64_t> expected_rev;  // refuse if the rule has another revision

  friend bool operator==(const ShopRuleChange&, const ShopRuleChange&) = default;
};
BOOST_DESCRIBE_STRUCT(ShopRuleChange, (), (change, id, clear, change_id, expected_rev))
constexpr auto rules(RulesOf<ShopRuleChange>) {
  return std::array{list_of_lines("clear", 20, 1, 64, Privacy::kept, "optional members to remove"),
                    one_line("change_id", 1, 128, Privacy::kept, "makes a repeat harmless")};
}
// The common part of a change.
inline ShopRuleChange& change_of(ShopRuleChange& carrier) {
  return carrier;
}
inline const ShopRuleChange& change_of(const ShopRuleChange& carrier) {
  return carrier;
}

// How errors name a kind of rule.
struct ShopRuleName {
  std::string_view reason;  // "tax_rate", as in the reason "unknown_tax_rate"
  std::string_view text;    // "tax rate"
};

// Further checks of a change, for the types of rules.
namespace shop_rule {

// Adds a violation at `pointer` if `value` is not a whole number from `least` to `most`.
void check_number(std::string_view pointer, std::int64_t value, std::int64_t least, std::int64_t most,
                  std::vector<Violation>& found);
void check_number(std::string_view pointer, const std::optional<std::int64_t>& value, std::int64_t least,
                  std::int64_t most, std::vector<Violation>& found);
// An amount from `least` to kMaxAmount, in the currency of `like` if that is given.
void check_amount(std::string_view pointer, const std::optional<Money>& money, std::int64_t least,
                  const std::optional<Money>& like, std::vector<Violation>& found);
// `first` must be before `last`, if both are given.
void check_times(std::string_view last_pointer, const std::optional<Timestamp>& first,
                 const std::optional<Timestamp>& last, std::vector<Violation>& found);
// The id, and the texts of the common part.
void check_common(const ShopRuleChange& change, TextRule texts, std::vector<Violation>& found);
void require(bool given, std::string_view pointer, std::vector<Violation>& found);

// What a decision must know of the present rule.
struct State {
  ShopRuleStatus status = ShopRuleStatus::active;
  std::int64_t rev = 0;
  const std::vector<PastChange>& recent_changes;
};

// False: the change was decided before. Errors: kNotFound "unknown_<rule>", kConflict "<rule>_exists" (there is, or
// was, one with this id), "<rule>_ended" or "stale_revision".
Result<bool> is_new(const ShopRuleChange& change, const std::optional<State>& current, const ShopRuleName& name);

Error invalid(const ShopRuleName& name, std::vector<Violation> found);

template <class Document, class D>
constexpr bool has_member_of() {
  bool found = false;
  boost::mp11::mp_for_each<OwnMembers<Document>>(
      [&found](auto member) { found = found || std::string_view(member.name) == D::name; });
  return found;
}

// Copies each given member of `details` to the member of the same name.
template <class Details, class Document>
void apply(const Details& details, Document& document) {
  for_each_descriptor(details, [&]<class D, class M>(D, const M& given) {
    static_assert(has_member_of<Document, D>(), "a member of the details is missing in the document");
    if (!given) return;
    boost::mp11::mp_for_each<OwnMembers<Document>>([&]<class E>(E descriptor) {
      if constexpr (std::string_view(D::name) == std::string_view(E::name)) document.*descriptor.pointer = *given;
    });
  });
}

// Removes the optional members that `names` lists. Adds a violation for each other name.
template <class Document>
void clear(const std::vector<std::string>& names, Document& document, std::vector<Violation>& found) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    bool cleared = false;
    boost::mp11::mp_for_each<OwnMembers<Document>>([&]<class D>(D descriptor) {
      auto& member = document.*descriptor.pointer;
      if constexpr (requires { member.has_value(); }) {
        if (names[i] != D::name) return;
        member.reset();
        cleared = true;
      }
    });
    if (!cleared) found.push_back({"/clear/" + std::to_string(i), "is not the name of an optional member"});
  }
}

}  // namespace shop_rule

// The rule after `change`; see decide() of the types. Change has the bases ShopRuleChange and Change::Details. Beside
// it stand `check_change(change, texts, found)`, which checks the change by itself, and `check_whole(document, found)`,
// which checks that the members of the result fit together.
template <class Document, class Change>
Result<Document> decide_shop_rule(const Document* current, const Change& change, Timestamp at) {
  const auto state = current != nullptr
                         ? std::optional(shop_rule::State{current->status, current->rev, current->recent_changes})
                         : std::nullopt;
  const auto is_new = shop_rule::is_new(change, state, Document::kName);
  if (!is_new) return fail(is_new.error());
  if (!*is_new) return *current;
  Document next = current != nullptr ? *current : Document{};
  std::vector<Violation> found;
  check_change(change, TextRule::as_written, found);
  if (change.change == ShopRuleStep::end) {
    next.status = ShopRuleStatus::ended;
  } else if (found.empty()) {
    shop_rule::apply(static_cast<const typename Change::Details&>(change), next);
    if (change.clear) shop_rule::clear(*change.clear, next, found);
    check_whole(next, found);
  }
  if (!found.empty()) return fail(shop_rule::invalid(Document::kName, std::move(found)));
  if (current == nullptr) {
    next.id = change.id;
    next.created_at = at;
  }
  next.updated_at = at;
  if (change.change_id) remember_change(next.recent_changes, {*change.change_id, ChangeOutcome::applied, {}});
  return next;
}

}  // namespace ordo
