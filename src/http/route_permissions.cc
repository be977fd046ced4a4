#include "http/route_permissions.h"

#include <algorithm>
#include <array>

namespace ordo::http {
namespace {

using enum access::Permission;
constexpr auto kGet = Method::kGet;
constexpr auto kPost = Method::kPost;
constexpr auto kPut = Method::kPut;
constexpr auto kPatch = Method::kPatch;
constexpr auto kDelete = Method::kDelete;

constexpr auto kRules = std::to_array<RouteRule>({
    {kPost, "/v1/orders", orders_write},
    {kGet, "/v1/orders", orders_read},
    {kGet, "/v1/orders/{id}", orders_read},
    {kGet, "/v1/orders/{id}/history", orders_read},
    {kPost, "/v1/orders/{id}/cancel", orders_cancel},
    {kPost, "/v1/orders/{id}/refunds", refunds_write},
    {kGet, "/v1/orders/{id}/refunds", payments_read},
    {kPost, "/v1/orders/{id}/returns", refunds_write},
    {kGet, "/v1/orders/{id}/returns", orders_read},
    {kGet, "/v1/payments", payments_read},
    {kGet, "/v1/payments/{order_id}", payments_read},
    {kPost, "/v1/payments/{order_id}/answers", payments_write, RouteDoor::kGateway},
    {kGet, "/v1/shipments", shipments_read},
    {kGet, "/v1/shipments/{id}", shipments_read},
    {kPost, "/v1/shipments/{id}/updates", shipments_write, RouteDoor::kCarrier},
    {kPost, "/v1/customers", customers_write},
    {kGet, "/v1/customers", customers_read},
    {kGet, "/v1/customers/{id}", customers_read},
    {kPatch, "/v1/customers/{id}", customers_write},
    {kDelete, "/v1/customers/{id}", customers_write},
    {kPost, "/v1/products", products_write},
    {kGet, "/v1/products", products_read},
    {kGet, "/v1/products/{id}", products_read},
    {kPut, "/v1/products/{id}", products_write},
    {kPatch, "/v1/products/{id}", products_write},
    {kDelete, "/v1/products/{id}", products_write},
    {kGet, "/v1/products/{id}/stock", stock_read},
    {kPost, "/v1/products/{id}/stock", stock_write},
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
    {kGet, "/", server_read},
    {kGet, "/livez", server_read, RouteDoor::kPublic},
    {kGet, "/readyz", server_read, RouteDoor::kBrief},
    {kGet, "/metrics", server_read},
    {kGet, "/openapi.json", server_read},
    {kGet, "/asyncapi.json", server_read},
    {kGet, "/docs", server_read},
});

}  // namespace

std::span<const RouteRule> route_rules() {
  return kRules;
}

const RouteRule* find_rule(std::span<const RouteRule> rules, Method method, std::string_view path) {
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const RouteRule& rule) { return rule.method == method && rule.path == path; });
  return found == rules.end() ? nullptr : &*found;
}

bool is_seed_route(std::string_view path) {
  return path.starts_with("/api/");
}

}  // namespace ordo::http
