#include "records/message_catalogue.h"

#include "records/messages.h"

namespace ordo {

constexpr auto notes(NotesOf<NewOrder>) {
  return std::array{Note{"", "An order as placed. userId, products and totalAmount are enough.",
                         R"({"userId":"ann","products":[{"productId":"mug-red","quantity":2}],"totalAmount":25})"},
                    Note{"orderId", "made from the record's place in the log when absent"},
                    Note{"totalAmount", "major units; the catalogue's prices count"},
                    Note{"requestHash", "of the request, where orderId was made from an Idempotency-Key"},
                    Note{"fresh", "orderId was made for this request: nobody can have used it before"}};
}
constexpr auto notes(NotesOf<NewOrderLine>) {
  return std::array{Note{"name", "with unitPrice: as the API showed it when the order was placed"}};
}
constexpr auto notes(NotesOf<ProductFields>) {
  return std::array{Note{"price", "major units"}};
}
constexpr auto notes(NotesOf<ProductEvent>) {
  return std::array{
      Note{
          "", "A change of the catalogue.",
          R"({"action":"create","product":{"_id":"mug-red","name":"Red mug","price":12.5,"stock":10,"category":"k"}})"},
      Note{"action", "create, update or delete", R"("create")"}, Note{"changeId", "makes a repeat harmless"},
      Note{"expectedRev", "the change is refused when the product is at another revision"},
      Note{"location", "where the stock was counted"}};
}
constexpr auto notes(NotesOf<OrderCreated>) {
  return std::array{Note{"rejection", "why it could not be priced", R"("unknown_product")"},
                    Note{"claimed_total", "what the client said, where it differs from the catalogue's prices"}};
}
constexpr auto notes(NotesOf<ReserveRequested>) {
  return std::array{Note{"fresh", "no reservation can exist for this order"}};
}
constexpr auto notes(NotesOf<StockCounted>) {
  return std::array{Note{"movement_id", "makes a repeat harmless"}};
}
constexpr auto notes(NotesOf<StockAdjusted>) {
  return std::array{Note{"movement_id", "makes a repeat harmless"}, Note{"change", "what came, or below 0 what went"}};
}

namespace {

constexpr MessageType kTypes[] = {
    {Topic::order_created, type::kOrderPlaced, "an order was placed", schema_of<NewOrder>, {"api", "outside"}},
    {Topic::product_events,
     type::kProductChanged,
     "a change of the catalogue",
     schema_of<ProductEvent>,
     {"api", "outside"}},
    {Topic::order_events,
     type::kOrderCreated,
     "the order, checked, numbered and priced",
     schema_of<OrderCreated>,
     {"intake"}},
    {Topic::order_events,
     type::kCancelRequested,
     "somebody wants the order cancelled",
     schema_of<CancelRequested>,
     {"api", "outside"}},
    {Topic::order_events,
     type::kRefundRequested,
     "money is to be given back",
     schema_of<RefundRequested>,
     {"api", "outside"}},
    {Topic::order_events,
     type::kReturnRequested,
     "goods of the order came back",
     schema_of<ReturnRequested>,
     {"api", "outside"}},
    {Topic::order_events, type::kPaymentTimedOut, "the time to pay is over", schema_of<PaymentTimedOut>, {"timers"}},
    {Topic::order_events, type::kHoldElapsed, "the order may be dispatched", schema_of<HoldElapsed>, {"timers"}},
    {Topic::order_events,
     type::kRetentionElapsed,
     "the order's personal data has to go",
     schema_of<RetentionElapsed>,
     {"timers"}},
    {Topic::order_events,
     type::kStockReserved,
     "all lines of the order are reserved",
     schema_of<StockReserved>,
     {"stock"}},
    {Topic::order_events,
     type::kStockRejected,
     "there is too little, so nothing is reserved",
     schema_of<StockRejected>,
     {"stock"}},
    {Topic::order_events,
     type::kPaymentAuthorized,
     "the money is set aside; the capture is asked for next",
     schema_of<PaymentAuthorized>,
     {"payment", "outside"}},
    {Topic::order_events,
     type::kPaymentCaptured,
     "the money is there",
     schema_of<PaymentCaptured>,
     {"payment", "outside"}},
    {Topic::order_events,
     type::kPaymentFailed,
     "the order will not be paid",
     schema_of<PaymentFailed>,
     {"payment", "outside"}},
    {Topic::order_events,
     type::kPaymentVoided,
     "the money is set aside no more",
     schema_of<PaymentVoided>,
     {"payment", "outside"}},
    {Topic::order_events,
     type::kPaymentRefunded,
     "a refund was made",
     schema_of<PaymentRefunded>,
     {"payment", "outside"}},
    {Topic::order_events,
     type::kPaymentRefundFailed,
     "a refund could not be made",
     schema_of<PaymentRefundFailed>,
     {"payment", "outside"}},
    {Topic::order_events,
     type::kShipmentShipped,
     "goods of the order have left",
     schema_of<ShipmentShipped>,
     {"logistics", "outside"}},
    {Topic::order_events,
     type::kShipmentDelivered,
     "a shipment has arrived",
     schema_of<ShipmentDelivered>,
     {"logistics", "outside"}},
    {Topic::order_events, type::kShipmentLost, "a shipment is lost", schema_of<ShipmentLost>, {"logistics", "outside"}},
    {Topic::order_events,
     type::kShipmentCancelled,
     "nothing of the order has left, nothing will",
     schema_of<ShipmentCancelled>,
     {"logistics", "outside"}},
    {Topic::order_events,
     type::kShipmentCancelRefused,
     "too late to stop the order",
     schema_of<ShipmentCancelRefused>,
     {"logistics", "outside"}},
    {Topic::order_events, type::kOrderReserved, "the order has its stock", schema_of<OrderDecided>, {"orders"}},
    {Topic::order_events, type::kOrderConfirmed, "the order is paid", schema_of<OrderDecided>, {"orders"}},
    {Topic::order_events, type::kOrderFulfilled, "all of the order has left", schema_of<OrderDecided>, {"orders"}},
    {Topic::order_events, type::kOrderCompleted, "all of the order has arrived", schema_of<OrderDecided>, {"orders"}},
    {Topic::order_events, type::kOrderRejected, "the order was rejected", schema_of<OrderDecided>, {"orders"}},
    {Topic::order_events, type::kOrderExpired, "the order was not paid in time", schema_of<OrderDecided>, {"orders"}},
    {Topic::order_events, type::kOrderCancelled, "the order was cancelled", schema_of<OrderDecided>, {"orders"}},
    {Topic::order_events, type::kOrderCancelRefused, "the cancel came too late", schema_of<OrderDecided>, {"orders"}},
    {Topic::order_events,
     type::kOrderPartlyShipped,
     "a part of the order has left",
     schema_of<OrderDecided>,
     {"orders"}},
    {Topic::order_events, type::kOrderRefunded, "money was given back", schema_of<OrderDecided>, {"orders"}},
    {Topic::order_events, type::kOrderReturned, "goods came back", schema_of<OrderDecided>, {"orders"}},
    {Topic::stock, type::kReserveRequested, "all lines of an order, or none", schema_of<ReserveRequested>, {"orders"}},
    {Topic::stock, type::kReleaseRequested, "give back what an order holds", schema_of<ReleaseRequested>, {"orders"}},
    {Topic::stock, type::kShipRequested, "what was reserved has left", schema_of<ShipRequested>, {"orders"}},
    {Topic::stock,
     type::kRestockRequested,
     "what came back can be sold again",
     schema_of<RestockRequested>,
     {"orders"}},
    {Topic::stock, type::kStockCounted, "so many were counted", schema_of<StockCounted>, {"api", "catalog", "outside"}},
    {Topic::stock, type::kStockAdjusted, "so many came or went", schema_of<StockAdjusted>, {"api", "outside"}},
    {Topic::payments,
     type::kAuthorizeRequested,
     "get the money for an order",
     schema_of<AuthorizeRequested>,
     {"orders"}},
    {Topic::payments, type::kCaptureRequested, "take what was set aside", schema_of<CaptureRequested>, {"orders"}},
    {Topic::payments,
     type::kVoidRequested,
     "the order has ended, its money is not wanted",
     schema_of<VoidRequested>,
     {"orders"}},
    {Topic::payments, type::kPaymentRefundRequested, "give money back", schema_of<PaymentRefundRequested>, {"orders"}},
    {Topic::payments,
     type::kGatewayAnswered,
     "what the payment gateway said",
     schema_of<GatewayAnswered>,
     {"payment", "api"}},
    {Topic::shipments,
     type::kShipmentRequested,
     "send the goods of an order",
     schema_of<ShipmentRequested>,
     {"orders"}},
    {Topic::shipments,
     type::kShipmentCancelRequested,
     "stop the order, if it can be",
     schema_of<ShipmentCancelRequested>,
     {"orders"}},
    {Topic::shipments,
     type::kCarrierUpdated,
     "what the carrier says",
     schema_of<CarrierUpdated>,
     {"api", "logistics", "outside"}},
    {Topic::customers, type::kCustomerChanged, "who a customer is", schema_of<CustomerChanged>, {"api", "outside"}},
    {Topic::customers,
     type::kCustomerOrderChanged,
     "a step of a customer's order",
     schema_of<CustomerOrderChanged>,
     {"orders"}},
    {Topic::webhooks, type::kWebhookChanged, "who wants to hear of what", schema_of<WebhookChanged>, {"api"}},
    {Topic::webhooks,
     type::kWebhookAttempted,
     "what came of a try to deliver",
     schema_of<WebhookAttempted>,
     {"webhooks"}},
    {Topic::webhooks,
     type::kWebhookAdvanced,
     "how far an endpoint has heard",
     schema_of<WebhookAdvanced>,
     {"webhooks"}},
    {Topic::webhooks, type::kRedeliverRequested, "send a delivery again", schema_of<RedeliverRequested>, {"api"}},
    {Topic::webhooks, type::kWebhookTestRequested, "send a test event", schema_of<WebhookTestRequested>, {"api"}},
};

}  // namespace

std::span<const MessageType> message_types() {
  return kTypes;
}

TopicNote note_of(Topic topic) {
  static constexpr std::array<TopicNote, kTopics> kNotes = {{
      {"New orders, as placed.", "order id"},
      {"Changes of the catalogue.", "product id"},
      {"Everything that happens to an order, in one order per order.", "order id"},
      {"What is asked of the stock.", "location"},
      {"What is asked of the payment service.", "order id"},
      {"What is asked of logistics, and what carriers say.", "order id"},
      {"What customers do, and what happens to their orders.", "customer id"},
      {"Who is called when something happens, and what came of the calls. Holds the secrets that sign them.",
       "webhook id"},
  }};
  return kNotes[static_cast<std::size_t>(topic)];
}

bool takes_bare_records(Topic topic) {
  return topic == Topic::order_created || topic == Topic::product_events;
}

}  // namespace ordo
