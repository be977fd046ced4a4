// How the body of a new order, and of a quote, is checked and priced. Includes the JSON reader, so include it only
// in .cc files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/api_context.h"
#include "api/json_body.h"
#include "domain/cart.h"
#include "records/order_body.h"

namespace ordo::api {

// Sets the customer. A client that may order for every customer must name one; a customer's token orders for its own
// customer only. False: the call was answered.
bool know_customer(const CallPtr& call, OrderBody& body);

// The errors in the fields of a body that could be parsed, and the currency that it names.
std::vector<Violation> check_body(const OrderBody& body, const LocationId& location, std::optional<Currency>& currency);

// Whether pricing may have to read, so that it belongs on the pool.
bool may_read(const ApiContext& context, const OrderBody& body);

// Whether the caller may state prices.
bool may_price(const http::Request& request);

// What the figures of a body are for. Those of a quote may lack a shipping method.
enum class PricedFor { order, quote };

// The figures of a checked body. kInvalid as price_cart(), open_quote(), and "total_mismatch" for another
// expected_total. kUnavailable when what it needs cannot be read now.
Result<PricedOrder> price_body(ApiContext& context, const http::Request& request, const OrderBody& body,
                               std::optional<Currency> currency, Timestamp at, PricedFor use);

// What identifies the cart of a body in its quote: the customer, the lines, the currency, where it goes.
std::string cart_name(const OrderBody& body);

}  // namespace ordo::api
