// PriceLookup: the price list of a process that learns of products from other processes. It reads products that are not
// on its list from the database. A PriceFollower is some milliseconds behind, but a client may order a product at once,
// through any process.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "app/price_follower.h"
#include "domain/pricing.h"
#include "engine/ports.h"

namespace ordo::app {

// Any thread. Requests for unknown products must not overload the database. So only one read runs at a time, and
// price_lines() gives up an order after 20 reads. After a failed read, no read runs for a second.
class PriceLookup final : public PriceList {
 public:
  // Both outlive this object. `products` must show its reads to `follower`, see ObservingReader.
  PriceLookup(const PriceFollower& follower, DocumentReader& products) : follower_(follower), products_(products) {}

  std::optional<PricedProduct> listed(const ProductId& id) const override { return follower_.listed(id); }
  // Blocks for a read when `id` is not listed. A product that cannot be read counts as unknown, as on the list.
  Result<std::optional<PricedProduct>> find(const ProductId& id) const override;

 private:
  using Clock = std::chrono::steady_clock;

  const PriceFollower& follower_;
  DocumentReader& products_;
  mutable std::mutex one_read_;
  mutable std::optional<Error> away_;  // guarded by one_read_; so is the next member
  mutable Clock::time_point ask_again_;
};

}  // namespace ordo::app
