#include "api/route_rules.h"

#include <array>

namespace ordo::api {
namespace {

using enum access::Permission;
constexpr auto kGet = http::Method::kGet;
constexpr auto kPost = http::Method::kPost;
constexpr auto kPut = http::Method::kPut;
constexpr auto kPatch = http::Method::kPatch;
constexpr auto kDelete = http::Method::kDelete;

constexpr auto kRules = std::to_array<http::RouteRule>({
    {kPost, "/v1/orders", orders_write, http::RouteAuth::kPermission, http::Shoppers::kOwn},
    {kPost, "/v1/imported-orders", orders_import},
    {kPost, "/v1/quotes", orders_write, http::RouteAuth::kPermission, http::Shoppers::kOwn},
    {kGet, "/v1/orders", orders_read, http::RouteAuth::kPermission, http::Shoppers::kOwn},
    {kGet, "/v1/orders/counts", orders_read, http::RouteAuth::kPermission, http::Shoppers::kOwn},
    {kGet, "/v1/days", orders_read},
    {kGet, "/v1/orders/{id}", orders_read, http::RouteAuth::kPermission, http::Shoppers::kOwn},
    {kPatch, "/v1/orders/{id}", orders_write, http::RouteAuth::kPermission, http::Shoppers::kOwn},
    {kGet, "/v1/orders/{id}/history", orders_read, http::RouteAuth::kPermission, http::Shoppers::kOwn},
    {kPost, "/v1/orders/{id}/cancel", orders_cancel, http::RouteAuth::kPermission, http::Shoppers::kOwn},
    {kPost, "/v1/orders/{id}/refunds", refunds_write},
    {kGet, "/v1/orders/{id}/refunds", payments_read},
    {kPost, "/v1/orders/{id}/refunds/{refund_id}/paid", refunds_write},
    {kPost, "/v1/orders/{id}/payments", payments_write},
    {kPost, "/v1/orders/{id}/returns", refunds_write},
    {kGet, "/v1/orders/{id}/returns", orders_read},
    {kPost, "/v1/orders/{id}/shipments", orders_write},
    {kPost, "/v1/orders/{id}/notes", notes_write},
    {kPost, "/v1/orders/{id}/tags", notes_write},
    // Each action needs the permission of its own route.
    {kPost, "/v1/orders/bulk", orders_cancel, http::RouteAuth::kCaller},
    {kGet, "/v1/payments", payments_read},
    {kGet, "/v1/payments/{order_id}", payments_read},
    {kPost, "/v1/payments/{order_id}/answers", payments_write, http::RouteAuth::kGateway},
    {kGet, "/v1/shipments", shipments_read},
    {kGet, "/v1/shipments/{id}", shipments_read},
    {kPost, "/v1/shipments/{id}/updates", shipments_write, http::RouteAuth::kCarrier},
    {kPost, "/v1/customers", customers_write},
    {kGet, "/v1/customers", customers_read},
    {kGet, "/v1/customers/{id}", customers_read, http::RouteAuth::kPermission, http::Shoppers::kOwn},
    {kPatch, "/v1/customers/{id}", customers_write, http::RouteAuth::kPermission, http::Shoppers::kOwn},
    {kDelete, "/v1/customers/{id}", customers_write},
    {kPost, "/v1/products", products_write},
    {kGet, "/v1/products", products_read, http::RouteAuth::kPermission, http::Shoppers::kOwn},
    {kGet, "/v1/products/{id}", products_read, http::RouteAuth::kPermission, http::Shoppers::kOwn},
    {kPut, "/v1/products/{id}", products_write},
    {kPatch, "/v1/products/{id}", products_write},
    {kDelete, "/v1/products/{id}", products_write},
    {kGet, "/v1/products/{id}/stock", stock_read},
    {kPost, "/v1/products/{id}/stock", stock_write},
    {kGet, "/v1/stock", stock_read},
    {kGet, "/v1/stock-movements", stock_read},
    {kGet, "/v1/reservations", stock_read},
    {kGet, "/v1/locations", stock_read},
    {kGet, "/v1/search", server_read},
    {kPost, "/v1/tax-rates", pricing_write},
    {kGet, "/v1/tax-rates", pricing_read},
    {kGet, "/v1/tax-rates/{id}", pricing_read},
    {kPatch, "/v1/tax-rates/{id}", pricing_write},
    {kPost, "/v1/tax-rates/{id}/end", pricing_write},
    {kPost, "/v1/shipping-methods", pricing_write},
    {kGet, "/v1/shipping-methods", pricing_read},
    {kGet, "/v1/shipping-methods/{id}", pricing_read},
    {kPatch, "/v1/shipping-methods/{id}", pricing_write},
    {kPost, "/v1/shipping-methods/{id}/end", pricing_write},
    {kPost, "/v1/promotions", pricing_write},
    {kGet, "/v1/promotions", pricing_read},
    {kGet, "/v1/promotions/{id}", pricing_read},
    {kPatch, "/v1/promotions/{id}", pricing_write},
    {kPost, "/v1/promotions/{id}/end", pricing_write},
    {kGet, "/v1/promotions/{id}/redemptions", pricing_read},
    {kGet, "/v1/dlq", dlq_read},
    {kGet, "/v1/dlq/{id}", dlq_read},
    {kPost, "/v1/dlq/{id}/replay", dlq_write},
    {kDelete, "/v1/dlq/{id}", dlq_write},
    {kPost, "/v1/dlq/replay", dlq_write},
    {kPost, "/v1/dlq/drop", dlq_write},
    {kPost, "/v1/webhooks", webhooks_write},
    {kGet, "/v1/webhooks", webhooks_read},
    {kGet, "/v1/webhooks/{id}", webhooks_read},
    {kPatch, "/v1/webhooks/{id}", webhooks_write},
    {kDelete, "/v1/webhooks/{id}", webhooks_write},
    {kPost, "/v1/webhooks/{id}/secret", webhooks_write},
    {kPost, "/v1/webhooks/{id}/test", webhooks_write},
    {kGet, "/v1/webhooks/{id}/deliveries", webhooks_read},
    {kPost, "/v1/webhooks/{id}/deliveries/{delivery}/redeliver", webhooks_write},
    {kPost, "/api/order", orders_write},
    {kGet, "/api/order", orders_read},
    {kPost, "/api/product", products_write},
    {kGet, "/api/product", products_read},
    {kPut, "/api/product/{id}", products_write},
    {kDelete, "/api/product/{id}", products_write},
    {kGet, "/v1/events", events_read},
    {kGet, "/v1/me", server_read, http::RouteAuth::kCaller, http::Shoppers::kOwn},
    {kGet, "/v1/status", server_read},
    {kGet, "/v1/settings", access_read},
    {kGet, "/v1/keys", access_read},
    {kPost, "/v1/keys", access_write},
    {kPost, "/v1/keys/{id}/rotate", access_write},
    {kDelete, "/v1/keys/{id}", access_write},
    {kGet, "/v1/audit-log", access_read},
    {kGet, "/v1/audit-log/verification", access_read},
    {kPost, "/v1/checks", access_read},  // changes nothing
    {kGet, "/v1/checks/latest", access_read},
    {kGet, "/", server_read},
    {kGet, "/livez", server_read, http::RouteAuth::kPublic},
    {kGet, "/readyz", server_read, http::RouteAuth::kBrief},
    {kGet, "/metrics", server_read},
    {kGet, "/openapi.json", server_read},
    {kGet, "/asyncapi.json", server_read},
    {kGet, "/docs", server_read},
    {kGet, "/admin", server_read, http::RouteAuth::kPublic},
    {kGet, "/admin/", server_read, http::RouteAuth::kPublic},
    {kGet, "/admin/{screen}", server_read, http::RouteAuth::kPublic},
    {kGet, "/admin/{screen}/{id}", server_read, http::RouteAuth::kPublic},
    {kGet, "/admin/{screen}/{id}/{part}", server_read, http::RouteAuth::kPublic},
    {kGet, "/admin/assets/{asset}", server_read, http::RouteAuth::kPublic},
});

}  // namespace

std::span<const http::RouteRule> route_rules() {
  return kRules;
}

}  // namespace ordo::api
