#include "api/orders/quote.h"

#include "api/orders/order_body.h"
#include "base/encoding.h"
#include "records/json_codec.h"

namespace ordo::api {
namespace {

// The signed id of all quotes: no message that ordo signs elsewhere has it.
constexpr std::string_view kId = "ordo-quote";

tl::unexpected<Error> refuse(const char* reason, std::string detail) {
  return fail(Error{ErrorCode::kInvalid, reason, "the quote cannot be used", {{"/quote", std::move(detail)}}});
}

}  // namespace

std::string seal_quote(const PricedOrder& order, std::string_view cart, Timestamp at,
                       const access::SigningSecret& secret) {
  std::string payload(cart);
  payload.push_back('\n');
  write_json(order, payload);
  const auto signature = access::sign({secret}, kId, at, payload);
  return to_base64url(signature.timestamp + "\n" + signature.signature + "\n" + payload);
}

Result<PricedOrder> open_quote(std::string_view quote, std::string_view cart, Timestamp now,
                               const access::SigningSecret& secret) {
  const auto text = quote.size() <= kMaxQuote ? from_base64url(quote) : std::nullopt;
  const auto first = text ? text->find('\n') : std::string::npos;
  const auto second = first != std::string::npos ? text->find('\n', first + 1) : std::string::npos;
  if (second == std::string::npos) return refuse("unknown_quote", "is none that ordo made");
  const std::string_view payload = std::string_view(*text).substr(second + 1);
  const access::SignedHeaders headers{std::string(kId), text->substr(0, first),
                                      text->substr(first + 1, second - first - 1)};
  // guard: quote-is-signed
  if (auto verified = access::verify({secret}, headers, payload, now, kQuoteLifetime); !verified) {
    if (verified.error().reason != "stale_signature") return refuse("unknown_quote", "is none that ordo made");
    return refuse("quote_expired", "is older than 15 minutes; ask for a new one");
  }
  const auto end = payload.find('\n');
  // guard: quote-is-for-the-cart
  if (payload.substr(0, end) != cart) {
    return refuse("quote_mismatch", "is for another customer, other lines, another currency or another destination");
  }
  auto order = from_json<PricedOrder>(payload.substr(end + 1), Fields::stored);
  if (!order) return refuse("unknown_quote", "is none that ordo made");
  return order;
}

QuoteView quote_view(PricedOrder priced, const OrderBody& body, const ShopRules& rules, Timestamp at,
                     const access::SigningSecret* secret) {
  QuoteView view;
  view.shipping_choices = shipping_choices(priced, body, rules);
  if (secret != nullptr) {
    view.quote = seal_quote(priced, cart_name(body), at, *secret);
    view.expires_at = at + kQuoteLifetime;
  }
  view.lines = std::move(priced.lines);
  view.total = priced.total;
  figures_of(view) = std::move(figures_of(priced));
  return view;
}

}  // namespace ordo::api
