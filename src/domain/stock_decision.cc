#include "domain/stock_decision.h"

#include <algorithm>

#include "base/check.h"

namespace ordo {
namespace {

std::vector<StockLine> summed(std::span<const StockLine> lines) {
  return sum_lines({lines.begin(), lines.end()});
}

tl::unexpected<Error> invalid(std::vector<Violation> violations) {
  return fail(Error{ErrorCode::kInvalid, "invalid_fields", "the request has wrong fields", std::move(violations)});
}

tl::unexpected<Error> lines_differ(const char* what) {
  return fail(ErrorCode::kConflict, "lines_differ", what);
}

void check_id(const char* pointer, std::string_view id, std::vector<Violation>& found) {
  if (const auto problem = id_problem(id); !problem.empty()) found.push_back({pointer, std::string(problem)});
}

Result<void> check_lines(std::span<const StockLine> lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // guard: stock-quantity
    if (lines[i].quantity < 1 || lines[i].quantity > kMaxStock) {
      return invalid({{"/lines/" + std::to_string(i) + "/quantity", "must be a whole number above zero"}});
    }
  }
  if (lines.empty()) return invalid({{"/lines", "must not be empty"}});
  return {};
}

// The name under which the reservation remembers the request.
std::string movement_of(const StockRequest& request) {
  switch (request.action) {
    case StockAction::release_part:
      // guard: stock-part-released-once
      return "cancel:" + std::string(request.id);
    case StockAction::resend:
      return "resend:" + std::string(request.id);
    case StockAction::ship:
      return "ship:" + std::string(request.id);
    case StockAction::restock:
      return "return:" + std::string(request.id);
    case StockAction::reserve:
    case StockAction::release:
      break;
  }
  ORDO_CHECK(false, "a reservation remembers no ", static_cast<int>(request.action));
  return {};
}

using ChangeLevel = void (*)(StockLevel&, std::int64_t);

// One decision under way.
struct Decider {
  const Reservation* known;
  const StockRequest& request;
  const LevelOf& level_of;
  Timestamp at;

  std::vector<StockLevel> changed_levels(const std::vector<StockLine>& lines, ChangeLevel change) const {
    std::vector<StockLevel> levels;
    levels.reserve(lines.size());
    for (const auto& line : lines) {
      StockLevel& level = levels.emplace_back(*level_of(line.product_id));
      change(level, line.quantity);
      level.updated_at = at;
    }
    return levels;
  }

  Result<StockDecision> reserve_all() const {
    if (auto checked = check_lines(request.lines); !checked) return fail(std::move(checked.error()));
    StockDecision decision;
    // guard: stock-first-verdict
    if (known != nullptr) {  // the first decision stands
      decision.answer = {known->status != ReservationStatus::rejected, known->shortages};
      return decision;
    }
    Reservation next;
    next.id = request.order_id;
    next.location = request.location;
    next.lines = summed(request.lines);
    next.created_at = next.updated_at = at;
    next.shortages = find_shortages(next.lines, level_of);
    // guard: stock-all-or-nothing
    if (next.shortages.empty()) {
      decision.levels = changed_levels(next.lines, reserve);
    } else {
      next.status = ReservationStatus::rejected;
    }
    decision.answer = {next.shortages.empty(), next.shortages};
    decision.reservation = std::move(next);
    return decision;
  }

  Result<StockDecision> release_all() const {
    if (known == nullptr) return unknown();
    StockDecision decision;
    // It holds nothing. So there is nothing to release.
    // guard: stock-release-once
    if (known->status != ReservationStatus::active) return decision;
    // guard: stock-release-same-lines
    if (known->location != request.location || known->lines != summed(request.lines)) {
      return lines_differ("the reservation holds other lines than the request");
    }
    // guard: stock-release-held
    decision.levels = changed_levels(held_lines(*known), release);
    decision.reservation = *known;
    decision.reservation->status = ReservationStatus::released;
    decision.reservation->updated_at = at;
    return decision;
  }

  // The actions that have an id. They happen once.
  Result<StockDecision> move_once() const {
    if (auto checked = check_lines(request.lines); !checked) return fail(std::move(checked.error()));
    // guard: stock-restock-unreserved
    const bool unreserved = is_unreserved();
    if (known == nullptr && !unreserved) return unknown();
    Reservation next = known != nullptr ? *known : nothing_held();
    auto movement = movement_of(request);
    const auto& booked = next.movements;
    // guard: stock-ship-once
    if (std::find(booked.begin(), booked.end(), movement) != booked.end()) return StockDecision();
    if (next.location != request.location || booked.size() >= Reservation::kMaxMovements) {
      return lines_differ("the reservation is at another location, or has too many movements");
    }
    next.movements.push_back(std::move(movement));
    next.updated_at = at;
    auto lines = summed(request.lines);
    if (unreserved) return put_counted_back(std::move(next), std::move(lines));
    switch (request.action) {
      case StockAction::resend:
        return reserve_again(std::move(next), lines);
      case StockAction::ship:
        if (next.status != ReservationStatus::active) return lines_differ("the reservation holds nothing to ship");
        return take_held(std::move(next), lines, &Reservation::shipped, ship,
                         "the shipped lines exceed what the reservation holds");
      case StockAction::restock:
        return put_shipped_back(std::move(next), lines);
      default:
        return take_held(std::move(next), lines, &Reservation::released, release,
                         "the lines exceed what the reservation holds");
    }
  }

