#include "domain/rounding.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace ordo {
namespace {

__extension__ using Wide = __int128;

std::int64_t divide(Wide dividend, Wide divisor, Rounding rounding) {
  const Wide whole = dividend / divisor;
  const Wide twice = 2 * (dividend % divisor);
  // guard: rounding-half
  const bool up = twice > divisor || (twice == divisor && (rounding == Rounding::half_up || whole % 2 == 1));
  return static_cast<std::int64_t>(up ? whole + 1 : whole);
}

}  // namespace

std::int64_t part_of(std::int64_t amount, std::int64_t rate_ppm, Rounding rounding) {
  return divide(Wide(amount) * rate_ppm, kWhole, rounding);
}

std::int64_t net_of(std::int64_t gross, std::int64_t rate_ppm, Rounding rounding) {
  return divide(Wide(gross) * kWhole, Wide(kWhole) + rate_ppm, rounding);
}

std::optional<std::int64_t> price_before(std::int64_t net, std::int64_t rate_ppm, Rounding rounding) {
  constexpr std::int64_t kMost = 1'000'000'000'000'000'000;
  if (rate_ppm < 0 || rate_ppm >= kWhole) return std::nullopt;
  // Rounding the discount moves the price by less than 1 / (1 - rate), so the nearest whole price is the one, if any
  // is.
  const Wide left = kWhole - rate_ppm;
  const Wide price = (Wide(net) * kWhole + left / 2) / left;
  if (price > kMost) return std::nullopt;
  const auto amount = static_cast<std::int64_t>(price);
  if (amount - part_of(amount, rate_ppm, rounding) != net) return std::nullopt;
  return amount;
}

std::vector<std::int64_t> shares_of(std::int64_t total, std::span<const std::int64_t> weights) {
  const Wide sum = std::accumulate(weights.begin(), weights.end(), Wide(0));
  std::vector<std::int64_t> shares(weights.size());
  if (total == 0) return shares;
  ORDO_CHECK(sum > 0, "nothing has a weight");
  std::int64_t left = total;
  std::vector<Wide> remainders(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Wide product = Wide(total) * weights[i];
    shares[i] = static_cast<std::int64_t>(product / sum);
    remainders[i] = product % sum;
    left -= shares[i];
  }
  if (left == 0) return shares;
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), 0);
  // guard: shares-largest-remainder
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; i < static_cast<std::size_t>(left); ++i) ++shares[order[i]];
  return shares;
}

}  // namespace ordo
