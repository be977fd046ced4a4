// A list of orders as CSV, one row an order, streamed.
#pragma once

#include <optional>

#include "api/api_context.h"
#include "domain/order.h"
#include "records/documents.h"

namespace ordo::api {

inline constexpr std::string_view kCsv = "text/csv";

// Whether the client prefers CSV to JSON, by its header Accept.
bool wants_csv(const http::Request& request);

std::string order_csv_heading();
// The row of an order, with the line end.
std::string order_csv_row(const Order& order);

// Answers the orders of `query` as CSV, at most `most` rows. Pages are read on the pool as the client takes them. An
// error after the first page ends the connection, so that the client does not take the file for whole. 503
// "too_many_exports".
void answer_order_csv(ApiContext& context, const CallPtr& call, Query query, std::optional<std::size_t> most);

}  // namespace ordo::api
