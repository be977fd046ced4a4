#include <algorithm>

#include "import/order_reading.h"
#include "import/order_text.h"

namespace ordo::imports {
namespace {

// The first column of the role with a time, or with a word that is no time but says that it happened.
std::string_view happened(const ReadContext& context, const OrderRows& rows, Role role) {
  for (const auto place : context.places.all(role)) {
    const auto text = rows.shared(place);
    if (!text.empty() && !is_no_time(text)) return text;
  }
  return {};
}

std::optional<Timestamp> time_of(const ReadContext& context, const OrderRows& rows, std::string_view cell) {
  if (cell.empty()) return std::nullopt;
  const auto time = parse_time(cell, context.survey.time, rows.shared(Role::time_zone));
  return time ? std::optional(*time) : std::nullopt;
}

// For files that have no word for it, but say when it was paid and sent.
std::optional<PastState> state_from_times(const ReadContext& context, const OrderRows& rows) {
  if (!happened(context, rows, Role::delivered_at).empty()) {
    return PastState{OrderStatus::completed, PaymentStatus::captured, FulfillmentStatus::delivered, false};
  }
  if (!happened(context, rows, Role::shipped_at).empty()) {
    return PastState{OrderStatus::fulfilled, PaymentStatus::captured, FulfillmentStatus::shipped, false};
  }
  const bool is_paid = !happened(context, rows, Role::paid_at).empty();
  if (is_paid || (time_is_payment(context.places.columns()) && !happened(context, rows, Role::time).empty())) {
    return PastState{OrderStatus::confirmed, PaymentStatus::captured, FulfillmentStatus::unfulfilled, false};
  }
  if (context.places.columns().has(Role::paid_at)) return PastState{};
  return std::nullopt;
}

Read<std::optional<PastState>> state_of_cells(const ReadContext& context, const OrderRows& rows) {
  const StatusCells cells{rows.shared(Role::status), rows.shared(Role::payment_status),
                          rows.shared(Role::fulfillment_status), happened(context, rows, Role::cancelled_at)};
  const auto state = past_state(cells, context.survey.choices.status);
  if (state) return *state;
  auto role = Role::status;
  if (cells.status.empty()) role = cells.payment.empty() ? Role::fulfillment_status : Role::payment_status;
  return tl::unexpected(problem_of(context.places, place_of_role(role), rows.shared(role), state.error()));
}

// Rows of one order may differ only in that some of its lines were cancelled.
Read<void> check_differing(const ReadContext& context, const OrderRows& rows, const std::optional<PastState>& state) {
  for (const auto& [row, text] : rows.all(Role::status).others) {
    const auto other = past_state({text, {}, {}, {}}, context.survey.choices.status);
    if (!other) {
      return tl::unexpected(problem_of(context.places, place_of_role(Role::status), text, other.error()));
    }
    const bool is_line_cancel =
        *other && (*other)->status == OrderStatus::cancelled && state && state->status != OrderStatus::cancelled;
    if (!*other || is_line_cancel) continue;
    return tl::unexpected(problem_of(context.places, place_of_role(Role::status), text, "differs",
                                     "the first row of the order says \"" + shown(rows.shared(Role::status)) + "\""));
  }
  return {};
}

Read<void> check_open(const ReadContext& context, const OrderRows& rows, const PlannedOrder& order) {
  const auto place = place_of_role(Role::status);
  const auto text = rows.shared(place);
  // guard: import-open-not-sent
  if (!order.state->is_open()) {
    return tl::unexpected(problem_of(context.places, place, text, "not_open",
                                     "the order was sent or has ended; import it with --as history"));
  }
  const bool is_paid = order.state->payment == PaymentStatus::captured;
  // guard: import-open-charges-nothing
  if (!is_paid && !context.options.collect) {
    return tl::unexpected(
        problem_of(context.places, place, text, "unpaid", "the order is not paid; --collect lets ordo charge it"));
  }
  return {};
}

void note_state(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  const auto& state = *order.state;
  const auto note = [&](std::string_view key, std::string_view value) {
    if (!value.empty() && !add_metadata(order.metadata, key, value)) ++order.shortened;
  };
  if (state.disputed) note("disputed", "true");
  if (state.fulfillment == FulfillmentStatus::partially_shipped) note("fulfillment_status", "partially_shipped");
  note("shipped_at", happened(context, rows, Role::shipped_at));
  const bool is_cancelled = state.status == OrderStatus::cancelled;
  const auto end = happened(context, rows, is_cancelled ? Role::cancelled_at : Role::delivered_at);
  if (is_terminal(state.status)) order.ended_at = time_of(context, rows, end);
  if (order.ended_at && order.placed_at && *order.ended_at < *order.placed_at) order.ended_at.reset();
  if (!order.ended_at && !is_cancelled) note("delivered_at", end);
}

}  // namespace

Read<void> read_state(const ReadContext& context, const OrderRows& rows, PlannedOrder& order) {
  auto state = state_of_cells(context, rows);
  if (!state) return tl::unexpected(std::move(state.error()));
  if (auto checked = check_differing(context, rows, *state); !checked) return checked;
  order.state = *state ? *state : state_from_times(context, rows);
  if (!context.takes_prices()) return {};
  // guard: import-state-never-guessed
  if (!order.state) {
    return tl::unexpected(problem_of(context.places, place_of_role(Role::status), {}, "missing",
                                     "nothing says what became of the order; if you know it of all of them, use "
                                     "--set status=completed or another state"));
  }
  if (!context.is_history()) return check_open(context, rows, order);
  note_state(context, rows, order);
  return {};
}

}  // namespace ordo::imports
