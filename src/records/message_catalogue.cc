#include "records/message_catalogue.h"

#include <vector>

#include "records/messages.h"

namespace ordo {

constexpr auto notes(NotesOf<NewOrder>) {
  return std::array{Note{"", "An order as placed. userId, products and totalAmount are enough.",
                         R"({"userId":"ann","products":[{"productId":"mug-red","quantity":2}],"totalAmount":25})"},
                    Note{"orderId", "when absent, derived from the record's position in the log"},
                    Note{"totalAmount", "major units; ordo charges the catalogue's prices"},
                    Note{"requestHash", "hash of the request, if orderId was made from an Idempotency-Key"},
                    Note{"fresh", "orderId was made for this request; no earlier request can have used it"}};
}
constexpr auto notes(NotesOf<NewOrderLine>) {
  return std::array{Note{"name", "name and unitPrice as the API showed them when the order was placed"}};
}
constexpr auto notes(NotesOf<ProductFields>) {
  return std::array{
      Note{"_id", "optional in a create without ce_type; then derived from the record's position in the log"},
      Note{"price", "major units"}, kWeightNote, kRequiresShippingNote};
}
constexpr auto notes(NotesOf<ProductEvent>) {
  return std::array{
      Note{
          "", "A change of the catalogue.",
          R"({"action":"create","product":{"_id":"mug-red","name":"Red mug","price":12.5,"stock":10,"category":"k"}})"},
      Note{"action", "create, update or delete", R"("create")"}, Note{"changeId", "makes a repeat harmless"},
      Note{"expectedRev", "ordo refuses the change if the product has another revision"},
      Note{"location", "where the stock was counted"}};
}
constexpr auto notes(NotesOf<OrderCreated>) {
  return std::array{Note{"rejection", "why the order could not be priced", R"("unknown_product")"},
                    Note{"claimed_total", "the client's total, if it differs from the catalogue's prices"}};
}
constexpr auto notes(NotesOf<OrderImported>) {
  return std::array{Note{"order_id", "a UUIDv5 of source and number"},
                    kEndedAtNote,
                    kCapturedNote,
                    kRefundedNote,
                    kShippedNote,
                    kDeliveredNote,
                    kReplaceNote,
                    kAnnounceNote};
}
constexpr auto notes(NotesOf<NoteAdded>) {
  return std::array{Note{"note_id", "makes a repeat harmless"},
                    Note{"public", "true: the customer may read it; false by default"}};
}
constexpr auto notes(NotesOf<TagsChangeRequested>) {
  return std::array{Note{"change_id", "names the change in a refusal"}};
}
constexpr auto notes(NotesOf<OrderChangeRequested>) {
  return std::array{Note{"change_id", "makes a repeat harmless"},
                    Note{"expected_rev", "ordo refuses the change if the order has another revision"}};
}
constexpr auto notes(NotesOf<ReserveRequested>) {
  return std::array{Note{"fresh", "no reservation can exist for this order"}};
}
constexpr auto notes(NotesOf<RedeemRequested>) {
  return std::array{Note{"fresh", "no redemption can exist for this order"}};
}
constexpr auto notes(NotesOf<StockCounted>) {
  return std::array{Note{"movement_id", "makes a repeat harmless"}};
}
constexpr auto notes(NotesOf<StockAdjusted>) {
  return std::array{Note{"movement_id", "makes a repeat harmless"},
                    Note{"change", "the quantity that was added, or removed if below 0"}};
}

namespace {

std::vector<MessageType> all_types() {
  std::vector<MessageType> types;
  const auto add = [&types](auto one) {
    using M = typename decltype(one)::type;
    types.push_back({M::kMessage, schema_of<M>});
  };
  for_each_type<boost::mp11::mp_append<OrderCreatedMessages, ProductEventsMessages, OrderEventsMessages>>(add);
  for_each_type<OrderFacts>([&types](auto one) {
    using M = typename decltype(one)::type;
    for (const auto& info : M::kMessages) types.push_back({info, schema_of<M>});
  });
  for_each_type<boost::mp11::mp_append<StockMessages, PaymentsMessages, ShipmentsMessages, CustomersMessages,
                                       WebhooksMessages, PromotionsMessages, PricingMessages>>(add);
  return types;
}

}  // namespace

std::span<const MessageType> message_types() {
  static const auto types = all_types();
  return types;
}

TopicNote note_of(Topic topic) {
  static constexpr std::array<TopicNote, kTopics> kNotes = {{
      {"New orders, as placed.", "order id"},
      {"Changes of the catalogue.", "product id"},
      {"Everything that happens to an order. The records of one order are in sequence.", "order id"},
      {"Requests to the stock processor, counts and adjustments.", "location"},
      {"Requests to the payment processor, and answers of the gateway.", "order id"},
      {"Requests to the logistics processor, and updates from carriers.", "order id"},
      {"Changes of customers and of their orders.", "customer id"},
      {"Webhook endpoints and the results of their deliveries. Contains the secrets that sign the deliveries.",
       "webhook id"},
      {"Promotions, and the requests of orders to use them.", "promotion id"},
      {"Tax rates and shipping methods.", "rate or method id"},
  }};
  return kNotes[static_cast<std::size_t>(topic)];
}

bool takes_bare_records(Topic topic) {
  return topic == Topic::order_created || topic == Topic::product_events;
}

}  // namespace ordo
