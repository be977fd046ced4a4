#include "domain/rounding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "domain/money.h"

namespace ordo {
namespace {

TEST(Rounding, OfAHalf) {
  EXPECT_EQ(part_of(5, 100'000, Rounding::half_up), 1);  // 0.5
  EXPECT_EQ(part_of(5, 100'000, Rounding::half_even), 0);
  EXPECT_EQ(part_of(15, 100'000, Rounding::half_up), 2);  // 1.5
  EXPECT_EQ(part_of(15, 100'000, Rounding::half_even), 2);
  EXPECT_EQ(part_of(4, 100'000, Rounding::half_up), 0);     // 0.4
  EXPECT_EQ(part_of(251, 10'000, Rounding::half_even), 3);  // 2.51
  EXPECT_EQ(part_of(kMaxAmount, kWhole, Rounding::half_up), kMaxAmount);
}

TEST(Rounding, NetOfAPriceWithTax) {
  EXPECT_EQ(net_of(11'900, 190'000, Rounding::half_up), 10'000);
  EXPECT_EQ(net_of(3'598, 190'000, Rounding::half_up), 3'024);  // 3023.53
  EXPECT_EQ(net_of(0, 190'000, Rounding::half_up), 0);
  EXPECT_EQ(net_of(kMaxAmount, 0, Rounding::half_even), kMaxAmount);
}

TEST(Rounding, PriceBeforeADiscount) {
  EXPECT_EQ(price_before(900, 100'000, Rounding::half_up), 1'000);
  EXPECT_EQ(price_before(0, 100'000, Rounding::half_up), 0);
  EXPECT_EQ(price_before(700, 0, Rounding::half_up), 700);
  EXPECT_EQ(price_before(7, kWhole, Rounding::half_up), std::nullopt);
  EXPECT_EQ(price_before(kMaxAmount, 999'999, Rounding::half_up), std::nullopt);  // 10^21
  for (std::int64_t price = 0; price < 2'000; ++price) {
    const auto net = price - part_of(price, 150'000, Rounding::half_up);
    const auto found = price_before(net, 150'000, Rounding::half_up);
    ASSERT_TRUE(found) << price;
    EXPECT_EQ(*found - part_of(*found, 150'000, Rounding::half_up), net);
  }
}

std::vector<std::int64_t> shares(std::int64_t total, std::vector<std::int64_t> weights) {
  return shares_of(total, weights);
}

TEST(Shares, GoToTheLargestRemaindersAndThenToTheFirst) {
  EXPECT_EQ(shares(100, {1, 1, 1}), (std::vector<std::int64_t>{34, 33, 33}));
  EXPECT_EQ(shares(520, {3'998, 1'200}), (std::vector<std::int64_t>{400, 120}));
  EXPECT_EQ(shares(2, {0, 1, 1, 1}), (std::vector<std::int64_t>{0, 1, 1, 0}));
  EXPECT_EQ(shares(0, {0, 0}), (std::vector<std::int64_t>{0, 0}));
  EXPECT_EQ(shares(0, {}), (std::vector<std::int64_t>{}));
  EXPECT_EQ(shares(kMaxAmount, {kMaxAmount, kMaxAmount}), (std::vector<std::int64_t>{kMaxAmount / 2, kMaxAmount / 2}));
}

TEST(Shares, AddUpAndStayWithinTheirWeights) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2'000; ++i) {
    std::vector<std::int64_t> weights(1 + random() % 9);
    for (auto& weight : weights) weight = static_cast<std::int64_t>(random() % (i % 2 == 0 ? 20 : kMaxAmount));
    const auto sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    if (sum == 0) continue;
    const auto total = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(std::min(sum, kMaxAmount) + 1));
    const auto made = shares_of(total, weights);
    ASSERT_EQ(std::accumulate(made.begin(), made.end(), std::int64_t{0}), total);
    for (std::size_t k = 0; k < made.size(); ++k) {
      ASSERT_GE(made[k], 0);
      ASSERT_LE(made[k], weights[k]);
    }
  }
}

// Only the place distinguishes lines of equal weight. Whatever stands around them, their shares differ by one at most.
TEST(Shares, OfEqualWeightsDifferByAtMostOne) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 500; ++i) {
    std::vector<std::int64_t> weights(2 + random() % 8, 1 + static_cast<std::int64_t>(random() % 100));
    const auto sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    const auto made = shares_of(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(sum)), weights);
    ASSERT_LE(made.front() - made.back(), 1);
    ASSERT_TRUE(std::is_sorted(made.rbegin(), made.rend()));
  }
}

}  // namespace
}  // namespace ordo
