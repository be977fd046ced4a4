// The types of records: for each topic and ce_type, the struct that is read and written.
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
#include "records/pricing_messages.h"
#include "records/shipment_messages.h"
#include "records/shop_messages.h"
#include "records/stock_messages.h"
#include "records/webhook_messages.h"

namespace ordo {

// The messages of each topic, in the order of /asyncapi.json. A processor that does not handle each message of its
// topic does not compile; see kIsOn.
using OrderCreatedMessages = boost::mp11::mp_list<NewOrder>;
using ProductEventsMessages = boost::mp11::mp_list<ProductEvent>;
using OrderEventsMessages =
    boost::mp11::mp_list<OrderCreated, CancelRequested, RefundRequested, ReturnRequested, ResendRequested, NoteAdded,
                         OrderChangeRequested, PaymentTimedOut, HoldElapsed, RetentionElapsed, StockReserved,
                         StockRejected, ResendReserved, ResendRejected, PaymentAuthorized, PaymentCaptured,
                         PaymentFailed, PaymentVoided, PaymentRefunded, PaymentRefundFailed, ShipmentShipped,
                         ShipmentDelivered, ShipmentLost, ShipmentCancelled, ShipmentCancelRefused, PaymentRecorded,
                         RefundPaid, PromotionRedeemed, PromotionRefused, OrderImported, TagsChangeRequested>;
using StockMessages =
    boost::mp11::mp_list<ReserveRequested, ReleaseRequested, PartReleaseRequested, StockResendRequested, ShipRequested,
                         RestockRequested, StockCounted, StockAdjusted>;
using PaymentsMessages = boost::mp11::mp_list<AuthorizeRequested, CaptureRequested, VoidRequested,
                                              PaymentRefundRequested, GatewayAnswered, PaymentRedactRequested>;
using ShipmentsMessages =
    boost::mp11::mp_list<ShipmentRequested, ShipmentCancelRequested, CarrierUpdated, ShipmentRedactRequested>;
using CustomersMessages = boost::mp11::mp_list<CustomerChanged, CustomerOrderChanged>;
using WebhooksMessages =
    boost::mp11::mp_list<WebhookChanged, WebhookAttempted, WebhookAdvanced, RedeliverRequested, WebhookTestRequested>;
using PromotionsMessages = boost::mp11::mp_list<PromotionChanged, RedeemRequested, RedemptionReleaseRequested>;
using PricingMessages = boost::mp11::mp_list<TaxRateChanged, ShippingMethodChanged>;

// Facts of order_events that no processor takes as input. One struct serves several types of record.
using OrderFacts = boost::mp11::mp_list<ShipmentUpdateRefused, OrderDecided, OrderRequestRefused>;

// The result of decode() for a fact: it is not decoded further.
struct Fact {};
BOOST_DESCRIBE_STRUCT(Fact, (), ())

// A decoded record.
using Message = boost::mp11::mp_rename<
    boost::mp11::mp_append<OrderCreatedMessages, ProductEventsMessages, OrderEventsMessages, StockMessages,
                           PaymentsMessages, ShipmentsMessages, CustomersMessages, WebhooksMessages, PromotionsMessages,
                           PricingMessages, boost::mp11::mp_list<Fact>>,
    std::variant>;

// Whether records of `topic` carry an M. A visitor that takes all others in one template,
//   template <class M>
//   requires(!kIsOn<M, Topic::shipments>)
// must name each message of its own topic: if it forgets a new one, it does not compile.
template <class M, Topic topic>
inline constexpr bool kIsOn = M::kMessage.topic == topic;
template <Topic topic>
inline constexpr bool kIsOn<Fact, topic> = false;

// The message in `record`, by its type and topic. On a seed topic, a record without a type is read as one of the seed.
// The value may have any form of records/plain_form.h. Errors are kInvalid: "unknown_type", "invalid_fields",
// "malformed_json", "tombstone", "invalid_source", "invalid_by", or a reason of plain_form.h or wire_format.h. They are
// the reasons for which a record goes to the dead-letter topic.
Result<Message> decode(const Record& record);

// All pairs of topic and type that decode() knows.
std::vector<std::pair<Topic, std::string_view>> decodable_types();

// The value of a record that carries `message`, one of the alternatives of Message.
template <class M>
std::string encode(const M& message);

}  // namespace ordo
