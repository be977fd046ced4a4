// Changes a product: appends the event, and answers once the catalogue has decided. The v1 and the seed routes use
// this.
#pragma once

#include <optional>
#include <string>

#include "api/api_context.h"
#include "domain/product.h"
#include "records/messages.h"

namespace ordo::api {

// A requested change. change_product sets `event.changeId`.
struct ProductWish {
  ProductAction action = ProductAction::create;
  ProductEvent event;
  std::optional<Money> price;
  std::string body_hash;  // tells a retry from another request with the same Idempotency-Key
};

// Appends the event, then answers `call`: 201, 200 or, for a delete, 204 with the changed product; 202 when the
// decision takes longer; otherwise the reason of the refusal. Reads documents, so call it on the pool.
void change_product(ApiContext& context, const CallPtr& call, ProductWish wish);

// Appends the event without waiting. For the seed's routes, whose answers only confirm the receipt.
void append_product_event(ApiContext& context, const CallPtr& call, const ProductEvent& event, Ack ack);

}  // namespace ordo::api
