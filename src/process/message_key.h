// What a message is about, for the processors whose inbox is keyed by it.
#pragma once

#include <string_view>
#include <type_traits>
#include <variant>

#include "records/messages.h"

namespace ordo {

// The order that a message of order_events, payments or shipments is about; empty for the facts that the orders
// processor published itself, which are nobody's input. A view into `message`.
inline std::string_view order_id_of(const Message& message) {
  return std::visit(
      []<class M>(const M& one) -> std::string_view {
        if constexpr (requires { std::string_view(one.order_id.str()); } && !std::is_same_v<M, OrderDecided>) {
          return one.order_id.str();
        } else {
          return {};
        }
      },
      message);
}

// The location that a message of `stock` is about. A view into `message`.
inline std::string_view location_of(const Message& message) {
  return std::visit(
      []<class M>(const M& one) -> std::string_view {
        if constexpr (requires { std::string_view(one.location.str()); }) {
          return one.location.str();
        } else {
          return {};
        }
      },
      message);
}

}  // namespace ordo
