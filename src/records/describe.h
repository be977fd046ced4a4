// The members of every type that is stored or sent, described once. JSON, BSON and the API documents follow from these
// lists. A member's name here is its name there. Types of the wire are described beside their definition in messages.h.
#pragma once

#include "base/described.h"
#include "domain/customer.h"
#include "domain/order.h"
#include "domain/order_hour.h"
#include "domain/payment.h"
#include "domain/product.h"
#include "domain/promotion.h"
#include "domain/redemption.h"
#include "domain/shipment.h"
#include "domain/shipping_method.h"
#include "domain/stated_order.h"
#include "domain/stock.h"
#include "domain/tax_rate.h"
#include "domain/webhook.h"

namespace ordo {

BOOST_DESCRIBE_ENUM(OrderStatus, pending, reserved, confirmed, fulfilled, completed, rejected, expired, cancelled)
BOOST_DESCRIBE_ENUM(PaymentTerms, gateway, manual, none)
BOOST_DESCRIBE_ENUM(PaymentStatus, none, authorized, captured, failed, partially_refunded, refunded, voided,
                    partially_captured)
BOOST_DESCRIBE_ENUM(FulfillmentStatus, unfulfilled, partially_shipped, shipped, delivered, partially_returned, returned)
BOOST_DESCRIBE_ENUM(CancelReason, customer, inventory, fraud, declined, staff, expired, other)
BOOST_DESCRIBE_ENUM(RefundStatus, requested, succeeded, failed)
BOOST_DESCRIBE_ENUM(ResendStatus, requested, accepted, refused)
BOOST_DESCRIBE_ENUM(ParcelStatus, shipped, delivered, lost)
BOOST_DESCRIBE_ENUM(ProductStatus, active, archived)
BOOST_DESCRIBE_ENUM(ChangeOutcome, applied, refused)
BOOST_DESCRIBE_ENUM(ReservationStatus, active, rejected, released, shipped)
BOOST_DESCRIBE_ENUM(Availability, none, some)
BOOST_DESCRIBE_ENUM(MovementKind, count, adjust)
BOOST_DESCRIBE_ENUM(MovementStatus, applied, refused)
BOOST_DESCRIBE_ENUM(PaymentState, requested, authorized, captured, failed, voided, partially_captured)
BOOST_DESCRIBE_ENUM(CallKind, purchase, authorize, capture, void_authorization, refund)
BOOST_DESCRIBE_ENUM(GatewayOutcome, authorized, captured, voided, refunded, declined, unavailable, gave_up)
BOOST_DESCRIBE_ENUM(RefundOutcome, declined, refunded, refunded_late, reversed)
BOOST_DESCRIBE_ENUM(CustomerAction, create, update, erase)
BOOST_DESCRIBE_ENUM(ShipmentStatus, requested, shipped, in_transit, delivered, lost, cancelled)
BOOST_DESCRIBE_ENUM(WebhookAction, create, update, remove)
BOOST_DESCRIBE_ENUM(WebhookStatus, enabled, disabled, removed)
BOOST_DESCRIBE_ENUM(DeliveryStatus, pending, succeeded, failed)

BOOST_DESCRIBE_STRUCT(Money, (), (amount, currency))
BOOST_DESCRIBE_STRUCT(PastChange, (), (id, outcome, reason, by))
BOOST_DESCRIBE_STRUCT(Product, (ProductTraits),
                      (id, name, category, price, status, created_at, updated_at, recent_changes, rev))
BOOST_DESCRIBE_STRUCT(StockLine, (), (product_id, quantity))
BOOST_DESCRIBE_STRUCT(OrderLine, (LineDetails),
                      (product_id, name, quantity, unit_price, total, shipped, cancelled, lost, returned, refunded,
                       unrefunded, given_back))
BOOST_DESCRIBE_STRUCT(HistoryEntry, (), (type, at, source, summary, by))
BOOST_DESCRIBE_STRUCT(Refund, (),
                      (id, amount, reason, status, detail, at, corrected, by_hand, reference, lines, shipping))
BOOST_DESCRIBE_STRUCT(OrderCapture, (), (id, amount, at))
BOOST_DESCRIBE_STRUCT(OrderReturn, (), (id, lines, restock, refund_id, reason, at))
BOOST_DESCRIBE_STRUCT(Parcel, (), (shipment_id, lines, status, tracking, at, carrier))
BOOST_DESCRIBE_STRUCT(Cancellation, (), (id, shipment_id, lines, refund_id, reason, at, reason_code))
BOOST_DESCRIBE_STRUCT(Resend, (), (id, lines, status, shipment_id, reason, detail, at))
BOOST_DESCRIBE_ENUM(OrderRedemptionStatus, requested, redeemed, refused, returned)
BOOST_DESCRIBE_STRUCT(OrderRedemption, (), (promotion_id, status))
BOOST_DESCRIBE_STRUCT(RefusedRequest, (), (request, id, reason, detail, at))
BOOST_DESCRIBE_STRUCT(Order, (OrderTerms, OrderFigures),
                      (id, number, customer_id, location, lines, total, status, status_reason, status_reason_code,
                       payment_status, fulfillment_status, captured, refunded, refunds, returns, parcels, cancellations,
                       resends, refusals, notes, captures, payments, redemptions, overcharged, changes, tagged_at,
                       imported, dispatch_hold_s, cancelling, cancelling_code, cancelling_id, cancelling_lines,
                       placed_at, stock_reserved_at, reserved_at, confirmed_at, dispatch_requested_at, ended_at,
                       redacted_at, updated_at, request_hash, history, rev))
BOOST_DESCRIBE_STRUCT(StockLevel, (),
                      (id, location, product_id, on_hand, reserved, counted, adjusted, shipped, returned, updated_at,
                       rev))
BOOST_DESCRIBE_STRUCT(Shortage, (), (product_id, requested, available))
BOOST_DESCRIBE_STRUCT(Reservation, (),
                      (id, location, status, lines, shortages, shipped, released, movements, created_at, updated_at,
                       rev))
BOOST_DESCRIBE_STRUCT(StockMovement, (),
                      (id, location, product_id, kind, quantity, reason, status, status_reason, on_hand_after, at, by,
                       rev))
BOOST_DESCRIBE_STRUCT(GatewayCall, (), (id, kind, amount, refund_id, attempts, last_attempt_at, last_error))
BOOST_DESCRIBE_STRUCT(PaymentEntry, (), (at, what, reference, by))
BOOST_DESCRIBE_STRUCT(PartCapture, (), (call_id, amount))
BOOST_DESCRIBE_STRUCT(RefundCall, (), (call_id, refund_id, amount, outcome))
BOOST_DESCRIBE_STRUCT(Payment, (),
                      (id, customer_id, amount, method, status, status_reason, captured, refunded, calls, open_call,
                       refunds, calls_made, made, refund_calls, captures, history, created_at, redacted_at, updated_at,
                       rev))
BOOST_DESCRIBE_STRUCT(UpdateRefusal, (), (status, reason, at))
BOOST_DESCRIBE_STRUCT(Shipment, (DeliveryTerms),
                      (id, order_id, order_number, number, location, lines, status, carrier, tracking, last_note,
                       last_refused, cancels, requested_at, shipped_at, delivered_at, redacted_at, updated_at, rev))
BOOST_DESCRIBE_STRUCT(CustomerValue, (), (currency, captured, refunded))
BOOST_DESCRIBE_STRUCT(OrderCounts, (), (placed, completed, rejected, expired, cancelled))
BOOST_DESCRIBE_STRUCT(EndCount, (), (status, reason, orders))
BOOST_DESCRIBE_STRUCT(OrderSums, (), (orders, total, captured, refunded, reasons, without_total))
BOOST_DESCRIBE_STRUCT(QuarterHour, (), (minute, sums))
BOOST_DESCRIBE_STRUCT(OrderHour, (), (id, hour, currency, quarters, updated_at, rev))
BOOST_DESCRIBE_STRUCT(Customer, (),
                      (id, name, email, phone, metadata, addresses, note, orders, value, first_order_at, last_order_at,
                       registered_at, erased_at, created_at, updated_at, recent_changes, rev))
BOOST_DESCRIBE_STRUCT(Webhook, (),
                      (id, url, types, description, secret, old_secret, old_secret_until, status, status_reason,
                       generation, log_epoch, positions, failing_since, last_success_at, last_failure_at, last_error,
                       succeeded, failed_attempts, given_up, created_at, updated_at, recent_changes, rev))
BOOST_DESCRIBE_STRUCT(WebhookEvent, (), (epoch, partition, offset, id, type, subject))
BOOST_DESCRIBE_STRUCT(WebhookAttempt, (), (at, response_status, error, duration_ms))
BOOST_DESCRIBE_STRUCT(WebhookDelivery, (),
                      (id, endpoint_id, event, status, attempts, log, next_attempt_at, pending_since, created_at,
                       updated_at, rev))

}  // namespace ordo
