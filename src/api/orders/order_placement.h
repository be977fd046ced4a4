// Places an order: from a checked request to the answer once the record is durable. Used by v1 and by the seed's route.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "api/api_context.h"
#include "api/views.h"
#include "domain/order.h"
#include "records/event_json.h"
#include "records/messages.h"

namespace ordo::api {

struct Placement {
  Order order;                                    // as pending, without its number
  std::optional<Decimal> claimed_total;           // the seed's totalAmount, as received
  bool fresh = true;                              // the id was made for this request
  std::optional<std::chrono::milliseconds> wait;  // how long the answer waits for a decision
  // Makes the answer for an order that has no document yet.
  http::Response (*render)(const AcceptedOrder& accepted, PaymentTokens tokens) = nullptr;
};

// Appends the order and answers `call`: 503 when it is not durable.
void place(ApiContext& context, const CallPtr& call, const Placement& placement);

// 201 with Location and ETag.
http::Response created_order(const Order& order, const OrderReader& reader);
http::Response created_pending(const AcceptedOrder& accepted, PaymentTokens tokens);

// As order_view().
std::string accepted_view(const AcceptedOrder& accepted, PaymentTokens tokens);

// True once the order is confirmed or has ended, so that stock and payment are decided.
bool is_decided(const Order& order);

}  // namespace ordo::api
