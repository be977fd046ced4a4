// Describe once: the members of every type that is stored or sent. JSON, BSON and the API's documents follow from these
// lists; a member's name here is its name there. Types of the wire are described beside their definition in messages.h.
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <string_view>
#include <type_traits>

#include "domain/order.h"
#include "domain/product.h"
#include "domain/stock.h"

namespace ordo {

BOOST_DESCRIBE_ENUM(OrderStatus, pending, reserved, confirmed, fulfilled, completed, rejected, expired, cancelled)
BOOST_DESCRIBE_ENUM(PaymentStatus, none, authorized, captured, failed, partially_refunded, refunded, voided)
BOOST_DESCRIBE_ENUM(FulfillmentStatus, unfulfilled, partially_shipped, shipped, delivered, partially_returned, returned)
BOOST_DESCRIBE_ENUM(ProductStatus, active, archived)
BOOST_DESCRIBE_ENUM(ChangeOutcome, applied, refused)
BOOST_DESCRIBE_ENUM(ReservationStatus, active, rejected, released, shipped)
BOOST_DESCRIBE_ENUM(MovementKind, count, adjust)
BOOST_DESCRIBE_ENUM(MovementStatus, applied, refused)

BOOST_DESCRIBE_STRUCT(Money, (), (amount, currency))
BOOST_DESCRIBE_STRUCT(ProductChange, (), (id, outcome, reason))
BOOST_DESCRIBE_STRUCT(Product, (), (id, name, category, price, status, created_at, updated_at, recent_changes, rev))
BOOST_DESCRIBE_STRUCT(OrderLine, (), (product_id, name, quantity, unit_price, total))
BOOST_DESCRIBE_STRUCT(HistoryEntry, (), (type, at, source, summary))
BOOST_DESCRIBE_STRUCT(Order, (),
                      (id, number, reference, customer_id, location, lines, total, status, status_reason,
                       payment_status, fulfillment_status, placed_at, updated_at, metadata, request_hash, history, rev))
BOOST_DESCRIBE_STRUCT(StockLevel, (),
                      (id, location, product_id, on_hand, reserved, counted, adjusted, shipped, returned, updated_at,
                       rev))
BOOST_DESCRIBE_STRUCT(StockLine, (), (product_id, quantity))
BOOST_DESCRIBE_STRUCT(Shortage, (), (product_id, requested, available))
BOOST_DESCRIBE_STRUCT(Reservation, (), (id, location, status, lines, shortages, created_at, updated_at, rev))
BOOST_DESCRIBE_STRUCT(StockMovement, (),
                      (id, location, product_id, kind, quantity, reason, status, status_reason, on_hand_after, at, rev))

// True for a struct whose members are described.
template <class T>
inline constexpr bool kDescribed = boost::describe::has_describe_members<T>::value&& std::is_class_v<T>;

// Calls f(name, member) for each described member of `object`, in the order of the description.
template <class T, class F>
constexpr void for_each_member(T&& object, F&& f) {
  using Members = boost::describe::describe_members<std::remove_cvref_t<T>, boost::describe::mod_public>;
  boost::mp11::mp_for_each<Members>([&](auto member) { f(std::string_view(member.name), object.*member.pointer); });
}

// "reserved" for OrderStatus::reserved.
template <class E>
std::string_view enum_name(E value) {
  return boost::describe::enum_to_string(value, "?");
}

template <class E>
bool enum_from_name(std::string_view name, E& value) {
  bool found = false;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
    if (name == enumerator.name) {
      value = enumerator.value;
      found = true;
    }
  });
  return found;
}

}  // namespace ordo
