#include "records/documents.h"

#include "records/json_codec.h"

namespace ordo {
namespace {

constexpr IndexField kProductFilters[] = {{"status", "status"}, {"category", "category"}};
constexpr IndexField kOrderFilters[] = {{"status", "status"},
                                        {"payment_status", "payment_status"},
                                        {"fulfillment_status", "fulfillment_status"},
                                        {"customer_id", "customer_id"},
                                        {"product_id", "lines.product_id", true}};
constexpr IndexField kStockLevelFilters[] = {{"product_id", "product_id"}};
constexpr IndexField kStockMovementFilters[] = {{"product_id", "product_id"}};

constexpr IndexField kPaymentFilters[] = {
    {"status", "status"}, {"customer_id", "customer_id"}, {"open_call", "open_call"}};
constexpr IndexField kShipmentFilters[] = {{"status", "status"}, {"order_id", "order_id"}};
constexpr IndexField kCustomerFilters[] = {{"email", "email"}};
constexpr IndexField kWebhookFilters[] = {{"status", "status"}};
constexpr IndexField kDeliveryFilters[] = {{"endpoint_id", "endpoint_id"}, {"status", "status"}};

constexpr std::array<CollectionSpec, kCollections> kSpecs = {{
    {"products", "created_at", kProductFilters},
    {"orders", "placed_at", kOrderFilters},
    {"stock_levels", "", kStockLevelFilters},
    {"reservations", "", {}},
    {"stock_movements", "at", kStockMovementFilters},
    {"payments", "created_at", kPaymentFilters},
    {"shipments", "requested_at", kShipmentFilters},
    {"customers", "created_at", kCustomerFilters},
    {"webhook_endpoints", "created_at", kWebhookFilters},
    {"webhook_deliveries", "created_at", kDeliveryFilters},
}};

constexpr std::array<ProcessorKind, kCollections> kWriters = {
    ProcessorKind::catalog,  ProcessorKind::orders,  ProcessorKind::stock,     ProcessorKind::stock,
    ProcessorKind::stock,    ProcessorKind::payment, ProcessorKind::logistics, ProcessorKind::crm,
    ProcessorKind::webhooks, ProcessorKind::webhooks};

struct Entries {
  IndexEntries operator()(const Product& product) const {
    return {to_unix_ms(product.created_at), {{0, enum_name(product.status)}, {1, product.category}}};
  }
  IndexEntries operator()(const Order& order) const {
    IndexEntries entries{to_unix_ms(order.placed_at),
                         {{0, enum_name(order.status)},
                          {1, enum_name(order.payment_status)},
                          {2, enum_name(order.fulfillment_status)},
                          {3, order.customer_id.str()}}};
    for (const auto& line : order.lines) entries.values.emplace_back(4, line.product_id.str());
    return entries;
  }
  IndexEntries operator()(const StockLevel& level) const { return {0, {{0, level.product_id.str()}}}; }
  IndexEntries operator()(const Reservation&) const { return {}; }
  IndexEntries operator()(const StockMovement& movement) const {
    return {to_unix_ms(movement.at), {{0, movement.product_id.str()}}};
  }
  IndexEntries operator()(const Payment& payment) const {
    IndexEntries entries{to_unix_ms(payment.created_at),
                         {{0, enum_name(payment.status)}, {1, payment.customer_id.str()}}};
    if (payment.open_call) entries.values.emplace_back(2, enum_name(*payment.open_call));
    return entries;
  }
  IndexEntries operator()(const Shipment& shipment) const {
    return {to_unix_ms(shipment.requested_at), {{0, enum_name(shipment.status)}, {1, shipment.order_id.str()}}};
  }
  IndexEntries operator()(const Customer& customer) const {
    IndexEntries entries{to_unix_ms(customer.created_at), {}};
    if (customer.email) entries.values.emplace_back(0, *customer.email);
    return entries;
  }
  IndexEntries operator()(const Webhook& webhook) const {
    return {to_unix_ms(webhook.created_at), {{0, enum_name(webhook.status)}}};
  }
  IndexEntries operator()(const WebhookDelivery& delivery) const {
    return {to_unix_ms(delivery.created_at), {{0, delivery.endpoint_id.str()}, {1, enum_name(delivery.status)}}};
  }
};

template <class T>
Result<Document> read(std::string_view text) {
  auto document = from_json<T>(text, Fields::stored);
  if (!document) return fail(ErrorCode::kCorrupt, "unreadable_document", document.error().text());
  return Document(std::move(*document));
}

const std::string& text_of(const std::string& id) {
  return id;
}
template <class Tag>
const std::string& text_of(const Id<Tag>& id) {
  return id.str();
}

}  // namespace

std::string_view to_string(Collection collection) {
  return spec_of(collection).name;
}

std::optional<Collection> parse_collection(std::string_view name) {
  for (std::size_t i = 0; i < kCollections; ++i) {
    if (kSpecs[i].name == name) return static_cast<Collection>(i);
  }
  return std::nullopt;
}

ProcessorKind writer_of(Collection collection) {
  return kWriters[static_cast<std::size_t>(collection)];
}

const std::string& id_of(const Document& document) {
  return std::visit([](const auto& value) -> const std::string& { return text_of(value.id); }, document);
}

std::int64_t rev_of(const Document& document) {
  return std::visit([](const auto& value) { return value.rev; }, document);
}

void set_rev(Document& document, std::int64_t rev) {
  std::visit([rev](auto& value) { value.rev = rev; }, document);
}

std::size_t approximate_size(const Document& document) {
  constexpr std::size_t kFixed = 400;  // names and figures of any document
  if (const auto* order = std::get_if<Order>(&document)) {
    std::size_t size = 2 * kFixed;
    for (const auto& line : order->lines) size += 150 + line.product_id.str().size() + line.name.size();
    for (const auto& entry : order->history)
      size += 80 + entry.type.size() + entry.source.size() + entry.summary.size();
    for (const auto& [key, value] : order->metadata) size += 8 + key.size() + value.size();
    size += 200 * (order->refunds.size() + order->returns.size() + order->parcels.size());
    for (const auto& part : order->returns) size += 60 * part.lines.size();
    for (const auto& part : order->parcels) size += 60 * part.lines.size();
    return size;
  }
  if (const auto* reservation = std::get_if<Reservation>(&document)) {
    return kFixed + 60 * (reservation->lines.size() + reservation->shipped.size()) +
           100 * reservation->shortages.size() + 60 * reservation->movements.size();
  }
  if (const auto* shipment = std::get_if<Shipment>(&document)) return kFixed + 60 * shipment->lines.size();
  if (const auto* payment = std::get_if<Payment>(&document)) {
    return 2 * kFixed + 250 * payment->calls.size() + 100 * payment->history.size() + 40 * payment->refunds.size();
  }
  if (const auto* customer = std::get_if<Customer>(&document)) {
    std::size_t size = 2 * kFixed + 60 * customer->value.size();
    for (const auto& [key, value] : customer->metadata) size += 8 + key.size() + value.size();
    return size;
  }
  if (const auto* webhook = std::get_if<Webhook>(&document)) {
    return 3 * kFixed + webhook->url.size() + webhook->description.size() + 60 * webhook->types.size() +
           100 * webhook->recent_changes.size();
  }
  if (const auto* delivery = std::get_if<WebhookDelivery>(&document)) return 2 * kFixed + 120 * delivery->log.size();
  return kFixed;
}

const CollectionSpec& spec_of(Collection collection) {
  return kSpecs[static_cast<std::size_t>(collection)];
}

IndexEntries index_entries(const Document& document) {
  return std::visit(Entries{}, document);
}

std::string document_to_json(const Document& document) {
  return std::visit([](const auto& value) { return to_json(value); }, document);
}

Result<Document> document_from_json(Collection collection, std::string_view text) {
  switch (collection) {
    case Collection::products:
      return read<Product>(text);
    case Collection::orders:
      return read<Order>(text);
    case Collection::stock_levels:
      return read<StockLevel>(text);
    case Collection::reservations:
      return read<Reservation>(text);
    case Collection::stock_movements:
      return read<StockMovement>(text);
    case Collection::payments:
      return read<Payment>(text);
    case Collection::shipments:
      return read<Shipment>(text);
    case Collection::customers:
      return read<Customer>(text);
    case Collection::webhook_endpoints:
      return read<Webhook>(text);
    case Collection::webhook_deliveries:
      return read<WebhookDelivery>(text);
  }
  return fail(ErrorCode::kCorrupt, "unknown_collection", "no such collection");
}

}  // namespace ordo
