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
     type::kCancelRequested,
     "somebody wants the order cancelled",
     schema_of<CancelRequested>,
     {"api", "outside"}},
    {Topic::order_events, type::kOrderReserved, "the order has its stock", schema_of<OrderDecided>, {"orders"}},
    {Topic::order_events, type::kOrderRejected, "the order was rejected", schema_of<OrderDecided>, {"orders"}},
    {Topic::order_events, type::kOrderCancelled, "the order was cancelled", schema_of<OrderDecided>, {"orders"}},
    {Topic::stock, type::kReserveRequested, "all lines of an order, or none", schema_of<ReserveRequested>, {"orders"}},
    {Topic::stock, type::kReleaseRequested, "give back what an order holds", schema_of<ReleaseRequested>, {"orders"}},
    {Topic::stock, type::kStockCounted, "so many were counted", schema_of<StockCounted>, {"api", "catalog", "outside"}},
    {Topic::stock, type::kStockAdjusted, "so many came or went", schema_of<StockAdjusted>, {"api", "outside"}},
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
  }};
  return kNotes[static_cast<std::size_t>(topic)];
}

bool takes_bare_records(Topic topic) {
  return topic == Topic::order_created || topic == Topic::product_events;
}

}  // namespace ordo
