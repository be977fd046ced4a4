// Every processor, made once: what serves, what rebuilds, what checks and what tests fold with the same ones.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>

#include "processors/make_processor.h"

namespace ordo::processors {

// One of each kind. Processors keep nothing between records: any number of partitions may share one, on one thread at
// a time for each of them.
class ProcessorSet {
 public:
  // `prices` outlives the set; intake alone asks it.
  ProcessorSet(const ProcessorRules& rules, const PriceList& prices);

  Processor& operator[](ProcessorKind kind) { return *all_[static_cast<std::size_t>(kind)]; }
  // In the order of kAllProcessors, which is the order records flow through them.
  std::span<Processor* const> in_order() const { return order_; }

 private:
  std::array<std::unique_ptr<Processor>, kProcessors> all_;  // by kind
  std::array<Processor*, kProcessors> order_{};
};

// A catalogue in which nothing is known, for processors that fold what has its prices.
class NoPrices final : public PriceList {
 public:
  std::optional<PricedProduct> listed(const ProductId& /*id*/) const override { return std::nullopt; }
};

}  // namespace ordo::processors
