// The order's document and its figures. The commands and events of an order are in order_lifecycle.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/actor.h"
#include "domain/ids.h"
#include "domain/money.h"
#include "domain/order_figures.h"
#include "domain/order_note.h"
#include "domain/order_pieces.h"
#include "domain/order_tags.h"
#include "domain/order_terms.h"
#include "domain/stock.h"
#include "domain/terms_change.h"

namespace ordo {

enum class OrderStatus { pending, reserved, confirmed, fulfilled, completed, rejected, expired, cancelled };
enum class PaymentStatus {
  none,
  authorized,
  captured,
  failed,
  partially_refunded,
  refunded,
  voided,
  partially_captured
};
enum class FulfillmentStatus { unfulfilled, partially_shipped, shipped, delivered, partially_returned, returned };

// A priced line, and the state of its pieces. Only pieces of a product are shipped, lost or returned.
struct OrderLine : LineDetails {
  std::optional<ProductId> product_id;
  std::string name;
  std::int64_t quantity = 0;
  std::optional<Money> unit_price;
  Money total;
  std::int64_t shipped = 0;    // of `quantity`
  std::int64_t cancelled = 0;  // part of the pieces that were not shipped and never will be
  std::int64_t lost = 0;       // of `shipped`: lost in transit, and not sent again
  std::int64_t returned = 0;   // of `shipped`
  // Pieces whose price was refunded, and that were neither cancelled nor returned.
  std::optional<std::int64_t> refunded = std::nullopt;
  // Of `returned`: pieces whose price was not refunded. Lines of older releases, without an id, do not count them.
  std::optional<std::int64_t> unrefunded = std::nullopt;
  // The price of all pieces that were cancelled, returned with a refund, or refunded.
  std::optional<Money> given_back = std::nullopt;

  friend bool operator==(const OrderLine&, const OrderLine&) = default;
};

// The pieces of a line that are still to be shipped, and those that can be returned.
inline std::int64_t unshipped(const OrderLine& line) {
  return line.product_id ? line.quantity - line.shipped - line.cancelled : 0;
}
inline std::int64_t returnable(const OrderLine& line) {
  return line.shipped - line.returned;
}

// The lines of a new order.
std::vector<OrderLine> order_lines(std::vector<PricedLine> lines);

struct HistoryEntry {
  std::string type;  // type of the record that caused it: "ordo.order.created.v1"
  Timestamp at;
  std::string source;
  std::string summary;
  std::optional<Actor> by = std::nullopt;  // who caused it; absent: not known, or it followed from other records

  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

enum class RefundStatus { requested, succeeded, failed };

// A refund. Its id makes a repeated request harmless.
struct Refund {
  std::string id;
  Money amount;
  std::string reason;
  RefundStatus status = RefundStatus::requested;
  std::string detail;  // why it failed; empty otherwise
  Timestamp at;        // of the last change
  // The gateway corrected its answer: a failed refund was made after all, or the money of a refund came back. Further
  // answers about this refund are repeats.
  std::optional<bool> corrected = std::nullopt;
  std::optional<bool> by_hand = std::nullopt;           // people pay it out and record that; no gateway is asked
  std::optional<std::string> reference = std::nullopt;  // of a payout by hand
  // What it was for, if it was a refund of pieces or of shipping.
  std::optional<std::vector<RefundedPieces>> lines = std::nullopt;
  std::optional<Money> shipping = std::nullopt;

  friend bool operator==(const Refund&, const Refund&) = default;
};

// A payment as the person states it who received the money.
struct StatedPayment {
  Money amount;
  std::string method;
  std::optional<std::string> reference = std::nullopt;
  std::optional<Timestamp> received_at = std::nullopt;

  friend bool operator==(const StatedPayment&, const StatedPayment&) = default;
};
BOOST_DESCRIBE_STRUCT(StatedPayment, (), (amount, method, reference, received_at))
constexpr auto rules(RulesOf<StatedPayment>) {
  return std::array{one_line("method", 1, 64, Privacy::personal, "how the money came: cash, bank transfer"),
                    one_line("reference", 1, 128, Privacy::personal, "of the receipt or the transfer")};
}

// How a person paid a refund of a manual order.
struct Payout {
  std::optional<std::string> reference = std::nullopt;

