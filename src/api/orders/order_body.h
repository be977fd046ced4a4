// The body of a new order, and of a quote: how it is checked and priced. Includes the JSON reader, so include it only
// in .cc files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/api_context.h"
#include "api/json_body.h"
#include "domain/cart.h"
#include "records/notes.h"

namespace ordo::api {

struct OrderBody : OrderTerms, StatedFigures, CartChoices {
  std::optional<CustomerId> customer_id;
  std::vector<StatedLine> lines;
  std::optional<std::string> currency;
  std::optional<LocationId> location;
  std::optional<Money> expected_total;
  std::optional<Timestamp> placed_at;  // of an order that was placed elsewhere before; absent: now
  std::optional<std::string> quote;
};
BOOST_DESCRIBE_STRUCT(OrderBody, (OrderTerms, StatedFigures, CartChoices),
                      (customer_id, lines, currency, location, expected_total, placed_at, quote))
constexpr auto notes(NotesOf<OrderBody>) {
  return std::array{
      Note{"customer_id", "required, except with a customer's token"},
      Note{"lines", "prices that are not stated are those of the catalogue", {}, R"({"minItems":1,"maxItems":1000})"},
      Note{"currency", "the order must be in this currency", R"("USD")"},
      Note{"location", "location whose stock it takes; by default the server's own"},
      Note{"expected_total",
           "the total that the customer saw; ordo refuses the order as total_mismatch if its own total differs"},
      Note{"placed_at", "for an order that was placed in another system before; now by default"},
      Note{"quote", "from POST /v1/quotes, for the same lines and destination; the order then has its figures"}};
}

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
