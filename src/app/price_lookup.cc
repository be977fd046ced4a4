#include "app/price_lookup.h"

namespace ordo::app {
namespace {

constexpr std::chrono::seconds kAwayFor{1};

}  // namespace

Result<std::optional<PricedProduct>> PriceLookup::find(const ProductId& id) const {
  if (auto known = listed(id)) return known;
  const std::lock_guard lock(one_read_);
  // The read that this call waited for may have been for the same product.
  if (auto known = listed(id)) return known;
  if (away_ && Clock::now() < ask_again_) return fail(*away_);
  away_.reset();
  const auto read = products_.get(Collection::products, id.str());
  // guard: unlisted-product-is-read
  if (read) return *read ? for_sale(std::get<Product>(**read)) : std::nullopt;
  if (read.error().reason == kUnreadableDocument) return std::nullopt;
  away_ = read.error();
  ask_again_ = Clock::now() + kAwayFor;
  // guard: lookup-of-prices-tells-an-absent-database
  return fail(read.error());
}

}  // namespace ordo::app
