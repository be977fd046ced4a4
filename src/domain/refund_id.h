// The ids of refunds that no client chose.
#pragma once

#include <string_view>

namespace ordo {

// The refund of everything that is left when an order ends, or of a payment that came after that. With ':' and the id
// of a cancellation, the refund of that cancellation's price.
inline constexpr std::string_view kAutomaticRefund = "automatic";
// Prefixes of the ids of refunds that returns cause, and of those that the gateway made in its own console.
inline constexpr std::string_view kRefundOfReturn = "return:";
inline constexpr std::string_view kRefundAtDesk = "desk:";

// Whether this id is reserved, so that a client's refund must not use it.
inline bool is_own_refund_id(std::string_view id) {
  const bool automatic =
      id.starts_with(kAutomaticRefund) && (id.size() == kAutomaticRefund.size() || id[kAutomaticRefund.size()] == ':');
  return automatic || id.starts_with(kRefundOfReturn) || id.starts_with(kRefundAtDesk);
}

}  // namespace ordo
