#include "domain/order_pieces.h"

#include <algorithm>
#include <map>

#include "base/check.h"
#include "domain/order.h"

namespace ordo {
namespace {

const char* done(GivenBack how) {
  if (how == GivenBack::cancelled) return "cancelled";
  return how == GivenBack::refunded ? "refunded" : "returned";
}

tl::unexpected<Error> too_many(std::int64_t wanted, const std::string& what, GivenBack how, std::int64_t left) {
  return fail(
      ErrorCode::kConflict, "lines_exceed_order",
      std::to_string(wanted) + " of " + what + " cannot be " + done(how) + ": only " + std::to_string(left) + " left");
}

Result<std::size_t> index_of_line(const Order& order, const OrderPieces& one) {
  const auto index = index_of_place(*one.line_id, order.lines.size());
  // guard: pieces-line-known
  if (!index) {
    return fail(ErrorCode::kInvalid, "unknown_line",
                "the order has no line " + one.line_id->substr(0, 16) + ": its lines are 1 to " +
                    std::to_string(order.lines.size()));
  }
  // guard: pieces-line-of-product
  if (one.product_id && one.product_id != order.lines[*index].product_id) {
    return fail(ErrorCode::kInvalid, "unknown_line",
                "line " + *one.line_id + " of the order is not of the product " + one.product_id->str());
  }
  return *index;
}

Result<void> check(std::span<const OrderPieces> wanted) {
  if (wanted.empty()) return fail(ErrorCode::kInvalid, "bad_quantity", "there must be at least one line");
  for (const auto& one : wanted) {
    if (!one.line_id && !one.product_id) {
      return fail(ErrorCode::kInvalid, "bad_lines", "each line needs a line_id or a product_id");
    }
    if (one.quantity < 1 || one.quantity > kMaxStock) {
      return fail(ErrorCode::kInvalid, "bad_quantity", "quantities are whole numbers above zero");
    }
  }
  return {};
}

// The pieces that are named by product only, one line per product.
std::vector<StockLine> by_product(std::span<const OrderPieces> wanted) {
  std::vector<StockLine> lines;
  for (const auto& one : wanted) {
    if (!one.line_id && one.product_id) lines.push_back({*one.product_id, one.quantity});
  }
  return sum_lines(std::move(lines));
}

std::vector<OrderPieces> recorded(const Order& order, const std::vector<std::int64_t>& by_line,
                                  const std::vector<StockLine>& products) {
  std::vector<OrderPieces> named;
  for (std::size_t i = 0; i < by_line.size(); ++i) {
    if (by_line[i] > 0) named.push_back({order.lines[i].product_id, by_line[i], place_id(i)});
  }
  for (const auto& line : products) named.push_back({line.product_id, line.quantity});
  return named;
}

void store(std::optional<std::int64_t>& count, std::int64_t value) {
  if (value > 0) {
    count = value;
  } else {
    count.reset();
  }
}

void add_to(std::optional<std::int64_t>& count, std::int64_t change) {
  store(count, count.value_or(0) + change);
}

// Counts pieces as refunded. Those that came back without a refund are the first.
void count_refunded(OrderLine& line, std::int64_t count) {
  const std::int64_t of_returned = std::min(count, line.unrefunded.value_or(0));
  add_to(line.unrefunded, -of_returned);
  add_to(line.refunded, count - of_returned);
}

}  // namespace

std::int64_t room_for(const OrderLine& line, GivenBack how) {
  switch (how) {
    case GivenBack::cancelled:
      return line.product_id ? unshipped(line) : line.quantity - line.cancelled;
    case GivenBack::returned:
    case GivenBack::returned_unrefunded:
      return returnable(line);
    case GivenBack::refunded:
      // guard: pieces-refunded-within-line
      return line.quantity - settled_pieces(line);
  }
  return 0;
}

Result<FoundPieces> find_pieces(const Order& order, std::span<const OrderPieces> wanted, GivenBack how) {
  if (auto checked = check(wanted); !checked) return fail(std::move(checked.error()));
  std::vector<std::int64_t> taken(order.lines.size());
  for (const auto& one : wanted) {
    if (!one.line_id) continue;
    const auto line = index_of_line(order, one);
    if (!line) return fail(line.error());
    taken[*line] += one.quantity;
    // guard: pieces-within-line
    if (const auto room = room_for(order.lines[*line], how); taken[*line] > room) {
      return too_many(taken[*line], "line " + *one.line_id, how, room);
    }
  }
  const auto products = by_product(wanted);
  FoundPieces found{recorded(order, taken, products), {}};
  for (const auto& wish : products) {
    std::int64_t left = wish.quantity;
    for (std::size_t i = 0; i < taken.size() && left > 0; ++i) {
      if (order.lines[i].product_id != wish.product_id) continue;
      const std::int64_t count = std::min(left, room_for(order.lines[i], how) - taken[i]);
      taken[i] += count;
      left -= count;
    }
    // guard: pieces-within-product
    if (left > 0) return too_many(wish.quantity, wish.product_id.str(), how, wish.quantity - left);
  }
  for (std::size_t i = 0; i < taken.size(); ++i) {
    if (taken[i] > 0) found.pieces.push_back({i, taken[i]});
  }
  return found;
}

std::vector<OrderPieces> as_recorded(const Order& order, std::span<const OrderPieces> wanted) {
  std::vector<std::int64_t> by_line(order.lines.size());
  for (const auto& one : wanted) {
    if (!one.line_id) continue;
    if (const auto line = index_of_line(order, one)) by_line[*line] += one.quantity;
  }
  return recorded(order, by_line, by_product(wanted));
}

bool are_pieces_of(std::span<const OrderPieces> wanted, std::span<const RefundedPieces> refunded) {
  std::map<std::string, std::int64_t> by_line;
  std::vector<StockLine> rest;
  for (const auto& one : wanted) {
    if (one.line_id) by_line[*one.line_id] += one.quantity;
  }
  for (const auto& one : refunded) {
    auto& named = by_line[one.line_id];
    const std::int64_t others = one.quantity - named;
    named = 0;
    if (others < 0 || (others > 0 && !one.product_id)) return false;
    if (others > 0) rest.push_back({*one.product_id, others});
  }
  return std::all_of(by_line.begin(), by_line.end(), [](const auto& line) { return line.second == 0; }) &&
         sum_lines(std::move(rest)) == by_product(wanted);
}

bool are_all(const Order& order, std::span<const LinePieces> pieces, GivenBack how) {
  std::vector<std::int64_t> left(order.lines.size());
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = room_for(order.lines[i], how);
  for (const auto& one : pieces) left[one.line] -= one.quantity;
  return std::all_of(left.begin(), left.end(), [](std::int64_t count) { return count == 0; });
}

std::vector<StockLine> goods_of(const Order& order, std::span<const LinePieces> pieces) {
  std::vector<StockLine> goods;
  for (const auto& one : pieces) {
    if (const auto& product = order.lines[one.line].product_id) goods.push_back({*product, one.quantity});
  }
  return sum_lines(std::move(goods));
}

std::vector<StockLine> goods_of(std::span<const OrderPieces> recorded) {
  std::vector<StockLine> goods;
  for (const auto& one : recorded) {
    if (one.product_id) goods.push_back({*one.product_id, one.quantity});
  }
  return sum_lines(std::move(goods));
}

std::vector<OrderPieces> pieces_of(std::span<const StockLine> goods) {
  std::vector<OrderPieces> pieces;
  pieces.reserve(goods.size());
  for (const auto& line : goods) pieces.push_back({line.product_id, line.quantity});
  return pieces;
}

std::int64_t settled_pieces(const OrderLine& line) {
  return line.cancelled + line.returned - line.unrefunded.value_or(0) + line.refunded.value_or(0);
}

std::int64_t settled_amount(const OrderLine& line) {
  // Lines of older releases do not say it.
  if (line.given_back) return line.given_back->amount;
  return worth_of(line.total.amount, line.quantity, 0, settled_pieces(line));
}

Money give_back(OrderLine& line, std::int64_t count, GivenBack how) {
  const std::int64_t settled = settled_pieces(line);
  const std::int64_t before = settled_amount(line);
  // A line without an id is of an older release. There, goods that come back without a refund count as settled.
  const bool followed = line.id || line.given_back || how == GivenBack::refunded;
  const std::int64_t paid = how == GivenBack::refunded ? 0 : std::min(count, line.refunded.value_or(0));
  switch (how) {
    case GivenBack::cancelled:
      line.cancelled += count;
      break;
    case GivenBack::returned:
      line.returned += count;
      break;
    case GivenBack::returned_unrefunded:
      line.returned += count;
      if (followed) add_to(line.unrefunded, count - paid);
      break;
    case GivenBack::refunded:
      count_refunded(line, count);
      break;
  }
  // guard: pieces-refunded-first
  if (paid > 0) add_to(line.refunded, -paid);
  if (how == GivenBack::returned_unrefunded || settled_pieces(line) == settled) return {0, line.total.currency};
  // guard: order-price-of-what-is-left
  const std::int64_t due =
      std::max<std::int64_t>(0, worth_of(line.total.amount, line.quantity, 0, settled_pieces(line)) - before);
  if (followed) line.given_back = {before + due, line.total.currency};
  return {due, line.total.currency};
}

Money price_of(const Order& order, std::span<const LinePieces> pieces, GivenBack how) {
  Money sum{0, order.total.currency};
  for (const auto& one : pieces) {
    OrderLine line = order.lines[one.line];
    sum.amount += give_back(line, one.quantity, how).amount;
  }
  return sum;
}

std::vector<RefundedPieces> refunded_pieces(const Order& order, std::span<const LinePieces> pieces) {
  std::vector<RefundedPieces> refunded;
  refunded.reserve(pieces.size());
  for (const auto& one : pieces) {
    OrderLine line = order.lines[one.line];
    const auto amount = give_back(line, one.quantity, GivenBack::refunded);
    refunded.push_back({place_id(one.line), line.product_id, one.quantity, amount});
  }
  return refunded;
}

void undo_refund(Order& order, std::span<const RefundedPieces> pieces) {
  for (const auto& one : pieces) {
    const auto index = index_of_place(one.line_id, order.lines.size());
    ORDO_CHECK(index.has_value(), order.id, " has no line ", one.line_id);
    OrderLine& line = order.lines[*index];
    const std::int64_t before = settled_amount(line);
    const std::int64_t kept = std::min(one.quantity, line.refunded.value_or(0));
    // Of the pieces that came back since, nothing is refunded now.
    const std::int64_t returned = std::min(one.quantity - kept, line.returned - line.unrefunded.value_or(0));
    // guard: pieces-refund-undone
    add_to(line.refunded, -kept);
    add_to(line.unrefunded, returned);
    // The amount is what follows from the parts that were refunded, not from the place of the pieces: they add up.
    const std::int64_t amount = before - worth_of(one.amount.amount, one.quantity, 0, kept + returned);
    line.given_back = {amount, line.total.currency};
  }
}

void redo_refund(Order& order, std::span<const RefundedPieces> pieces) {
  for (const auto& one : pieces) {
    const auto index = index_of_place(one.line_id, order.lines.size());
    ORDO_CHECK(index.has_value(), order.id, " has no line ", one.line_id);
    OrderLine& line = order.lines[*index];
    const std::int64_t before = settled_amount(line);
    const std::int64_t count = std::min(one.quantity, room_for(line, GivenBack::refunded));
    count_refunded(line, count);
    const std::int64_t amount = before + worth_of(one.amount.amount, one.quantity, 0, count);
    line.given_back = {std::min(amount, line.total.amount), line.total.currency};
  }
}

Money refundable_shipping(const Order& order) {
  Money left{0, order.total.currency};
  for (const auto& charge : order.shipping.value_or(std::vector<ShippingCharge>())) {
    left.amount += charge.total.amount;
  }
  for (const auto& refund : order.refunds) {
    // guard: refund-shipping-once
    if (refund.shipping && refund.status != RefundStatus::failed) left.amount -= refund.shipping->amount;
  }
  left.amount = std::max<std::int64_t>(0, left.amount);
  return left;
}

}  // namespace ordo
