// A request about an order: a cancel, a refund, a return. The domain checks it against the order as it stands. It is
// written as a record and answered once the order shows the outcome.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/api_context.h"
#include "domain/order_lifecycle.h"

namespace ordo::api {

struct OrderRequest {
  OrderCommand command;   // the command that the record will give
  std::string_view type;  // of the record to order_events
  std::string value;      // of the record
  // The answer once the order shows the outcome of the request; nothing until then.
  std::function<std::optional<http::Response>(const Call& call, const Order& order)> settled;
  // The answer when the wait is over and the request is accepted but not decided. Null: the order cannot be read now.
  std::function<http::Response(const Order* order)> pending;
};

// Answers `call`, whose first path parameter is the order's id. The answer is that of `settled` or `pending`, the error
// of decide() (412 for "stale_revision"), 404 "unknown_order", or 503 when the record is not durable. Called from any
// thread.
void ask_order(ApiContext& context, const CallPtr& call, OrderRequest request);

// Whether the orders processor is past the record at this position. An order that is read afterwards shows its outcome.
bool is_folded(ApiContext& context, const LogPosition& position);

// The order that the first path parameter names, while it has no document. Null when there is none, or when the caller
// may not see it.
std::shared_ptr<AcceptedOrder> find_accepted(ApiContext& context, const Call& call);

// 404, also for an order of another customer.
void refuse_unknown_order(const CallPtr& call);

}  // namespace ordo::api
