// Taking in an order: from a checked request to an answer once the record is durable. Shared by v1 and the seed's
// route.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "domain/order.h"
#include "http/api_context.h"
#include "records/messages.h"

namespace ordo::http {

struct Placement {
  Order order;                                    // as pending, without its number
  std::optional<Decimal> claimed_total;           // the seed's totalAmount, as it came
  bool fresh = true;                              // the id was made for this request
  std::optional<std::chrono::milliseconds> wait;  // for a decision, before the answer
  // Makes the answer for an order whose document is not there yet.
  Response (*render)(const AcceptedOrder& accepted) = nullptr;
};

// Appends the order and answers `call`: 503 when it is not durable.
void place(ApiContext& context, const CallPtr& call, Placement placement);

// 201 with Location and ETag.
Response created_order(const Order& order);
Response created_pending(const AcceptedOrder& accepted);

// True once the order is confirmed or has ended: stock and payment have said what they had to say.
bool is_decided(const Order& order);

}  // namespace ordo::http
