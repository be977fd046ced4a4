#include "domain/shop_rule.h"

#include "domain/ids.h"

namespace ordo {
namespace shop_rule {

void check_number(std::string_view pointer, std::int64_t value, std::int64_t least, std::int64_t most,
                  std::vector<Violation>& found) {
  // guard: shop-rule-numbers-bounded
  if (value >= least && value <= most) return;
  found.push_back(
      {std::string(pointer), "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most)});
}

void check_number(std::string_view pointer, const std::optional<std::int64_t>& value, std::int64_t least,
                  std::int64_t most, std::vector<Violation>& found) {
  if (value) check_number(pointer, *value, least, most, found);
}

void check_amount(std::string_view pointer, const std::optional<Money>& money, std::int64_t least,
                  const std::optional<Money>& like, std::vector<Violation>& found) {
  if (!money) return;
  const std::string at(pointer);
  check_number(at + "/amount", money->amount, least, kMaxAmount, found);
  if (like && like->currency != money->currency) {
    found.push_back(
        {at + "/currency", "must be " + std::string(like->currency.code()) + ", as that of the other amounts"});
  }
}

void check_times(std::string_view last_pointer, const std::optional<Timestamp>& first,
                 const std::optional<Timestamp>& last, std::vector<Violation>& found) {
  if (!first || !last || *first < *last) return;
  found.push_back({std::string(last_pointer), "must be after " + to_rfc3339(*first) + ", when it begins"});
}

void check_common(const ShopRuleChange& change, TextRule texts, std::vector<Violation>& found) {
  const bool creates = change.change == ShopRuleStep::create;
  // guard: shop-rule-id
  const auto problem = creates ? new_id_problem(change.id, texts) : id_problem(change.id);
  if (!problem.empty()) found.push_back({"/id", std::string(problem)});
  check_rules(change, texts, found);
}

void require(bool given, std::string_view pointer, std::vector<Violation>& found) {
  if (!given) found.push_back({std::string(pointer), "is required"});
}

Result<bool> is_new(const ShopRuleChange& change, const std::optional<State>& current, const ShopRuleName& name) {
  const auto reason = [&name](std::string_view before, std::string_view after) {
    return std::string(before) + std::string(name.reason) + std::string(after);
  };
  const std::string text(name.text);
  // guard: shop-rule-change-once
  if (current && change.change_id && has_seen(current->recent_changes, *change.change_id)) return false;
  const bool creates = change.change == ShopRuleStep::create;
  if (!current && !creates) {
    return fail(ErrorCode::kNotFound, reason("unknown_", ""), "there is no " + text + " with this id");
  }
  if (current && creates) {
    return fail(ErrorCode::kConflict, reason("", "_exists"), "there is, or was, a " + text + " with this id");
  }
  // guard: shop-rule-revision
  if (change.expected_rev && (!current || current->rev != *change.expected_rev)) {
    return fail(ErrorCode::kConflict, "stale_revision", "the " + text + " has changed since it was read");
  }
  // guard: shop-rule-ended
  if (current && current->status == ShopRuleStatus::ended) {
    return fail(ErrorCode::kConflict, reason("", "_ended"), "the " + text + " has ended; create a new one");
  }
  return true;
}

Error invalid(const ShopRuleName& name, std::vector<Violation> found) {
  return {ErrorCode::kInvalid, "invalid_fields", "the " + std::string(name.text) + " has wrong fields",
          std::move(found)};
}

}  // namespace shop_rule
}  // namespace ordo
