// Changes of an order's tags.
#include "domain/order_tags.h"

#include <gtest/gtest.h>

#include "domain/order_lifecycle.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

using Tags = std::vector<std::string>;

Tags numbered(std::size_t count) {
  Tags tags;
  for (std::size_t i = 0; i < count; ++i) tags.push_back("t" + std::to_string(i));
  return tags;
}

class OrderTags : public testing::Test {
 protected:
  OrderTags() {
    order_.emplace();
    order_->id = OrderId("o");
  }
  // Empty, or why the change was refused.
  std::string change(std::optional<Tags> add, std::optional<Tags> remove = {}) {
    const auto events = decide(&*order_, order_command::ChangeTags{"c", {std::move(add), std::move(remove)}});
    if (!events) return events.error().reason;
    changed_ = !events->empty();
    for (const auto& event : *events) evolve(order_, event, {"t", Timestamp(), "s"});
    return "";
  }

  std::optional<Order> order_;
  bool changed_ = false;
};

TEST_F(OrderTags, AreAddedAndRemovedOnce) {
  EXPECT_EQ(change(Tags{"gift", "rush", "gift"}), "");
  EXPECT_EQ(order_->tags, (Tags{"gift", "rush"}));
  EXPECT_EQ(change(Tags{"gift"}, Tags{"never there"}), "");
  EXPECT_FALSE(changed_);
  EXPECT_EQ(change(Tags{"late"}, Tags{"gift"}), "");
  EXPECT_EQ(order_->tags, (Tags{"rush", "late"}));
  EXPECT_EQ(change({}, Tags{"rush", "late"}), "");
  EXPECT_FALSE(order_->tags) << "an order without tags has none";
  EXPECT_TRUE(order_->history.empty()) << "tags push nothing out of the history";
}

TEST_F(OrderTags, AreBounded) {
  EXPECT_EQ(change(numbered(kMaxTags)), "");
  EXPECT_EQ(change(Tags{"one more"}), "too_many_tags");
  EXPECT_EQ(change(Tags{"one more"}, Tags{"t0"}), "");
  EXPECT_EQ(order_->tags->size(), kMaxTags);
  const Error error{ErrorCode::kConflict, "too_many_tags", "", {}};
  const auto refusal = refusal_of(order_command::ChangeTags{"c", {}}, error);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->request + " " + refusal->id, "tags c");
}

TEST_F(OrderTags, OfAChangeAreChecked) {
  const auto problems = [](const ChangedTags& change) {
    std::vector<Violation> found;
    check_tags(change, TextRule::enforced, found);
    std::string text;
    for (const auto& violation : found) text += violation.pointer + " " + violation.detail + "\n";
    return text;
  };
  EXPECT_EQ(problems({Tags{"gift"}, Tags{"rush"}}), "");
  EXPECT_EQ(problems({}), "/add or remove is required: nothing changes\n");
  EXPECT_EQ(problems({Tags{"x", "gift"}, Tags{"gift"}}), "/add/1 is removed too\n");
  EXPECT_NE(problems({Tags{""}, {}}), "");
  EXPECT_NE(problems({{}, Tags{std::string(kMaxTag + 1, 'x')}}), "");
  EXPECT_NE(problems({numbered(kMaxTags + 1), {}}), "");
  EXPECT_NE(problems({Tags{"two\nlines"}, {}}), "");
}

}  // namespace
}  // namespace ordo
