#include "api/content_permissions.h"

#include "api/ownership.h"
#include "http/request_guard.h"

namespace ordo::api {

using enum access::Permission;

access::PermissionSet event_permissions(Topic topic) {
  switch (topic) {
    case Topic::order_created:
    case Topic::order_events:
      return {orders_read};
    case Topic::product_events:
      return {products_read};
    case Topic::stock:
      return {stock_read};
    case Topic::payments:
      return {payments_read};
    case Topic::shipments:
      return {shipments_read};
    case Topic::customers:
      return {customers_read};
    case Topic::webhooks:
      return {webhooks_write};  // the records contain signing secrets; a caller who may set an endpoint's secret may
                                // also see it
    case Topic::promotions:
      return {pricing_read, orders_read};  // the requests of orders name the customers
    case Topic::pricing:
      return {pricing_read};
  }
  return {};
}

access::PermissionSet letter_permissions(Topic topic) {
  auto needed = event_permissions(topic);
  if (topic == Topic::order_created || topic == Topic::order_events) needed.add(payments_read);
  return needed;
}

std::bitset<kTopics> hidden_letters(const http::Request& request) {
  std::bitset<kTopics> hidden;
  // guard: letters-of-hidden-topics
  for (std::size_t i = 0; i < kTopics; ++i) hidden[i] = !http::may(request, letter_permissions(static_cast<Topic>(i)));
  return hidden;
}

PaymentTokens shown_tokens(const http::Request& request) {
  // guard: tokens-with-payments
  return http::may(request, {payments_read}) ? PaymentTokens::kShown : PaymentTokens::kLeftOut;
}

OrderReader reader_of(const http::Request& request) {
  return {shown_tokens(request), only_customer(request) != nullptr};
}

}  // namespace ordo::api
