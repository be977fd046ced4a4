// The worth of the pieces of an order: whatever is given back, in whatever parts, the sums are exact.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "domain/order.h"
#include "domain/pricing.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

TEST(Worth, OfAllPartsIsTheTotal) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2'000; ++i) {
    const auto total = static_cast<std::int64_t>(random() % (i % 2 == 0 ? 1'000 : kMaxAmount + 1));
    const auto pieces = static_cast<std::int64_t>(1 + random() % (i % 3 == 0 ? 1'000'000 : 7));
    std::int64_t sum = 0;
    for (std::int64_t first = 0; first < pieces;) {
      const auto count = std::min(pieces - first, static_cast<std::int64_t>(1 + random() % (1 + pieces / 3)));
      const auto worth = worth_of(total, pieces, first, count);
      ASSERT_GE(worth, 0);
      sum += worth;
      first += count;
    }
    ASSERT_EQ(sum, total) << pieces;
  }
  EXPECT_EQ(worth_of(100, 3, 0, 1), 33);
  EXPECT_EQ(worth_of(100, 3, 1, 1), 33);
  EXPECT_EQ(worth_of(100, 3, 2, 1), 34);
  EXPECT_EQ(worth_of(100, 3, 1, 2), 67);
  EXPECT_EQ(worth_of(100, 3, 3, 0), 0);
}

// An order with random lines, whose pieces are cancelled, shipped and returned in any order.
class GivingBack {
 public:
  explicit GivingBack(std::uint64_t seed) : random_(seed) {
    order_.total.currency = kUsd;
    const auto lines = below(3) + 1;
    for (std::int64_t i = 0; i < lines; ++i) {
      OrderLine line;
      line.product_id = ProductId(below(2) == 0 ? "tea" : "mug");
      line.quantity = below(9) + 1;
      line.total = {below(1'000), kUsd};
      order_.total.amount += line.total.amount;
      order_.lines.push_back(std::move(line));
    }
  }

  void run() {
    while (!std::all_of(order_.lines.begin(), order_.lines.end(),
                        [](const OrderLine& line) { return line.cancelled + line.returned == line.quantity; })) {
      const ProductId product(below(2) == 0 ? "tea" : "mug");
      switch (below(3)) {
        case 0:
          move(product, unshipped, &OrderLine::shipped);
          break;
        case 1:
          give_back(product, GivenBack::cancelled, unshipped, &OrderLine::cancelled);
          break;
        default:
          give_back(product, GivenBack::returned, returnable, &OrderLine::returned);
      }
    }
    EXPECT_EQ(given_, order_.total.amount);
  }

 private:
  using Room = std::int64_t (*)(const OrderLine&);

  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
  }

  // Of all the pieces that there is room for, some. Moves them as the order does: the first line first.
  std::int64_t move(const ProductId& product, Room room, std::int64_t OrderLine::*to, std::int64_t most = -1) {
    std::int64_t left = most;
    if (most < 0) left = below(total_room(product, room) + 1);
    for (auto& line : order_.lines) {
      if (line.product_id != product) continue;
      const auto count = std::min(left, room(line));
      line.*to += count;
      left -= count;
    }
    return left;
  }
  std::int64_t total_room(const ProductId& product, Room room) const {
    std::int64_t sum = 0;
    for (const auto& line : order_.lines) sum += line.product_id == product ? room(line) : 0;
    return sum;
  }
  void give_back(const ProductId& product, GivenBack how, Room room, std::int64_t OrderLine::*to) {
    const auto count = below(total_room(product, room) + 1);
    if (count == 0) return;
    given_ += price_of(order_, std::vector<StockLine>{{product, count}}, how).amount;
    ASSERT_LE(given_, order_.total.amount);
    ASSERT_EQ(move(product, room, to, count), 0);
  }

  std::mt19937_64 random_;
  Order order_;
  std::int64_t given_ = 0;
};

TEST(Order, AllThatIsGivenBackAddsUpToItsTotal) {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    SCOPED_TRACE(seed);
    GivingBack(seed).run();
  }
}

std::string problems(const std::vector<PricedLine>& lines, Money total) {
  std::string text;
  for (const auto& violation : check_priced(lines, {}, total, TextRule::enforced))
    text += violation.pointer + ": " + violation.detail + "\n";
  return text;
}

TEST(Pricing, WhatAnotherServicePricedMustAddUp) {
  const Money price{250, kUsd};
  const std::vector<PricedLine> lines = {{{}, ProductId("tea"), "Tea", 2, price, {500, kUsd}},
                                         {{}, ProductId("mug"), "Mug", 1, price, {250, kUsd}}};
  EXPECT_EQ(problems(lines, {750, kUsd}), "");
  EXPECT_EQ(problems(lines, {700, kUsd}), "/total: is 7.00 USD, but the lines come to 7.50 USD\n");
  auto wrong = lines;
  wrong[0].total.amount = 499;
  EXPECT_EQ(problems(wrong, {750, kUsd}), "/lines/0/total: is 4.99 USD, but comes to 5.00 USD\n");
  wrong = lines;
  wrong[1].unit_price = {250, *Currency::parse("EUR")};
  EXPECT_EQ(problems(wrong, {750, kUsd}), "/lines/1/unit_price/currency: must be USD, as that of the order\n");
  wrong = lines;
  wrong[1].quantity = -1;
  EXPECT_NE(problems(wrong, {750, kUsd}).find("/lines/1/quantity"), std::string::npos);
  wrong[1] = {{}, ProductId("mug"), "Mug", 1, std::nullopt, {-250, kUsd}};
  EXPECT_EQ(problems(wrong, {500, kUsd}), "/lines/1/total: is -2.50 USD, but comes to 0.00 USD\n");
  EXPECT_NE(problems({}, {0, kUsd}), "");
}

}  // namespace
}  // namespace ordo
