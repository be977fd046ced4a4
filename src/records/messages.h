// The types of records: which struct stands for which ce_type on which topic, to be read and written.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "records/customer_messages.h"
#include "records/envelope.h"
#include "records/order_messages.h"
#include "records/payment_messages.h"
#include "records/shipment_messages.h"
#include "records/shop_messages.h"
#include "records/stock_messages.h"
#include "records/webhook_messages.h"

namespace ordo {

namespace type {
// order_created and product_events: as they came in
inline constexpr std::string_view kOrderPlaced = "ordo.order.placed.v1";
inline constexpr std::string_view kProductChanged = "ordo.product.changed.v1";
// order_events: told to the order
inline constexpr std::string_view kOrderCreated = "ordo.order.created.v1";
inline constexpr std::string_view kCancelRequested = "ordo.order.cancel_requested.v1";
inline constexpr std::string_view kRefundRequested = "ordo.order.refund_requested.v1";
inline constexpr std::string_view kReturnRequested = "ordo.order.return_requested.v1";
inline constexpr std::string_view kPaymentTimedOut = "ordo.order.payment_timed_out.v1";
inline constexpr std::string_view kHoldElapsed = "ordo.order.hold_elapsed.v1";
inline constexpr std::string_view kRetentionElapsed = "ordo.order.retention_elapsed.v1";
inline constexpr std::string_view kStockReserved = "ordo.stock.reserved.v1";
inline constexpr std::string_view kStockRejected = "ordo.stock.rejected.v1";
inline constexpr std::string_view kPaymentAuthorized = "ordo.payment.authorized.v1";
inline constexpr std::string_view kPaymentCaptured = "ordo.payment.captured.v1";
inline constexpr std::string_view kPaymentFailed = "ordo.payment.failed.v1";
inline constexpr std::string_view kPaymentVoided = "ordo.payment.voided.v1";
inline constexpr std::string_view kPaymentRefunded = "ordo.payment.refunded.v1";
inline constexpr std::string_view kPaymentRefundFailed = "ordo.payment.refund_failed.v1";
inline constexpr std::string_view kShipmentShipped = "ordo.shipment.shipped.v1";
inline constexpr std::string_view kShipmentDelivered = "ordo.shipment.delivered.v1";
inline constexpr std::string_view kShipmentLost = "ordo.shipment.lost.v1";
inline constexpr std::string_view kShipmentCancelled = "ordo.shipment.cancelled.v1";
inline constexpr std::string_view kShipmentCancelRefused = "ordo.shipment.cancel_refused.v1";
// order_events: decisions of the orders processor
inline constexpr std::string_view kOrderReserved = "ordo.order.reserved.v1";
inline constexpr std::string_view kOrderConfirmed = "ordo.order.confirmed.v1";
inline constexpr std::string_view kOrderFulfilled = "ordo.order.fulfilled.v1";
inline constexpr std::string_view kOrderCompleted = "ordo.order.completed.v1";
inline constexpr std::string_view kOrderRejected = "ordo.order.rejected.v1";
inline constexpr std::string_view kOrderExpired = "ordo.order.expired.v1";
inline constexpr std::string_view kOrderCancelled = "ordo.order.cancelled.v1";
inline constexpr std::string_view kOrderCancelRefused = "ordo.order.cancel_refused.v1";
inline constexpr std::string_view kOrderPartlyShipped = "ordo.order.partly_shipped.v1";
inline constexpr std::string_view kOrderRefunded = "ordo.order.refunded.v1";
inline constexpr std::string_view kOrderReturned = "ordo.order.returned.v1";
// stock
inline constexpr std::string_view kReserveRequested = "ordo.stock.reserve_requested.v1";
inline constexpr std::string_view kReleaseRequested = "ordo.stock.release_requested.v1";
inline constexpr std::string_view kShipRequested = "ordo.stock.ship_requested.v1";
inline constexpr std::string_view kRestockRequested = "ordo.stock.restock_requested.v1";
inline constexpr std::string_view kStockCounted = "ordo.stock.counted.v1";
inline constexpr std::string_view kStockAdjusted = "ordo.stock.adjusted.v1";
// payments
inline constexpr std::string_view kAuthorizeRequested = "ordo.payment.authorize_requested.v1";
inline constexpr std::string_view kCaptureRequested = "ordo.payment.capture_requested.v1";
inline constexpr std::string_view kVoidRequested = "ordo.payment.void_requested.v1";
inline constexpr std::string_view kPaymentRefundRequested = "ordo.payment.refund_requested.v1";
inline constexpr std::string_view kGatewayAnswered = "ordo.payment.gateway_answered.v1";
// shipments
inline constexpr std::string_view kShipmentRequested = "ordo.shipment.create_requested.v1";
inline constexpr std::string_view kShipmentCancelRequested = "ordo.shipment.cancel_requested.v1";
inline constexpr std::string_view kCarrierUpdated = "ordo.shipment.carrier_updated.v1";
// customers
inline constexpr std::string_view kCustomerChanged = "ordo.customer.changed.v1";
inline constexpr std::string_view kCustomerOrderChanged = "ordo.customer.order_changed.v1";
// webhooks
inline constexpr std::string_view kWebhookChanged = "ordo.webhook.changed.v1";
inline constexpr std::string_view kWebhookAttempted = "ordo.webhook.attempted.v1";
inline constexpr std::string_view kWebhookAdvanced = "ordo.webhook.advanced.v1";
inline constexpr std::string_view kRedeliverRequested = "ordo.webhook.redeliver_requested.v1";
inline constexpr std::string_view kWebhookTestRequested = "ordo.webhook.test_requested.v1";
// in no log: what an endpoint is sent on request
inline constexpr std::string_view kWebhookTest = "ordo.webhook.test.v1";
}  // namespace type

// A decoded record. OrderDecided stands for all facts that orders publishes; it is not decoded further.
using Message =
    std::variant<NewOrder, ProductEvent, OrderCreated, CancelRequested, RefundRequested, ReturnRequested,
                 PaymentTimedOut, HoldElapsed, RetentionElapsed, StockReserved, StockRejected, PaymentAuthorized,
                 PaymentCaptured, PaymentFailed, PaymentVoided, PaymentRefunded, PaymentRefundFailed, ShipmentShipped,
                 ShipmentDelivered, ShipmentLost, ShipmentCancelled, ShipmentCancelRefused, OrderDecided,
                 ReserveRequested, ReleaseRequested, ShipRequested, RestockRequested, StockCounted, StockAdjusted,
                 AuthorizeRequested, CaptureRequested, VoidRequested, PaymentRefundRequested, GatewayAnswered,
                 ShipmentRequested, ShipmentCancelRequested, CarrierUpdated, CustomerChanged, CustomerOrderChanged,
                 WebhookChanged, WebhookAttempted, WebhookAdvanced, RedeliverRequested, WebhookTestRequested>;

// The message in `record`, by its type and topic; on a seed topic a record without a type is taken for the seed's.
// kInvalid "unknown_type", "malformed_json" or "invalid_fields": the reasons a record goes to the dead-letter topic.
Result<Message> decode(const Record& record);

// All that decode() knows: a type and the topic it belongs on.
std::vector<std::pair<Topic, std::string_view>> decodable_types();

// The value of a record that carries `message`, one of the alternatives of Message.
template <class M>
std::string encode(const M& message);

}  // namespace ordo
