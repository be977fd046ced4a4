// The words that programs use for the state of an order, as tables.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/order.h"

namespace ordo::imports {

// The state of an order in the file. Figures follow from it where the file has none: captured = all of it.
struct PastState {
  OrderStatus status = OrderStatus::pending;
  PaymentStatus payment = PaymentStatus::none;
  FulfillmentStatus fulfillment = FulfillmentStatus::unfulfilled;
  bool disputed = false;  // noted in the order

  // Not paid, or paid and nothing of it on its way: an order that business goes on with.
  bool is_open() const;

  friend bool operator==(const PastState&, const PastState&) = default;
};

struct StatusWord {
  std::string_view words;  // as plain_status() makes them, separated by |
  PastState state;
};
// Words for the whole order.
std::span<const StatusWord> status_words();
// Words of a column for the payment alone: `payment` and `disputed` count, and `status` where it is cancelled or
// rejected.
std::span<const StatusWord> payment_words();
// Words of a column for the shipment alone: `fulfillment` counts, and `status` where it is cancelled.
std::span<const StatusWord> fulfillment_words();

// Lower case, without marks, "wc-", "_", "-" and blanks: "wc-on-hold" -> "onhold", "Đã giao" -> "dagiao".
std::string plain_status(std::string_view word);

// --status Foo=completed, repeated: plain word -> state. They win over the tables. The states are those of ordo, and
// "refunded", "partially_refunded", "partially_shipped", "disputed". kInvalid "bad_status"; at most kMaxStatusChoices.
using StatusChoices = std::map<std::string, PastState, std::less<>>;
inline constexpr std::size_t kMaxStatusChoices = 200;
Result<void> add_status(std::string_view text, StatusChoices& choices);

// What a row says: some files have one word, others one for the payment and one for the shipment, and a time of the
// cancel. All may be empty, or words of is_no_value(). A cell for a time may also have yes or no.
struct StatusCells {
  std::string_view status;
  std::string_view payment;
  std::string_view fulfillment;
  std::string_view cancelled_at;
  // Times, for files whose words say nothing (eBay, Etsy). nullopt: the file has no such column.
  std::optional<std::string_view> paid_at = std::nullopt;
  std::optional<std::string_view> shipped_at = std::nullopt;
  std::optional<std::string_view> delivered_at = std::nullopt;
};

// The state that the cells say together:
// - One word decides. A word for the payment or the shipment beside it corrects that part. If the word is one for an
//   order that waits, such as "open", while the payment came or goods left, these two decide.
// - Without a word for the order, payment and shipment decide: paid and shipped is fulfilled, refunded is completed.
// - A time of the cancel makes the order cancelled; it is unpaid unless a word for the payment says otherwise.
// - Without any word, the times decide: see state_of_times().
// kInvalid "unknown_status" with the word in the message; never a guess. nullopt: the row says nothing.
Result<std::optional<PastState>> past_state(const StatusCells& cells, const StatusChoices& choices);

// The first word of the cells that is not known, as the file has it; for a list of all unknown words.
std::optional<std::string> unknown_status(const StatusCells& cells, const StatusChoices& choices);

// The state by times alone: not paid, paid, shipped or delivered. A file with no column for the payment has only paid
// orders, if it has a column for the shipment. nullopt: the file has neither.
std::optional<PastState> state_of_times(const StatusCells& cells);

}  // namespace ordo::imports
