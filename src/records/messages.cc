#include "records/messages.h"

#include "records/json_codec.h"

namespace ordo {
namespace {

template <class T>
Result<Message> read(const Record& record) {
  auto message = from_json<T>(record.value, Fields::lenient);
  if (!message) return fail(std::move(message.error()));
  return Message(std::move(*message));
}

Result<Message> own_fact(const Record&) {
  return Message(OrderDecided{});
}

struct TypeReader {
  Topic topic;
  std::string_view type;
  Result<Message> (*read)(const Record&);
};

constexpr TypeReader kReaders[] = {
    {Topic::order_created, type::kOrderPlaced, read<NewOrder>},
    {Topic::product_events, type::kProductChanged, read<ProductEvent>},
    {Topic::order_events, type::kOrderCreated, read<OrderCreated>},
    {Topic::order_events, type::kCancelRequested, read<CancelRequested>},
    {Topic::order_events, type::kRefundRequested, read<RefundRequested>},
    {Topic::order_events, type::kReturnRequested, read<ReturnRequested>},
    {Topic::order_events, type::kPaymentTimedOut, read<PaymentTimedOut>},
    {Topic::order_events, type::kHoldElapsed, read<HoldElapsed>},
    {Topic::order_events, type::kRetentionElapsed, read<RetentionElapsed>},
    {Topic::order_events, type::kStockReserved, read<StockReserved>},
    {Topic::order_events, type::kStockRejected, read<StockRejected>},
    {Topic::order_events, type::kPaymentAuthorized, read<PaymentAuthorized>},
    {Topic::order_events, type::kPaymentCaptured, read<PaymentCaptured>},
    {Topic::order_events, type::kPaymentFailed, read<PaymentFailed>},
    {Topic::order_events, type::kPaymentVoided, read<PaymentVoided>},
    {Topic::order_events, type::kPaymentRefunded, read<PaymentRefunded>},
    {Topic::order_events, type::kPaymentRefundFailed, read<PaymentRefundFailed>},
    {Topic::order_events, type::kShipmentShipped, read<ShipmentShipped>},
    {Topic::order_events, type::kShipmentDelivered, read<ShipmentDelivered>},
    {Topic::order_events, type::kShipmentLost, read<ShipmentLost>},
    {Topic::order_events, type::kShipmentCancelled, read<ShipmentCancelled>},
    {Topic::order_events, type::kShipmentCancelRefused, read<ShipmentCancelRefused>},
    {Topic::order_events, type::kOrderReserved, own_fact},
    {Topic::order_events, type::kOrderConfirmed, own_fact},
    {Topic::order_events, type::kOrderFulfilled, own_fact},
    {Topic::order_events, type::kOrderCompleted, own_fact},
    {Topic::order_events, type::kOrderRejected, own_fact},
    {Topic::order_events, type::kOrderExpired, own_fact},
    {Topic::order_events, type::kOrderCancelled, own_fact},
    {Topic::order_events, type::kOrderCancelRefused, own_fact},
    {Topic::order_events, type::kOrderPartlyShipped, own_fact},
    {Topic::order_events, type::kOrderRefunded, own_fact},
    {Topic::order_events, type::kOrderReturned, own_fact},
    {Topic::stock, type::kReserveRequested, read<ReserveRequested>},
    {Topic::stock, type::kReleaseRequested, read<ReleaseRequested>},
    {Topic::stock, type::kShipRequested, read<ShipRequested>},
    {Topic::stock, type::kRestockRequested, read<RestockRequested>},
    {Topic::stock, type::kStockCounted, read<StockCounted>},
    {Topic::stock, type::kStockAdjusted, read<StockAdjusted>},
    {Topic::payments, type::kAuthorizeRequested, read<AuthorizeRequested>},
    {Topic::payments, type::kCaptureRequested, read<CaptureRequested>},
    {Topic::payments, type::kVoidRequested, read<VoidRequested>},
    {Topic::payments, type::kPaymentRefundRequested, read<PaymentRefundRequested>},
    {Topic::payments, type::kGatewayAnswered, read<GatewayAnswered>},
    {Topic::shipments, type::kShipmentRequested, read<ShipmentRequested>},
    {Topic::shipments, type::kShipmentCancelRequested, read<ShipmentCancelRequested>},
    {Topic::shipments, type::kCarrierUpdated, read<CarrierUpdated>},
    {Topic::customers, type::kCustomerChanged, read<CustomerChanged>},
    {Topic::customers, type::kCustomerOrderChanged, read<CustomerOrderChanged>},
    {Topic::webhooks, type::kWebhookChanged, read<WebhookChanged>},
    {Topic::webhooks, type::kWebhookAttempted, read<WebhookAttempted>},
    {Topic::webhooks, type::kWebhookAdvanced, read<WebhookAdvanced>},
    {Topic::webhooks, type::kRedeliverRequested, read<RedeliverRequested>},
    {Topic::webhooks, type::kWebhookTestRequested, read<WebhookTestRequested>},
};

}  // namespace

Result<Message> decode(const Record& record) {
  const auto& type = record.envelope.type;
  if (type.empty() && record.at.topic == Topic::order_created) return read<NewOrder>(record);
  if (type.empty() && record.at.topic == Topic::product_events) return read<ProductEvent>(record);
  for (const auto& reader : kReaders) {
    if (reader.topic == record.at.topic && reader.type == type) return reader.read(record);
  }
  return fail(ErrorCode::kInvalid, "unknown_type",
              type.empty() ? "the record has no ce_type" : "records of type " + type + " do not belong here");
}

std::vector<std::pair<Topic, std::string_view>> decodable_types() {
  std::vector<std::pair<Topic, std::string_view>> types;
  for (const auto& reader : kReaders) types.emplace_back(reader.topic, reader.type);
  return types;
}

template <class M>
std::string encode(const M& message) {
  return to_json(message);
}
template std::string encode(const NewOrder&);
template std::string encode(const ProductEvent&);
template std::string encode(const OrderCreated&);
template std::string encode(const CancelRequested&);
template std::string encode(const RefundRequested&);
template std::string encode(const ReturnRequested&);
template std::string encode(const PaymentTimedOut&);
template std::string encode(const HoldElapsed&);
template std::string encode(const RetentionElapsed&);
template std::string encode(const StockReserved&);
template std::string encode(const StockRejected&);
template std::string encode(const PaymentAuthorized&);
template std::string encode(const PaymentCaptured&);
template std::string encode(const PaymentFailed&);
template std::string encode(const PaymentVoided&);
template std::string encode(const PaymentRefunded&);
template std::string encode(const PaymentRefundFailed&);
template std::string encode(const ShipmentShipped&);
template std::string encode(const ShipmentDelivered&);
template std::string encode(const ShipmentLost&);
template std::string encode(const ShipmentCancelled&);
template std::string encode(const ShipmentCancelRefused&);
template std::string encode(const ReserveRequested&);
template std::string encode(const ReleaseRequested&);
template std::string encode(const ShipRequested&);
template std::string encode(const RestockRequested&);
template std::string encode(const StockCounted&);
template std::string encode(const StockAdjusted&);
template std::string encode(const AuthorizeRequested&);
template std::string encode(const CaptureRequested&);
template std::string encode(const VoidRequested&);
template std::string encode(const PaymentRefundRequested&);
template std::string encode(const GatewayAnswered&);
template std::string encode(const ShipmentRequested&);
template std::string encode(const ShipmentCancelRequested&);
template std::string encode(const CarrierUpdated&);
template std::string encode(const CustomerChanged&);
template std::string encode(const CustomerOrderChanged&);
template std::string encode(const WebhookChanged&);
template std::string encode(const WebhookAttempted&);
template std::string encode(const WebhookAdvanced&);
template std::string encode(const RedeliverRequested&);
template std::string encode(const WebhookTestRequested&);
template std::string encode(const OrderDecided&);

}  // namespace ordo
