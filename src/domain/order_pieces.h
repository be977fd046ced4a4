// Pieces of an order's lines: how requests and documents name them, and what their price is when they are given back.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/ids.h"
#include "domain/money.h"
#include "domain/rules.h"
#include "domain/stock.h"

namespace ordo {

struct Order;
struct OrderLine;

// Pieces by line, by product, or by both. A product alone means the lines that have it, the first one first.
struct OrderPieces {
  std::optional<ProductId> product_id;
  std::int64_t quantity = 0;
  std::optional<std::string> line_id = std::nullopt;

  friend bool operator==(const OrderPieces&, const OrderPieces&) = default;
};
BOOST_DESCRIBE_STRUCT(OrderPieces, (), (product_id, quantity, line_id))
constexpr auto rules(RulesOf<OrderPieces>) {
  return std::array{one_line("line_id", 1, 16, Privacy::kept, "id of the line: 1, 2, ...")};
}

// Pieces of one line whose price a refund gives back, without a return or a cancel.
struct RefundedPieces {
  std::string line_id;
  std::optional<ProductId> product_id;
  std::int64_t quantity = 0;
  Money amount;

  friend bool operator==(const RefundedPieces&, const RefundedPieces&) = default;
};
BOOST_DESCRIBE_STRUCT(RefundedPieces, (), (line_id, product_id, quantity, amount))

// Pieces of the line at this index.
struct LinePieces {
  std::size_t line = 0;
  std::int64_t quantity = 0;

  friend bool operator==(const LinePieces&, const LinePieces&) = default;
};

// returned_unrefunded: the goods came back, and the shop keeps their price for now. refunded: the price goes back, and
// the goods stay.
enum class GivenBack { cancelled, returned, returned_unrefunded, refunded };

// How many pieces of the line can be given back so. Goods are cancelled until they are shipped, and returned after
// that. Custom lines and fees are never returned.
std::int64_t room_for(const OrderLine& line, GivenBack how);

struct FoundPieces {
  std::vector<OrderPieces> named;  // as a document records them: one for each line that was named, one per product
  std::vector<LinePieces> pieces;  // at most one per line, in the order of the lines
};
// Finds the lines that a request names. kInvalid "bad_quantity", "bad_lines" or "unknown_line". kConflict
// "lines_exceed_order" if a line has too little room.
Result<FoundPieces> find_pieces(const Order& order, std::span<const OrderPieces> wanted, GivenBack how);

// The pieces as find_pieces() would record them, whether or not there is room. Lines that the order does not have are
// left out.
std::vector<OrderPieces> as_recorded(const Order& order, std::span<const OrderPieces> wanted);
// Whether a refund gave back exactly these pieces.
bool are_pieces_of(std::span<const OrderPieces> wanted, std::span<const RefundedPieces> refunded);

// Whether these are all pieces that can be given back so.
bool are_all(const Order& order, std::span<const LinePieces> pieces, GivenBack how);

// The goods among the pieces, one line per product. Recorded pieces name their products.
std::vector<StockLine> goods_of(const Order& order, std::span<const LinePieces> pieces);
std::vector<StockLine> goods_of(std::span<const OrderPieces> recorded);
std::vector<OrderPieces> pieces_of(std::span<const StockLine> goods);

// The pieces of the line whose price was given back, and how much that was. Pieces are worth parts of the line's total,
// one after the other, in the order in which they are given back. So all parts add up to the total exactly.
std::int64_t settled_pieces(const OrderLine& line);
std::int64_t settled_amount(const OrderLine& line);

// Counts pieces as given back, and returns the price that is due for them. Pieces that a refund paid for already are
// given back first, and nothing is due for them. The line must have room.
Money give_back(OrderLine& line, std::int64_t count, GivenBack how);
// The price that give_back() will return.
Money price_of(const Order& order, std::span<const LinePieces> pieces, GivenBack how);
// What a refund of these pieces gives back, line by line.
std::vector<RefundedPieces> refunded_pieces(const Order& order, std::span<const LinePieces> pieces);

// A refund of pieces failed: they can be refunded again. Those that were cancelled since cannot.
void undo_refund(Order& order, std::span<const RefundedPieces> pieces);
// A refund that had failed was made after all. Pieces that were given back since are not counted twice.
void redo_refund(Order& order, std::span<const RefundedPieces> pieces);

// The rest of the price of shipping.
Money refundable_shipping(const Order& order);

}  // namespace ordo
