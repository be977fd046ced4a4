// The keys of messages, for the processors whose inbox is keyed by them.
#pragma once

#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>

#include "records/messages.h"

namespace ordo::processors {

// The order that a message of order_events, payments or shipments is about. nullopt for the facts that the orders
// processor published itself: no processor takes them as input. A view into `message`.
inline std::optional<std::string_view> order_id_of(const Message& message) {
  return std::visit(
      []<class M>(const M& one) -> std::optional<std::string_view> {
        if constexpr (requires { std::string_view(one.order_id.str()); }) {
          return one.order_id.str();
        } else {
          return std::nullopt;
        }
      },
      message);
}

// The location that a message of `stock` is about. A view into `message`.
inline std::optional<std::string_view> location_of(const Message& message) {
  return std::visit(
      []<class M>(const M& one) -> std::optional<std::string_view> {
        if constexpr (requires { std::string_view(one.location.str()); }) {
          return one.location.str();
        } else {
          return std::nullopt;
        }
      },
      message);
}

}  // namespace ordo::processors
