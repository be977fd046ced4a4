// Changing a product: the event, and the answer once the catalogue has decided. Shared by v1 and the seed's routes.
#pragma once

#include <optional>
#include <string>

#include "domain/product.h"
#include "http/api_context.h"
#include "records/messages.h"

namespace ordo::http {

// A change asked for. `event.changeId` is set by change_product.
struct ProductWish {
  ProductAction action = ProductAction::create;
  ProductEvent event;
  std::optional<Money> price;
  std::string body_hash;  // tells a retry from another request under the same Idempotency-Key
};

// Appends the event and answers `call` with the product as changed (201, 200, or 204 for a delete), 202 when the
// decision takes longer, or why it was refused. Reads documents: on the pool.
void change_product(ApiContext& context, const CallPtr& call, ProductWish wish);

// Appends the event without waiting; for the seed's routes, whose answer says no more than that it was received.
void append_product_event(ApiContext& context, const CallPtr& call, const ProductEvent& event, Ack ack);

}  // namespace ordo::http
