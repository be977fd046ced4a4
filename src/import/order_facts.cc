#include "import/order_facts.h"

#include <utility>

#include "base/fnv1a.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kFirstPlaces = 1'024;

}  // namespace

std::size_t OrderFactsTable::place_of(std::uint64_t hash) const {
  const std::size_t mask = places_.size() - 1;
  // The upper bits too: those of short keys differ most.
  std::size_t at = static_cast<std::size_t>(hash ^ (hash >> 32)) & mask;
  while (places_[at].hash != 0 && places_[at].hash != hash) at = (at + 1) & mask;
  return at;
}

void OrderFactsTable::grow() {
  std::vector<OrderFacts> before = std::exchange(places_, {});
  places_.resize(before.empty() ? kFirstPlaces : before.size() * 2);
  for (const auto& facts : before) {
    if (facts.hash != 0) places_[place_of(facts.hash)] = facts;
  }
}

OrderFacts* OrderFactsTable::find(std::string_view order, std::size_t most) {
  // At most three quarters are used, so that a search ends soon.
  if ((used_ + 1) * 4 > places_.size() * 3) grow();
  std::uint64_t hash = fnv1a(order);
  if (hash == 0) hash = 1;
  OrderFacts& facts = places_[place_of(hash)];
  if (facts.hash != 0) return &facts;
  if (used_ == most) return nullptr;
  ++used_;
  facts.hash = hash;
  return &facts;
}

}  // namespace ordo::imports
