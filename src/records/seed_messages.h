// Records of order_created and product_events without a type: those of the system that ordo grew from (the seed). The
// seed's database cast values and filled in missing ones. Such a record means what that database stored. It may also
// carry the members of ordo's own form, under their names (shop_messages.h).
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "records/shop_messages.h"

namespace ordo {

// A line of an order as the seed's clients send it. Some clients send the whole product.
struct SeedLine {
  std::optional<ProductId> productId;
  std::optional<std::int64_t> quantity;
  std::optional<std::int64_t> stock;
};
BOOST_DESCRIBE_STRUCT(SeedLine, (), (productId, quantity, stock))

// The quantity that the seed stores: `quantity`; `stock` if that is missing or 0; else 1.
std::int64_t quantity_of(const SeedLine& line);

// kInvalid "malformed_json" or "invalid_fields".
Result<NewOrder> read_seed_order(std::string_view json);
// As above. `_id` is empty if a create has none. The seed's database generated one; see Processor::name.
Result<ProductEvent> read_seed_product_event(std::string_view json);

}  // namespace ordo