  friend bool operator==(const Payout&, const Payout&) = default;
};
BOOST_DESCRIBE_STRUCT(Payout, (), (reference))
constexpr auto rules(RulesOf<Payout>) {
  return std::array{one_line("reference", 1, 128, Privacy::personal, "of the receipt or the transfer")};
}

// A recorded payment of a manual order. Its id makes a repeated record harmless.
struct RecordedPayment : StatedPayment {
  std::string id;
  Timestamp at;  // when it was recorded

  friend bool operator==(const RecordedPayment&, const RecordedPayment&) = default;
};
BOOST_DESCRIBE_STRUCT(RecordedPayment, (StatedPayment), (id, at))

// A capture that its sender gave an id. A capture without one counts once for each order.
struct OrderCapture {
  std::string id;
  Money amount;
  Timestamp at;

  friend bool operator==(const OrderCapture&, const OrderCapture&) = default;
};

// Returned goods.
struct OrderReturn {
  std::string id;
  std::vector<OrderPieces> lines;
  bool restock = false;                  // the goods are in stock again
  std::optional<std::string> refund_id;  // of the refund it caused
  std::string reason;
  Timestamp at;

  friend bool operator==(const OrderReturn&, const OrderReturn&) = default;
};

// Why goods are cancelled, as one word for figures; the free text stands beside it.
enum class CancelReason { customer, inventory, fraud, declined, staff, expired, other };

// Pieces that will not be delivered, though the order goes on. The id comes from the client's cancel, or is the id of
// the cancelled shipment.
struct Cancellation {
  std::string id;
  std::optional<std::string> shipment_id;  // of the shipment that held them, if logistics reported it
  std::vector<OrderPieces> lines;
  std::optional<std::string> refund_id;  // of the refund it caused
  std::string reason;
  Timestamp at;
  std::optional<CancelReason> reason_code = std::nullopt;

  friend bool operator==(const Cancellation&, const Cancellation&) = default;
};

enum class ResendStatus { requested, accepted, refused };

// Lost goods that are to be sent again. Stock may refuse, because it may have none left.
struct Resend {
  std::string id;
  std::vector<StockLine> lines;
  ResendStatus status = ResendStatus::requested;
  std::string shipment_id;  // once accepted: of the new shipment
  std::string reason;
  std::string detail;  // why it was refused; empty otherwise
  Timestamp at;        // of the last change

  friend bool operator==(const Resend&, const Resend&) = default;
};

// A request that came too late or asked for too much. It lets a client learn the outcome when the answer was only
// "accepted".
struct RefusedRequest {
  std::string request;  // "cancel", "refund", "return", "resend", "note", "change", "payment", "import"
  std::string id;       // of the request; empty for a cancel without one
  std::string reason;   // the code: "refund_exceeds_payment"
  std::string detail;
  Timestamp at;

  friend bool operator==(const RefusedRequest&, const RefusedRequest&) = default;
};

enum class ParcelStatus { shipped, delivered, lost };

// The goods that left in one shipment, from the order's view.
struct Parcel {
  std::string shipment_id;
  std::vector<StockLine> lines;
  ParcelStatus status = ParcelStatus::shipped;
  std::string tracking;
  Timestamp at;                                       // of the last change
  std::optional<std::string> carrier = std::nullopt;  // of an imported order; shipments have the others

  friend bool operator==(const Parcel&, const Parcel&) = default;
};

enum class OrderRedemptionStatus { requested, redeemed, refused, returned };

// The order's use of a promotion, from the order's view.
struct OrderRedemption {
  std::string promotion_id;
  OrderRedemptionStatus status = OrderRedemptionStatus::requested;

  friend bool operator==(const OrderRedemption&, const OrderRedemption&) = default;
};

// Where an order of the past comes from. The order is history: it takes notes, refunds by hand and returns only.
struct ImportedFrom {
  std::string source;
  std::string number;
  Timestamp at;  // of the first import

