// The body of a new order, which is that of a quote too, and a quote as the API answers it. Shared by the API and its
// clients. Includes the descriptions: for .cc files.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "domain/cart.h"
#include "records/describe.h"
#include "records/notes.h"

namespace ordo {

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

struct QuoteView : OrderFigures {
  std::vector<PricedLine> lines;
  Money total;
  std::vector<ShippingTerms> shipping_choices;
  std::optional<std::string> quote;
  std::optional<Timestamp> expires_at;
};
BOOST_DESCRIBE_STRUCT(QuoteView, (OrderFigures), (lines, total, shipping_choices, quote, expires_at))
constexpr auto notes(NotesOf<QuoteView>) {
  return std::array{Note{"shipping_choices", "the shop's methods for these goods and this address, cheapest first"},
                    Note{"quote",
                         "name it in the order: the order then has exactly these figures; absent while the cart needs "
                         "a shipping method that it does not name"},
                    Note{"expires_at", "of the quote"}};
}

}  // namespace ordo
