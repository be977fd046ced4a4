#include "cells/status_words.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base/printable.h"
#include "base/text.h"
#include "cells/values.h"

namespace ordo::imports {
namespace {

using WordIndex = std::unordered_map<std::string_view, PastState>;

WordIndex index_of(std::span<const StatusWord> table) {
  WordIndex index;
  for (const auto& row : table) {
    for (std::size_t from = 0; from <= row.words.size();) {
      const std::size_t to = std::min(row.words.find('|', from), row.words.size());
      index.emplace(row.words.substr(from, to - from), row.state);
      from = to + 1;
    }
  }
  return index;
}

// The names of --status.
struct StateName {
  std::string_view name;
  std::string_view word;  // of status_words()
};
constexpr std::array<StateName, 12> kStateNames = {{{"pending", "pending"},
                                                    {"reserved", "reserved"},
                                                    {"confirmed", "confirmed"},
                                                    {"fulfilled", "fulfilled"},
                                                    {"completed", "completed"},
                                                    {"rejected", "rejected"},
                                                    {"expired", "expired"},
                                                    {"cancelled", "cancelled"},
                                                    {"refunded", "refunded"},
                                                    {"partially_refunded", "partiallyrefunded"},
                                                    {"partially_shipped", "partiallyshipped"},
                                                    {"disputed", "disputed"}}};

const WordIndex& index_of_orders() {
  static const WordIndex index = index_of(status_words());
  return index;
}
const WordIndex& index_of_payments() {
  static const WordIndex index = index_of(payment_words());
  return index;
}
const WordIndex& index_of_fulfillments() {
  static const WordIndex index = index_of(fulfillment_words());
  return index;
}

// What one cell says.
struct CellState {
  bool is_unknown = false;
  std::optional<PastState> state;  // absent: nothing, or a word that is not known
};

CellState state_of_cell(std::string_view cell, const WordIndex& index, const StatusChoices& choices) {
  const std::string word = plain_status(cell);
  // A choice may be about any word, also one such as "none".
  if (const auto chosen = choices.find(word); chosen != choices.end() && !word.empty()) return {false, chosen->second};
  if (word.empty()) return {};
  // Of a payment, "none" is a word.
  if (const auto found = index.find(word); found != index.end()) return {false, found->second};
  // guard: status-word-unknown
  return {!is_no_value(cell), std::nullopt};
}

struct CellStates {
  CellState order;
  CellState payment;
  CellState fulfillment;
};

CellStates states_of(const StatusCells& cells, const StatusChoices& choices) {
  return {state_of_cell(cells.status, index_of_orders(), choices),
          state_of_cell(cells.payment, index_of_payments(), choices),
          state_of_cell(cells.fulfillment, index_of_fulfillments(), choices)};
}

std::optional<std::string_view> first_unknown(const StatusCells& cells, const CellStates& states) {
  if (states.order.is_unknown) return cells.status;
  if (states.payment.is_unknown) return cells.payment;
  if (states.fulfillment.is_unknown) return cells.fulfillment;
  return std::nullopt;
}

bool goods_left(FulfillmentStatus fulfillment) {
  return fulfillment != FulfillmentStatus::unfulfilled;
}

// The state of an order by its payment.
OrderStatus status_by_payment(PaymentStatus payment) {
  switch (payment) {
    case PaymentStatus::none:
      return OrderStatus::pending;
    case PaymentStatus::authorized:
    case PaymentStatus::partially_captured:
      return OrderStatus::reserved;
    case PaymentStatus::captured:
    case PaymentStatus::partially_refunded:
      return OrderStatus::confirmed;
    case PaymentStatus::refunded:
      return OrderStatus::completed;
    case PaymentStatus::failed:
      return OrderStatus::rejected;
    case PaymentStatus::voided:
      return OrderStatus::cancelled;
  }
  return OrderStatus::pending;
}

// The state by a word for the payment and one for the shipment; one of them may be missing.
PastState state_of_pair(const std::optional<PastState>& payment, const std::optional<PastState>& fulfillment) {
  PastState state;
  if (fulfillment) state.fulfillment = fulfillment->fulfillment;
  state.payment = PaymentStatus::none;
  if (payment) {
    state.payment = payment->payment;
    state.disputed = payment->disputed;
  } else if (goods_left(state.fulfillment)) {
    state.payment = PaymentStatus::captured;  // as the words "shipped" and "delivered" alone
  }
  state.status = status_by_payment(state.payment);
  const bool ended = state.status == OrderStatus::completed || state.status == OrderStatus::rejected ||
                     state.status == OrderStatus::cancelled;
  if (!ended) {
    switch (state.fulfillment) {
      case FulfillmentStatus::unfulfilled:
        break;
      case FulfillmentStatus::partially_shipped:
        state.status = OrderStatus::confirmed;
        break;
      case FulfillmentStatus::shipped:
        state.status = OrderStatus::fulfilled;
        break;
      case FulfillmentStatus::delivered:
      case FulfillmentStatus::partially_returned:
      case FulfillmentStatus::returned:
        state.status = OrderStatus::completed;
        break;
    }
  }
  if (state.disputed) state.status = OrderStatus::completed;
  for (const auto* part : {&payment, &fulfillment}) {
    if (*part && (*part)->status == OrderStatus::cancelled) state.status = OrderStatus::cancelled;
  }
  return state;
}

// The word for the order, with what the other two say beside it.
PastState state_of_words(const PastState& order, const std::optional<PastState>& payment,
                         const std::optional<PastState>& fulfillment) {
  PastState state = order;
  if (payment) {
    state.payment = payment->payment;
    state.disputed = state.disputed || payment->disputed;
  }
  if (fulfillment) state.fulfillment = fulfillment->fulfillment;
  const bool came = payment && payment->payment != PaymentStatus::none && payment->payment != PaymentStatus::failed &&
                    payment->payment != PaymentStatus::partially_captured;
  const bool goes_on = came || (fulfillment && goods_left(fulfillment->fulfillment));
  if (order.status == OrderStatus::pending && goes_on) return state_of_pair(payment, fulfillment);
  return state;
}

// What a cell with a time, or with yes or no, says.
bool has_happened(std::string_view cell) {
  return parse_flag(cell).value_or(!is_no_time(cell));
}

void cancel(PastState& state, const std::optional<PastState>& payment, const std::optional<PastState>& fulfillment) {
  const bool ended = state.status == OrderStatus::rejected || state.status == OrderStatus::expired;
  if (!ended) state.status = OrderStatus::cancelled;
  // Only a word for the payment, or one about a refund, says that an order that was cancelled had been paid.
  if (!payment && state.payment == PaymentStatus::captured) state.payment = PaymentStatus::none;
  if (!fulfillment) state.fulfillment = FulfillmentStatus::unfulfilled;
}

}  // namespace

bool PastState::is_open() const {
  const bool waits =
      status == OrderStatus::pending || status == OrderStatus::reserved || status == OrderStatus::confirmed;
  const bool given_back =
      payment == PaymentStatus::refunded || payment == PaymentStatus::voided || payment == PaymentStatus::failed;
  return waits && !given_back && !disputed && !goods_left(fulfillment);
}

std::string plain_status(std::string_view word) {
  std::string plain = fold_text(value_text(word));
  if (plain.starts_with("wc-")) plain.erase(0, 3);
  std::erase_if(plain, [](char c) { return c == ' ' || c == '_' || c == '-'; });
  return plain;
}

Result<void> add_status(std::string_view text, StatusChoices& choices) {
  const std::size_t equals = text.rfind('=');
  const std::string_view name = equals == std::string_view::npos ? "" : text.substr(equals + 1);
  const std::string word = plain_status(text.substr(0, equals));
  const auto found =
      std::find_if(kStateNames.begin(), kStateNames.end(), [&](const StateName& it) { return it.name == name; });
  if (found == kStateNames.end() || word.empty()) {
    const auto all = joined(kStateNames, ", ", [](const StateName& it) { return it.name; });
    return fail(ErrorCode::kInvalid, "bad_status",
                "\"" + printable(text, 100) + "\" is not WORD=STATE; the states are " + all);
  }
  if (choices.size() >= kMaxStatusChoices && !choices.contains(word)) {
    return fail(ErrorCode::kInvalid, "bad_status",
                "at most " + std::to_string(kMaxStatusChoices) + " words can be named with --status");
  }
  choices[word] = index_of_orders().at(found->word);
  return {};
}

Result<std::optional<PastState>> past_state(const StatusCells& cells, const StatusChoices& choices) {
  const CellStates states = states_of(cells, choices);
  if (const auto word = first_unknown(cells, states)) {
    const std::string shown = printable(*word, 60);
    return fail(ErrorCode::kInvalid, "unknown_status",
                "the status \"" + shown + "\" is not known; say, for example, --status \"" + shown + "=completed\"");
  }
  const auto& payment = states.payment.state;
  const auto& fulfillment = states.fulfillment.state;
  std::optional<PastState> state;
  if (states.order.state) {
    state = state_of_words(*states.order.state, payment, fulfillment);
  } else if (payment || fulfillment) {
    state = state_of_pair(payment, fulfillment);
  } else {
    state = state_of_times(cells);
  }
  // guard: status-cancelled-at
  if (has_happened(cells.cancelled_at)) {
    if (!state) state = PastState();
    cancel(*state, payment, fulfillment);
  }
  if (state && state->status == OrderStatus::cancelled && state->payment == PaymentStatus::authorized) {
    state->payment = PaymentStatus::voided;
  }
  return state;
}

std::optional<std::string> unknown_status(const StatusCells& cells, const StatusChoices& choices) {
  const auto word = first_unknown(cells, states_of(cells, choices));
  return word ? std::optional<std::string>(value_text(*word)) : std::nullopt;
}

std::optional<PastState> state_of_times(const StatusCells& cells) {
  if (!cells.paid_at && !cells.shipped_at && !cells.delivered_at) return std::nullopt;
  const auto happened = [](const std::optional<std::string_view>& cell) { return cell && has_happened(*cell); };
  // guard: status-unpaid-by-time
  const bool paid = cells.paid_at ? happened(cells.paid_at) : true;
  PastState state;
  state.payment = paid ? PaymentStatus::captured : PaymentStatus::none;
  state.status = paid ? OrderStatus::confirmed : OrderStatus::pending;
  if (happened(cells.delivered_at)) {
    state.status = OrderStatus::completed;
    state.fulfillment = FulfillmentStatus::delivered;
  } else if (happened(cells.shipped_at)) {
    state.status = OrderStatus::fulfilled;
    state.fulfillment = FulfillmentStatus::shipped;
  }
  return state;
}

}  // namespace ordo::imports