  friend bool operator==(const ImportedFrom&, const ImportedFrom&) = default;
};
BOOST_DESCRIBE_STRUCT(ImportedFrom, (), (source, number, at))
constexpr auto rules(RulesOf<ImportedFrom>) {
  return std::array{one_line("source", 1, 64, Privacy::kept, "the system that the order comes from"),
                    one_line("number", 1, 128, Privacy::personal, "the order's number there")};
}

struct Order : OrderTerms, OrderFigures {
  OrderId id;
  std::string number;  // short, for people: "1042"
  CustomerId customer_id;
  LocationId location;
  std::vector<OrderLine> lines;
  Money total;
  OrderStatus status = OrderStatus::pending;
  std::optional<std::string> status_reason;            // why it was rejected, expired or cancelled
  std::optional<CancelReason> status_reason_code;      // of a cancel that had one; see reason_code_of()
  PaymentStatus payment_status = PaymentStatus::none;  // derived, see derive_statuses()
  FulfillmentStatus fulfillment_status = FulfillmentStatus::unfulfilled;  // derived as well
  Money captured;                                                         // received from the customer
  Money refunded;                                                         // refunds that were made
  std::vector<Refund> refunds;                                            // oldest first, see kMaxRefunds
  std::vector<OrderReturn> returns;                                       // see kMaxReturns
  std::vector<Parcel> parcels;                                            // at most Shipment::kMaxNumber
  std::vector<Cancellation> cancellations;                                // of parts; see kMaxCancellations
  std::vector<Resend> resends;                                            // at most kMaxResends that were not refused
  std::vector<RefusedRequest> refusals;                                   // the newest kMaxRefusals
  std::optional<std::vector<OrderNote>> notes;                            // oldest first, at most kMaxNotes
  std::optional<std::vector<OrderCapture>> captures;                      // with ids, see kMaxCaptures
  std::optional<std::vector<RecordedPayment>> payments;                   // of a manual order, see kMaxPayments
  std::optional<std::vector<OrderRedemption>> redemptions;                // one a promotion, at most kMaxPromotions
  std::optional<Money> overcharged;                                       // derived: captured beyond the total
  std::optional<std::vector<TermsChange>> changes;                        // oldest first, at most kMaxChanges
  std::optional<Timestamp> tagged_at;                                     // of the last change of its tags
  std::optional<ImportedFrom> imported;                                   // of an order of the past
  std::int64_t dispatch_hold_s = 0;       // seconds between the payment and the request for the shipment
  std::optional<std::string> cancelling;  // the reason of a cancel that waits for the answer of logistics
  std::optional<CancelReason> cancelling_code;
  std::optional<std::string> cancelling_id;   // the id of a partial cancel
  std::vector<OrderPieces> cancelling_lines;  // the lines of a partial cancel; empty: everything that has not left
  Timestamp placed_at;
  std::optional<Timestamp> stock_reserved_at;  // log time; only while, or if, promotions were not all redeemed then
  std::optional<Timestamp> reserved_at;        // log time of the decision that reserved it; starts the payment timeout
  std::optional<Timestamp> confirmed_at;       // log time; starts the dispatch hold
  std::optional<Timestamp> dispatch_requested_at;
  std::optional<Timestamp> ended_at;     // starts the retention of personal data
  std::optional<Timestamp> redacted_at;  // personal data was removed
  Timestamp updated_at;
  std::optional<std::string> request_hash;  // hash of the body, if the id was made from an Idempotency-Key
  std::vector<HistoryEntry> history;        // oldest first; the first entry and the newest ones, kMaxHistory in total
  std::int64_t rev = 0;                     // number of records that changed this document

  static constexpr std::size_t kMaxHistory = 64;
  static constexpr std::size_t kMaxRefusals = 16;
  // The limits of client requests. Beyond a limit, one last request for everything that is left is accepted. Refunds
  // that ordo owes by itself always have room: for a cancelled part, for returned goods, for an order that ended.
  static constexpr std::size_t kMaxRefunds = 48;        // failed ones are not counted
  static constexpr std::size_t kMaxFailedRefunds = 16;  // the oldest are dropped
  // above the number that a payment makes, see Payment::kMaxRefundCalls
  static constexpr std::size_t kMaxRefundsInAll = 512;
  static constexpr std::size_t kMaxReturns = 48;
  static constexpr std::size_t kMaxCancellations = 48;
  static constexpr std::size_t kMaxResends = 16;
  static constexpr std::size_t kMaxNotes = 100;
  static constexpr std::size_t kMaxPayments = 48;
  static constexpr std::size_t kMaxCaptures = 64;  // above the number that a payment makes, see Payment::kMaxCaptures
  static constexpr std::size_t kMaxChanges = 50;

