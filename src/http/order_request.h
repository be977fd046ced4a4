// Asking something of an order: a cancel, a refund, a return. Judged by the domain on the order as it stands, written
// as a record, answered once the order shows what became of it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "domain/order_lifecycle.h"
#include "http/api_context.h"

namespace ordo::http {

struct OrderRequest {
  OrderCommand command;   // what the record will come to
  std::string_view type;  // of the record to order_events
  std::string value;      // of the record
  // The answer once the order shows what became of the request; nothing until then.
  std::function<std::optional<Response>(const Call& call, const Order& order)> settled;
  // The answer when the wait is over: taken and not decided. Null: the order cannot be read at the moment.
  std::function<Response(const Order* order)> pending;
};

// Answers `call`, whose first path parameter is the order's id: as `settled` or `pending` say, with what decide() has
// against it, 404 "unknown_order", or 503 when the record is not durable. From any thread.
void ask_order(ApiContext& context, const CallPtr& call, OrderRequest request);

// 404.
void refuse_unknown_order(const CallPtr& call);

}  // namespace ordo::http
