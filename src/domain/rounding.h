// Exact arithmetic of tax and of shares: whole minor units, rates in parts per million, no floating point. Products are
// computed with 128 bits, so nothing overflows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/described.h"

namespace ordo {

// A rate of 100 %. A rate of 8.875 % is 88,750.
inline constexpr std::int64_t kWhole = 1'000'000;

// What happens to exactly half a minor unit: half_up is 0.5 -> 1; half_even is 0.5 -> 0 and 1.5 -> 2.
enum class Rounding { half_up, half_even };
BOOST_DESCRIBE_ENUM(Rounding, half_up, half_even)

// Both: 0 <= the amount <= 10^18 minor units, 0 <= rate_ppm. The part of an amount: round(amount * rate / 10^6). The
// part of `gross` that is left without a tax it includes: round(gross * 10^6 / (10^6 + rate)).
std::int64_t part_of(std::int64_t amount, std::int64_t rate_ppm, Rounding rounding);
std::int64_t net_of(std::int64_t gross, std::int64_t rate_ppm, Rounding rounding);

// The amount that a discount of rate_ppm leaves `net` of: net = amount - part_of(amount, rate_ppm). Nothing if no
// amount up to 10^18 does. 0 <= net <= 10^18.
std::optional<std::int64_t> price_before(std::int64_t net, std::int64_t rate_ppm, Rounding rounding);

// Splits `total` by the weights, by largest remainder: each share is floor(total * weight / sum of weights), and the
// rest goes, one unit each, to the shares with the largest remainders, on a tie to the first. So the shares add up to
// the total, and a share is not above its weight if the total is not above the sum. 0 <= total and weights, at most
// 10^15 each; at most 10,000 weights; their sum is above zero unless the total is zero.
std::vector<std::int64_t> shares_of(std::int64_t total, std::span<const std::int64_t> weights);

}  // namespace ordo
