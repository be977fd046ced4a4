// Quotes: the figures of a cart, sealed. An order that names a quote gets exactly these figures. Includes the
// descriptions: for .cc files.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "access/signature.h"
#include "domain/order_figures.h"
#include "domain/shop_rules.h"
#include "records/order_body.h"

namespace ordo::api {

inline constexpr std::chrono::minutes kQuoteLifetime{15};
inline constexpr std::size_t kMaxQuote = 1'000'000;  // bytes

// The text of a quote. It names the cart (see cart_name()), has the figures, and is signed: only ordo can make one.
// Nothing is stored. `secret`: the same for all processes of a deployment.
std::string seal_quote(const PricedOrder& order, std::string_view cart, Timestamp at,
                       const access::SigningSecret& secret);

// The figures of a quote for this cart. kInvalid with the pointer "/quote": "unknown_quote" if ordo did not make it,
// "quote_expired" after kQuoteLifetime, "quote_mismatch" if it is for another cart.
Result<PricedOrder> open_quote(std::string_view quote, std::string_view cart, Timestamp now,
                               const access::SigningSecret& secret);

// The answer to a request for a quote: the figures, the ways to ship, and the quote of the cart, if there is a secret
// to seal it.
QuoteView quote_view(PricedOrder priced, const OrderBody& body, const ShopRules& rules, Timestamp at,
                     const access::SigningSecret* secret);

}  // namespace ordo::api
