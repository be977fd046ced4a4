#include "processors/stock.h"

#include <algorithm>

#include "processors/emit.h"
#include "processors/message_key.h"

namespace ordo::processors {
namespace {

struct CollectNeeds {
  Needs& needs;

  void operator()(const ReserveRequested& request) const {
    if (request.fresh) {
      needs.fresh(Collection::reservations, request.order_id.str());
    } else {
      needs.existing(Collection::reservations, request.order_id.str());
    }
    levels(request.location, request.lines);
  }
  void operator()(const ReleaseRequested& request) const { change(request); }
  void operator()(const PartReleaseRequested& request) const { change(request); }
  void operator()(const StockResendRequested& request) const { change(request); }
  void operator()(const ShipRequested& request) const { change(request); }
  void operator()(const RestockRequested& request) const { change(request); }
  void operator()(const StockCounted& message) const {
    if (message.fresh.value_or(false)) {
      needs.fresh(Collection::stock_movements, message.movement_id);
    } else {
      needs.existing(Collection::stock_movements, message.movement_id);
    }
    needs.existing(Collection::stock_levels, stock_level_id(message.location, message.product_id));
  }
  void operator()(const StockAdjusted& message) const {
    needs.existing(Collection::stock_movements, message.movement_id);
    needs.existing(Collection::stock_levels, stock_level_id(message.location, message.product_id));
  }
  template <class M>
  requires(!kIsOn<M, Topic::stock>) void operator()(const M&) const {}

  template <class M>
  void change(const M& request) const {
    needs.existing(Collection::reservations, request.order_id.str());
    levels(request.location, request.lines);
  }
  void levels(const LocationId& location, const std::vector<StockLine>& lines) const {
    for (const auto& line : lines) needs.existing(Collection::stock_levels, stock_level_id(location, line.product_id));
  }
};

std::vector<Violation> check_lines(const std::vector<StockLine>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].quantity < 1 || lines[i].quantity > kMaxStock) {
      return {{"/lines/" + std::to_string(i) + "/quantity", "must be a whole number above zero"}};
    }
  }
  if (lines.empty()) return {{"/lines", "must not be empty"}};
  return {};
}

Error invalid(std::vector<Violation> violations) {
  return {ErrorCode::kInvalid, "invalid_fields", "the request has wrong fields", std::move(violations)};
}

class StockFold {
 public:
  StockFold(const Incoming& in, Fold& fold) : in_(in), fold_(fold) {}

  void operator()(const ReserveRequested& request) {
    if (auto violations = check_lines(request.lines); !violations.empty())
      return fold_.refuse(invalid(std::move(violations)));
    if (const auto* known = find_reservation(request.order_id)) return answer(*known);  // the first decision stands
    Reservation reservation;
    reservation.id = request.order_id;
    reservation.location = request.location;
    reservation.lines = sum_lines(request.lines);
    reservation.created_at = reservation.updated_at = in_.at;
    reservation.shortages = find_shortages(
        reservation.lines, [&](const ProductId& product) { return find_level(request.location, product); });
    if (reservation.shortages.empty()) {
      change_levels(request.location, reservation.lines, reserve);
    } else {
      reservation.status = ReservationStatus::rejected;
    }
    answer(reservation);
    fold_.put(std::move(reservation));
  }

  void operator()(const ReleaseRequested& request) {
    const auto* known = find_reservation(request.order_id);
    if (known == nullptr) return fold_.refuse(unknown_reservation());
    if (known->status != ReservationStatus::active) return;  // it holds nothing; by definition, this changes nothing
    if (known->location != request.location || known->lines != sum_lines(request.lines)) {
      return fold_.refuse(lines_differ("the reservation holds other lines than the request"));
    }
    change_levels(known->location, held_lines(*known), release);
    Reservation next = *known;
    next.status = ReservationStatus::released;
    next.updated_at = in_.at;
    fold_.put(std::move(next));
  }

  void operator()(const PartReleaseRequested& request) {
    auto next = begin_movement(request, "cancel:" + request.cancel_id);
    if (!next) return;
    take_held(std::move(*next), request.lines, &Reservation::released, release,
              "the lines exceed what the reservation holds");
  }

  void operator()(const StockResendRequested& request) {
    auto next = begin_movement(request, "resend:" + request.resend_id);
    if (!next) return;
    const auto lines = sum_lines(request.lines);
    const auto shortages =
        find_shortages(lines, [&](const ProductId& product) { return find_level(request.location, product); });
    if (!shortages.empty()) {
      return emit_to_order(fold_, request.order_id, ResendRejected{request.order_id, request.resend_id, shortages});
    }
    change_levels(next->location, lines, reserve);
    add_lines(next->lines, lines);
    next->status = ReservationStatus::active;
    fold_.put(std::move(*next));
    emit_to_order(fold_, request.order_id, ResendReserved{request.order_id, request.resend_id});
  }

  void operator()(const ShipRequested& request) {
    auto next = begin_movement(request, "ship:" + request.shipment_id);
    if (!next) return;
    if (next->status != ReservationStatus::active) {
      return fold_.refuse(lines_differ("the reservation holds nothing to ship"));
    }
    take_held(std::move(*next), request.lines, &Reservation::shipped, ship,
              "the shipped lines exceed what the reservation holds");
  }

  void operator()(const RestockRequested& request) {
    auto next = begin_movement(request, "return:" + request.return_id);
    if (!next) return;
    const auto lines = sum_lines(request.lines);
    bool enough = true;
    subtract_lines(next->shipped, lines, enough);
    if (!enough) return fold_.refuse(lines_differ("the returned lines exceed what was shipped"));
    change_levels(next->location, lines, put_back);
    fold_.put(std::move(*next));
  }