  Result<StockDecision> reserve_again(Reservation next, const std::vector<StockLine>& lines) const {
    // guard: stock-resend-reserved
    if (next.status == ReservationStatus::rejected) return lines_differ("the order's goods were never reserved");
    // A release of all lines does not list them, so the lines of an active reservation would be held again.
    // guard: stock-resend-released
    if (next.status == ReservationStatus::released) {
      bool enough = true;
      next.released = subtract_lines(next.lines, next.shipped, enough);
    }
    StockDecision decision;
    decision.answer = {true, find_shortages(lines, level_of)};
    if (!decision.answer->shortages.empty()) {
      decision.answer->reserved = false;
      return decision;
    }
    decision.levels = changed_levels(lines, reserve);
    add_lines(next.lines, lines);
    next.status = ReservationStatus::active;
    decision.reservation = std::move(next);
    return decision;
  }

  // Whether the goods of the request were never reserved here. An order with a reservation has shipped from it.
  bool is_unreserved() const {
    return request.unreserved && request.action == StockAction::restock && (known == nullptr || known->lines.empty());
  }
  // Remembers the returns of an order that never held stock.
  Reservation nothing_held() const {
    Reservation next;
    next.id = request.order_id;
    next.location = request.location;
    next.status = ReservationStatus::released;
    next.created_at = at;
    return next;
  }
  Result<StockDecision> put_counted_back(Reservation next, std::vector<StockLine> lines) const {
    // guard: stock-restock-counted-only
    std::erase_if(lines, [this](const StockLine& line) { return level_of(line.product_id) == nullptr; });
    return StockDecision{std::move(next), changed_levels(lines, put_back), std::nullopt};
  }

  Result<StockDecision> put_shipped_back(Reservation next, const std::vector<StockLine>& lines) const {
    bool enough = true;
    subtract_lines(next.shipped, lines, enough);
    // guard: stock-restock-shipped
    if (!enough) return lines_differ("the returned lines exceed what was shipped");
    return StockDecision{std::move(next), changed_levels(lines, put_back), std::nullopt};
  }

  // Goods leave the reservation and are added to `gone`. If none are left, the reservation ends.
  Result<StockDecision> take_held(Reservation next, const std::vector<StockLine>& lines,
                                  std::vector<StockLine> Reservation::*gone, ChangeLevel change,
                                  const char* too_many) const {
    bool enough = true;
    const auto left = subtract_lines(held_lines(next), lines, enough);
    // guard: stock-ship-held
    if (!enough) return lines_differ(too_many);
    add_lines(next.*gone, lines);
    if (left.empty()) next.status = next.shipped.empty() ? ReservationStatus::released : ReservationStatus::shipped;
    return StockDecision{std::move(next), changed_levels(lines, change), std::nullopt};
  }

  static void add_lines(std::vector<StockLine>& sums, const std::vector<StockLine>& lines) {
    sums.insert(sums.end(), lines.begin(), lines.end());
    sums = sum_lines(std::move(sums));
  }
  static tl::unexpected<Error> unknown() {
    return fail(ErrorCode::kNotFound, "unknown_reservation", "there was never a stock request for this order");
  }
};

}  // namespace

Result<StockDecision> decide(const Reservation* known, const StockRequest& request, const LevelOf& level_of,
                             Timestamp at) {
  if (known == nullptr) {
    std::vector<Violation> violations;
    check_id("/order_id", request.order_id.str(), violations);
    check_id("/location", request.location.str(), violations);
    if (!violations.empty()) return invalid(std::move(violations));
  }
  const Decider decider{known, request, level_of, at};
  switch (request.action) {
    case StockAction::reserve:
      return decider.reserve_all();
    case StockAction::release:
      return decider.release_all();
    default:
      return decider.move_once();
  }
}

Result<std::optional<MoveDecision>> decide(const StockMovement* known, const StockMove& move, const StockLevel* level,
                                           Timestamp at) {
  std::vector<Violation> violations;
  if (move.id.empty()) violations.push_back({"/movement_id", "must not be empty"});
  check_id("/product_id", move.product_id.str(), violations);
  check_id("/location", move.location.str(), violations);
  if (!violations.empty()) return invalid(std::move(violations));
  // guard: stock-movement-once
  if (known != nullptr) return std::nullopt;  // a repeat

  StockLevel current;
  if (level != nullptr) {
    current = *level;
  } else {
    current.id = stock_level_id(move.location, move.product_id);
    current.location = move.location;
    current.product_id = move.product_id;
  }
  MoveDecision decision;
  auto& movement = decision.movement;
  movement.id = move.id;
  movement.location = move.location;
  movement.product_id = move.product_id;
  movement.kind = move.kind;
  movement.quantity = move.quantity;
  movement.reason = move.reason;
  movement.at = at;
  auto changed =
      move.kind == MovementKind::count ? count_stock(current, move.quantity) : adjust_stock(current, move.quantity);
  if (changed) {
    changed->updated_at = at;
    movement.on_hand_after = changed->on_hand;
    decision.level = std::move(*changed);
  } else {
    movement.on_hand_after = current.on_hand;
    movement.status = MovementStatus::refused;
    movement.status_reason = changed.error().reason;
  }
  return decision;
}

}  // namespace ordo