  friend bool operator==(const Order&, const Order&) = default;
};

bool is_terminal(OrderStatus status);

// Why the order was cancelled or ended: the code of its cancel, else the one that follows from how ordo ended it.
// Orders of older releases have no code in the document, so it is not kept there.
std::optional<CancelReason> reason_code_of(const Order& order);
std::string_view to_string(OrderStatus status);

// Each has one line per product. stock: the goods that the order takes from stock. unshipped: the goods that are still
// to be shipped. immaterial: those of them that need no shipping. returnable: the goods that can be returned. lost: the
// lost goods without a replacement under way.
std::vector<StockLine> stock_lines(const Order& order);
std::vector<StockLine> unshipped_lines(const Order& order);
std::vector<StockLine> immaterial_lines(const Order& order);
std::vector<StockLine> returnable_lines(const Order& order);
std::vector<StockLine> lost_lines(const Order& order);

// Whether the order waits for the decision about its stock, or about any of its promotions. Only pending orders do.
bool waits_for_stock(const Order& order);
bool waits_for_promotions(const Order& order);

// Whether a limit of a promotion rejected the order.
bool was_refused_a_promotion(const Order& order);

// Whether ordo asks the payment gateway for the money of this order.
bool is_paid_by_gateway(const Order& order);

// The part of the price that the customer has to pay: not that of pieces that were cancelled or returned, with or
// without a refund. A refund of pieces that stay, or of shipping, does not lower it: the customer paid that part and
// got it back.
Money payable(const Order& order);

// Whether the goods may leave before the price is captured: it comes later, or not through ordo.
bool may_be_paid_later(const Order& order);

// Whether the order can be confirmed as soon as its stock is reserved. Its price is captured, or is not awaited before
// the goods leave. `more`: an amount that is captured now, and that the order does not show yet.
bool is_covered(const Order& order, std::int64_t more = 0);

// Whether goods may still be sent: money of the order is there, or was never awaited.
bool may_send_goods(const Order& order);

// Captured, and neither refunded nor about to be. Below zero if the gateway refunded more than was captured.
Money refundable(const Order& order);

// The parcel that stands for the goods that need no shipping: they are delivered when the order is dispatched.
std::string handed_over_id(const OrderId& order);
// The parcel that stands for the goods that had left before the order was imported.
std::string imported_parcel_id(const OrderId& order);

// A shipment that was requested and has neither left nor been cancelled, with the goods that it still holds.
struct OpenShipment {
  std::string id;
  std::vector<StockLine> lines;  // one per product

  friend bool operator==(const OpenShipment&, const OpenShipment&) = default;
};

// The open shipments, as far as the order knows. First the one with goods that were never sent, then those with goods
// that are sent again.
std::vector<OpenShipment> open_shipments(const Order& order);

// The ids of all shipments that were requested from logistics, or that logistics reported. The last part of an order
// may not exist.
std::vector<std::string> all_shipments(const Order& order);

// Updates of parcels that are about to happen and that the order does not show yet.
struct ParcelNews {
  std::string_view ended = {};               // the shipment that is delivered or lost now
  std::span<const StockLine> returned = {};  // goods that are returned now
};

// Whether nothing more will happen to the dispatched goods: each parcel was delivered, lost or returned.
bool parcels_have_settled(const Order& order, const ParcelNews& news = {});

// Whether this holds for all its goods, and none is left to ship. Such an order has ended.
bool goods_have_settled(const Order& order, const ParcelNews& news = {});

// Removes the personal data. Texts that people wrote may be about people. Figures and codes stay, free texts are
// removed.
void forget_people(Order& order);

// Derives payment_status, fulfillment_status and overcharged from the figures. Before money is captured, the events set
// payment_status.
void derive_statuses(Order& order);

// The part of `price` that a cancel or return of pieces refunds: at most the refundable amount. An order that is not
// fully paid owes less first.
Money refund_for_pieces(const Order& order, Money price);

}  // namespace ordo