  void operator()(const StockCounted& message) { move(message, MovementKind::count, message.on_hand, count_stock); }
  void operator()(const StockAdjusted& message) { move(message, MovementKind::adjust, message.change, adjust_stock); }
  template <class M>
  requires(!kIsOn<M, Topic::stock>) void operator()(const M&) {}

 private:
  const Reservation* find_reservation(const OrderId& order) {
    return find_as<Reservation>(fold_, Collection::reservations, order.str());
  }
  const StockLevel* find_level(const LocationId& location, const ProductId& product) {
    return find_as<StockLevel>(fold_, Collection::stock_levels, stock_level_id(location, product));
  }

  static Error unknown_reservation() {
    return {ErrorCode::kNotFound, "unknown_reservation", "there was never a stock request for this order", {}};
  }
  static Error lines_differ(const char* what) { return {ErrorCode::kConflict, "lines_differ", what, {}}; }

  // The reservation with the movement noted in it. nullopt when the movement was booked before. Also nullopt when it
  // cannot be booked; then the record is refused.
  template <class M>
  std::optional<Reservation> begin_movement(const M& request, std::string movement) {
    if (auto violations = check_lines(request.lines); !violations.empty()) {
      fold_.refuse(invalid(std::move(violations)));
      return std::nullopt;
    }
    const auto* known = find_reservation(request.order_id);
    if (known == nullptr) {
      fold_.refuse(unknown_reservation());
      return std::nullopt;
    }
    const auto& booked = known->movements;
    if (std::find(booked.begin(), booked.end(), movement) != booked.end()) return std::nullopt;
    if (known->location != request.location || booked.size() >= Reservation::kMaxMovements) {
      fold_.refuse(lines_differ("the reservation is at another location, or has too many movements"));
      return std::nullopt;
    }
    Reservation next = *known;
    next.movements.push_back(std::move(movement));
    next.updated_at = in_.at;
    return next;
  }

  void change_levels(const LocationId& location, const std::vector<StockLine>& lines,
                     void (*change)(StockLevel&, std::int64_t)) {
    for (const auto& line : lines) {
      StockLevel level = *find_level(location, line.product_id);
      change(level, line.quantity);
      level.updated_at = in_.at;
      fold_.put(std::move(level));
    }
  }

  static void add_lines(std::vector<StockLine>& sums, const std::vector<StockLine>& lines) {
    sums.insert(sums.end(), lines.begin(), lines.end());
    sums = sum_lines(std::move(sums));
  }

  // Removes goods from the reservation: adds them to `gone`, and applies `change` to the stock levels. If no goods are
  // left, the reservation ends.
  void take_held(Reservation next, const std::vector<StockLine>& wanted, std::vector<StockLine> Reservation::*gone,
                 void (*change)(StockLevel&, std::int64_t), const char* too_many) {
    const auto lines = sum_lines(wanted);
    bool enough = true;
    const auto left = subtract_lines(held_lines(next), lines, enough);
    if (!enough) return fold_.refuse(lines_differ(too_many));
    change_levels(next.location, lines, change);
    add_lines(next.*gone, lines);
    if (left.empty()) next.status = next.shipped.empty() ? ReservationStatus::released : ReservationStatus::shipped;
    fold_.put(std::move(next));
  }

  void answer(const Reservation& reservation) {
    if (reservation.status == ReservationStatus::rejected) {
      emit_to_order(fold_, reservation.id, StockRejected{reservation.id, reservation.shortages});
    } else {
      emit_to_order(fold_, reservation.id, StockReserved{reservation.id});
    }
  }

  // A count or an adjustment. It is applied or refused once per movement id.
  template <class M>
  void move(const M& message, MovementKind kind, std::int64_t quantity,
            Result<StockLevel> (*change)(const StockLevel&, std::int64_t)) {
    std::vector<Violation> violations;
    if (message.movement_id.empty()) violations.push_back({"/movement_id", "must not be empty"});
    if (const auto problem = id_problem(message.product_id.str()); !problem.empty()) {
      violations.push_back({"/product_id", std::string(problem)});
    }
    if (const auto problem = id_problem(message.location.str()); !problem.empty()) {
      violations.push_back({"/location", std::string(problem)});
    }
    if (!violations.empty()) return fold_.refuse(invalid(std::move(violations)));
    if (fold_.find(Collection::stock_movements, message.movement_id) != nullptr) return;  // a repeat

    StockLevel level;
    if (const auto* known = find_level(message.location, message.product_id)) {
      level = *known;
    } else {
      level.id = stock_level_id(message.location, message.product_id);
      level.location = message.location;
      level.product_id = message.product_id;
    }
    StockMovement movement;
    movement.id = message.movement_id;
    movement.location = message.location;
    movement.product_id = message.product_id;
    movement.kind = kind;
    movement.quantity = quantity;
    movement.reason = message.reason;
    movement.at = in_.at;
    movement.on_hand_after = level.on_hand;
    auto changed = change(level, quantity);
    if (changed) {
      movement.on_hand_after = changed->on_hand;
      changed->updated_at = in_.at;
      fold_.put(std::move(*changed));
    } else {
      movement.status = MovementStatus::refused;
      movement.status_reason = changed.error().reason;
    }
    fold_.put(std::move(movement));
  }

  const Incoming& in_;
  Fold& fold_;
};

}  // namespace

std::string_view Stock::home_key(const Message& message) const {
  return location_of(message);
}

void Stock::needs(const Incoming& in, Needs& needs) const {
  std::visit(CollectNeeds{needs}, in.message);
}

void Stock::fold(const Incoming& in, Fold& fold) {
  std::visit(StockFold{in, fold}, in.message);
}

}  // namespace ordo::processors
