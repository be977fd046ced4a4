#include "domain/order_tags.h"

#include <algorithm>

#include "domain/order_decision.h"

namespace ordo {
namespace {

bool is_among(const std::vector<std::string>& tags, const std::string& tag) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

const std::vector<std::string>& or_none(const std::optional<std::vector<std::string>>& tags) {
  static const std::vector<std::string> kNone;
  return tags ? *tags : kNone;
}

}  // namespace

void check_tags(const ChangedTags& change, TextRule texts, std::vector<Violation>& found) {
  const auto& add = or_none(change.add);
  const auto& remove = or_none(change.remove);
  if (add.empty() && remove.empty()) found.push_back({"/add", "or remove is required: nothing changes"});
  check_rules(change, texts, found);
  // guard: order-tags-one-way
  for (std::size_t i = 0; i < std::min(add.size(), kMaxTags); ++i) {
    if (is_among(remove, add[i])) found.push_back({"/add/" + std::to_string(i), "is removed too"});
  }
}

std::vector<std::string> changed_tags(const std::optional<std::vector<std::string>>& tags, const ChangedTags& change) {
  auto changed = or_none(tags);
  std::erase_if(changed, [&](const std::string& tag) { return is_among(or_none(change.remove), tag); });
  for (const auto& tag : or_none(change.add)) {
    // guard: order-tag-once
    if (!is_among(changed, tag)) changed.push_back(tag);
  }
  return changed;
}

DecideOrder::Events DecideOrder::operator()(const order_command::ChangeTags& command) const {
  const auto tags = changed_tags(order.tags, command.tags);
  if (tags == or_none(order.tags)) return OrderEvents{};
  // guard: order-bounded-tags
  if (tags.size() > kMaxTags) {
    return fail(ErrorCode::kConflict, "too_many_tags",
                "an order has at most " + std::to_string(kMaxTags) + " tags; remove others first");
  }
  return OrderEvents{order_event::TagsChanged{command.tags}};
}

}  // namespace ordo
